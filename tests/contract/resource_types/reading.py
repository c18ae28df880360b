"""Short forms for the reads of cases: one operation of boto3, and a path into its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contract.resource_types.conftest import Read, World


def asks(service: str, operation: str, path: str = "", **parameters: Any) -> Read:
    """An operation whose parameters may be `@` for the Ref, or `@Name` for the Ref of another resource."""

    def filled(world: World, reference: str, value: Any) -> Any:
        if isinstance(value, list):
            return [filled(world, reference, each) for each in value]
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        return world.reference(value[1:]) if value[1:] else reference

    def read(world: World, reference: str) -> Any:
        given = {name: filled(world, reference, value) for name, value in parameters.items()}
        node = getattr(world.client(service), operation)(**given)
        for step in path.split(".") if path else ():
            node = node[int(step)] if step.isdigit() else node[step]
        return node

    return read


def listed(read: Read, key: str = "Key", value: str = "Value") -> Read:
    """Tags that an answer has as a list, as a map."""
    return lambda world, reference: {tag[key]: tag.get(value, "") for tag in read(world, reference)}


def by_arn(service: str, parameter: str, arn: Callable[[str], str], operation: str = "list_tags_for_resource") -> Read:
    """What an operation says of an ARN that is made of the Ref."""
    return lambda world, reference: getattr(world.client(service), operation)(**{parameter: arn(reference)})


def with_more(read: Read, **more: Read) -> Read:
    """An answer with what other operations say; None where they say that there is nothing, and without an answer."""

    def read_all(world: World, reference: str) -> Any:
        shown = read(world, reference)
        return shown and {**shown, **{name: world.shown(other, reference) for name, other in more.items()}}

    return read_all


def actions(service: str, *names: str) -> tuple[str, ...]:
    """IAM actions of a service."""
    return tuple(f"{service}:{name}" for name in names)
