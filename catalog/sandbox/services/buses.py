"""Buses of EventBridge: their changes, and their logging.

Source: EventBridge API reference, UpdateEventBus; PutPermission, whose policy replaces the one before.
"""

from __future__ import annotations

import json
from typing import Any

from moto.events.models import EventBus, EventsBackend
from moto.events.responses import EventsHandler

from catalog.sandbox.services.keeping import keep, kept

CREATE, DESCRIBE = EventsHandler.create_event_bus, EventsHandler.describe_event_bus
PUT = EventsBackend._put_permission_from_policy
CHANGED = {
    "Description": "description",
    "KmsKeyIdentifier": "kms_key_identifier",
    "DeadLetterConfig": "dead_letter_config",
}


def install() -> None:
    """Replace moto's operations, and add the change."""
    for answer in (create_event_bus, describe_event_bus, update_event_bus):
        setattr(EventsHandler, answer.__name__, answer)
    setattr(EventsBackend, "_put_permission_from_policy", staticmethod(put))  # noqa: B010  # mypy allows no other form


def create_event_bus(response: EventsHandler) -> Any:
    """CreateEventBus, with its logging."""
    answer = CREATE(response)
    _keep(response)
    return answer


def update_event_bus(response: EventsHandler) -> Any:
    """UpdateEventBus: what is not given has its default again."""
    bus: EventBus = response.events_backend.describe_event_bus(response._get_param("Name"))
    for name, attribute in CHANGED.items():
        setattr(bus, attribute, response._get_param(name))
    _keep(response)
    return describe_event_bus(response)


def _keep(response: EventsHandler) -> None:
    bus = response.events_backend.describe_event_bus(response._get_param("Name"))
    keep(bus, {"LogConfig": response._get_param("LogConfig")})


def describe_event_bus(response: EventsHandler) -> Any:
    """DescribeEventBus, with its logging."""
    body, headers = DESCRIBE(response)
    bus = response.events_backend.describe_event_bus(response._get_param("Name"))
    more = {name: value for name, value in kept(bus).items() if value}
    return json.dumps({**json.loads(body), **more}), headers


def put(event_bus: EventBus, policy: str) -> None:
    """Replace the policy of a bus."""
    event_bus.remove_statements()
    PUT(event_bus, policy)
