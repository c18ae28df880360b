"""How far the resources of a stack are proven: real, modelled from their schema, or answered by a stub."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.base import MODELLED
from catalog.sandbox.cloudformation.state import STACK_TYPE, Stack, StackResource
from catalog.sandbox.cloudformation.store import StackStore


def proof_of(resource: StackResource) -> str:
    """`real`, `modelled` or `stub`."""
    handler = find_handler(resource.type_name)
    return handler.proof(resource.live) if handler else MODELLED


def proof_note(resource: StackResource) -> str:
    """What DescribeStackResources says of it; nothing of a resource that is real."""
    handler = find_handler(resource.type_name)
    return handler.note(resource.live) if handler else ""


def proofs(backend: StackStore, stack: Stack, path: str = "") -> Iterator[tuple[str, str, str]]:
    """(logical id, type, proof) of each resource; one of a nested stack is `Nested/Queue`."""
    for name, resource in stack.resources.items():
        yield f"{path}{name}", resource.type_name, proof_of(resource)
        nested = backend.find(resource.live.physical_id) if resource.type_name == STACK_TYPE else None
        if nested is not None:
            yield from proofs(backend, nested, f"{path}{name}/")
