"""What becomes the failure of a resource, and of its stack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed, ResourceHandler, reason_of
from catalog.sandbox.cloudformation.state import StackResource


def failed_to(verb: str, names: list[str]) -> str:
    """The reason of a stack for resources that have failed; empty without one."""
    return f"The following resource(s) failed to {verb}: [{', '.join(names)}]." if names else ""


@contextmanager
def as_resource_failed(service: str = "CloudFormation", type_name: str = "") -> Iterator[None]:
    """Convert any exception of a resource type into `ResourceFailed`.

    moto's models can raise anything for properties that they do not expect; on AWS such a resource fails too. The stack
    must always reach a final status, so no other exception may pass.
    """
    try:
        yield
    except ResourceFailed:
        raise
    except Exception as error:
        raise ResourceFailed(reason_of(service, error, type_name)) from error


def handler_of(resource: StackResource) -> ResourceHandler:
    """The handler of a resource's type; raises `ResourceFailed` for a type that is gone."""
    handler = find_handler(resource.type_name)
    if handler is None:
        raise ResourceFailed(f"Unrecognized resource type: {resource.type_name}")
    return handler
