"""Product definitions as JSON-like data: they cross the border between the process of the product files and ours.

Functions stay on the other side: `template`, and `document` of a service action that is no name. Whoever reads the data
gives functions that ask for what the originals return. Nothing is pickled, because untrusted code wrote the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission, Migration, ProductDefinition, Retention, Suppression
from catalog.model.limits import cut
from catalog.model.service_action import ServiceAction
from catalog.model.tag_option import Inactive

CLASSES: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (ProductDefinition, LaunchPermission, Migration, Retention, Suppression, ServiceAction, Inactive)
}
"""The classes of the values in a definition. No other class crosses the border."""
DEPTH = 20
"""How deep values nest; those of a definition nest less than ten levels."""

Ask = Callable[[str], Callable[[], Any]]
"""From the key of a service action, or an empty text for the template: the function that takes the original's place."""


def encode_definition(definition: ProductDefinition) -> dict[str, Any]:
    """The definition without its functions; `ContentError` names a field with a value of another class."""
    return {
        field.name: encode(getattr(definition, field.name), field.name)
        for field in fields(ProductDefinition)
        if field.init and field.name != "template"
    }


def encode(value: Any, path: str) -> Any:
    """A value of a definition. Mappings, dates and objects are tagged, so that each reads back as it was."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if path.count("/") < DEPTH:
        if isinstance(value, Mapping):
            return {"mapping": [[encode(key, path), encode(item, f"{path}/{key}")] for key, item in value.items()]}
        if isinstance(value, list | tuple):
            return [encode(item, f"{path}/{index}") for index, item in enumerate(value)]
        if is_dataclass(value) and CLASSES.get(type(value).__name__) is type(value):
            return {"class": type(value).__name__, "fields": encode_fields(value, path)}
    raise ContentError(f"{cut(path)} of the product cannot have a value of type {type(value).__name__}")


def encode_fields(value: Any, path: str) -> dict[str, Any]:
    """The fields of an object. A document that is content, or a function that returns it, is asked for later."""
    data = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, ServiceAction) and not isinstance(value.document, str):
        data["document"] = None
    return {name: encode(item, f"{path}/{name}") for name, item in data.items()}


def decode_definition(data: Any, ask: Ask) -> ProductDefinition:
    """The inverse of `encode_definition`. `ContentError`, `TypeError` or another error if the data are not one."""
    values = {name: decode(item, ask) for name, item in data.items()}
    return ProductDefinition(**values, template=ask(""))


def decode(data: Any, ask: Ask) -> Any:
    """A value of a definition. Sequences are tuples, as a product file should write them."""
    if isinstance(data, list):
        return tuple(decode(item, ask) for item in data)
    if not isinstance(data, dict):
        return data
    match data:
        case {"date": text}:
            return date.fromisoformat(text)
        case {"mapping": pairs}:
            return {decode(key, ask): decode(item, ask) for key, item in pairs}
        case {"class": name, "fields": members}:
            values = {field: decode(item, ask) for field, item in members.items()}
            if name == ServiceAction.__name__ and values["document"] is None:
                values["document"] = ask(values["key"])
            return CLASSES[name](**values)
    raise ContentError(f"a product cannot have the value {cut(repr(data))}")
