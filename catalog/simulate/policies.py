"""Policy documents in the properties of a resource, whichever property has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.json_text import json_data
from catalog.cfn.template import is_list


def policies_in(properties: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, document) of each policy: an object with Statement, or its JSON text."""
    yield from _policies(properties, "")


def _policies(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    document = as_policy(value)
    if document is not None:
        yield path, document
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _policies(member, f"{path}/{key}" if path else str(key))
    elif is_list(value):
        for index, member in enumerate(value):
            yield from _policies(member, f"{path}/{index}")


def as_policy(value: Any) -> Mapping[str, Any] | None:
    """`value` as a policy document, or None when it is not one."""
    if isinstance(value, str) and value.lstrip().startswith("{"):  # AWS::Logs::ResourcePolicy takes text
        try:
            value = json_data(value)
        except ValueError:
            return None
    if not isinstance(value, Mapping) or not {"Statement"} <= value.keys() <= {"Version", "Id", "Statement"}:
        return None
    statements = value["Statement"] if is_list(value["Statement"]) else [value["Statement"]]
    return value if all(isinstance(statement, Mapping) and "Effect" in statement for statement in statements) else None
