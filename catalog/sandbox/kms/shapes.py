"""Check requests against botocore's model: find the required members that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, Shape, StructureShape


def missing(shape: Shape | None, value: Any, path: str = "") -> Iterator[str]:
    """The paths of required members that are missing in `value`, as in AWS's validation errors."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        for name, member in shape.members.items():
            member_path = ".".join(filter(None, (path, name[:1].lower() + name[1:])))
            if value.get(name) is not None:
                yield from missing(member, value[name], member_path)
            elif name in shape.required_members:
                yield member_path
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for index, member in enumerate(value, 1):
            yield from missing(shape.member, member, f"{path}.{index}.member")


def validation_message(paths: list[str]) -> str:
    """The message of a ValidationError or ValidationException for the missing members."""
    faults = [f"Value null at '{path}' failed to satisfy constraint: Member must not be null" for path in paths]
    plural = "s" if len(faults) > 1 else ""
    return f"{len(faults)} validation error{plural} detected: {'; '.join(faults)}"
