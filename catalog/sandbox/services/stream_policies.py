"""Kinesis: the policies of consumers too, none of what does not exist, and one consumer of a name for each stream.

Source: Kinesis API reference, PutResourcePolicy ("the data stream or consumer", ResourceNotFoundException),
RegisterStreamConsumer (ResourceInUseException).
"""

from __future__ import annotations

from moto.kinesis.exceptions import ConsumerNotFound, ResourceInUseError, ResourceNotFoundError, StreamNotFoundError
from moto.kinesis.models import Consumer, KinesisBackend

REGISTER = KinesisBackend.register_stream_consumer


def install() -> None:
    """Replace moto's operations."""
    for operation in (put_resource_policy, get_resource_policy, delete_resource_policy, register_stream_consumer):
        setattr(KinesisBackend, operation.__name__, operation)


def put_resource_policy(backend: KinesisBackend, resource_arn: str, policy_doc: str) -> None:
    """PutResourcePolicy of the API reference."""
    _check(backend, resource_arn)
    backend.resource_policies[resource_arn] = policy_doc


def get_resource_policy(backend: KinesisBackend, resource_arn: str) -> str:
    """GetResourcePolicy, which shows an empty policy as moto does."""
    _check(backend, resource_arn)
    return backend.resource_policies.get(resource_arn, "{}")


def delete_resource_policy(backend: KinesisBackend, resource_arn: str) -> None:
    """DeleteResourcePolicy of the API reference."""
    _check(backend, resource_arn)
    if backend.resource_policies.pop(resource_arn, None) is None:
        raise ResourceNotFoundError(message=f"No resource policy found for resource ARN {resource_arn}.")


def _check(backend: KinesisBackend, arn: str) -> None:
    """Refuse the ARN of nothing."""
    name = arn.partition(":stream/")[2].split("/")[0]
    if name not in backend.streams:
        raise StreamNotFoundError(name, backend.account_id)
    if "/consumer/" in arn and backend.streams[name].get_consumer_by_arn(arn) is None:
        raise ConsumerNotFound(arn, backend.account_id)


def register_stream_consumer(backend: KinesisBackend, stream_arn: str, consumer_name: str) -> Consumer:
    """RegisterStreamConsumer of the API reference."""
    if any(each.consumer_name == consumer_name for each in backend._find_stream_by_arn(stream_arn).consumers):
        raise ResourceInUseError(
            f"Consumer {consumer_name} under stream {stream_arn} already exists for account {backend.account_id}."
        )
    return REGISTER(backend, stream_arn, consumer_name)
