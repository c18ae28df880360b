"""Amazon MQ: ids, ARNs and endpoints in AWS's form.

Source: template reference, AWS::AmazonMQ::Broker, "Return values"; Service Authorization Reference, Amazon MQ.
"""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random
from moto.mq.exceptions import ConflictException
from moto.mq.models import Broker, Configuration, MQBackend

CREATE = MQBackend.create_broker
NEW_BROKER, NEW_CONFIGURATION = Broker.__init__, Configuration.__init__
PORTS = {"ssl": 61617, "amqp+ssl": 5671, "stomp+ssl": 61614, "mqtt+ssl": 8883, "wss": 61619}


def install() -> None:
    """Replace moto's methods."""
    setattr(Broker, "__init__", broker)  # noqa: B010  # mypy allows no other form
    setattr(Configuration, "__init__", configuration)  # noqa: B010
    setattr(MQBackend, "create_broker", create_broker)  # noqa: B010


def create_broker(backend: MQBackend, **given: Any) -> tuple[str, str]:
    """CreateBroker, whose name no other broker may have (API reference, ConflictException; the words are assumed)."""
    if any(each.name == given["broker_name"] for each in backend.brokers.values()):
        raise ConflictException(f"Broker name [{given['broker_name']}] already in use. Broker name must be unique.")
    return CREATE(backend, **given)


def broker(target: Any, **given: Any) -> None:
    """A broker with its endpoints: those of RabbitMQ have no number, as its nodes share one."""
    NEW_BROKER(target, **given)
    target.id = f"b-{mock_random.uuid4()}"
    target.arn = f"{target.arn.rpartition(':')[0]}:{target.name}:{target.id}"
    rabbit = given["engine_type"].upper() == "RABBITMQ"
    for number, instance in enumerate(target.instances, 1):
        host = f"{target.id}{'' if rabbit else f'-{number}'}.mq.{given['region']}.amazonaws.com"
        ports = {"amqps": 5671} if rabbit else PORTS
        instance["consoleURL"] = f"https://{host}{'' if rabbit else ':8162'}"
        instance["endpoints"] = [f"{scheme}://{host}:{port}" for scheme, port in ports.items()]


def configuration(target: Any, **given: Any) -> None:
    """A configuration."""
    NEW_CONFIGURATION(target, **given)
    target.id = f"c-{mock_random.uuid4()}"
    target.arn = f"{target.arn.rpartition(':')[0]}:{target.id}"
    for revision in target.revisions.values():
        revision.configuration_id = target.id
