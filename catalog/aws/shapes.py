"""The types of the members of an answer in JSON, compared with the API model before botocore reads it.

botocore trusts the types: a text in place of a list, or a time that is none, would end in an error of Python.
"""

from __future__ import annotations

from typing import Any

from botocore.utils import parse_timestamp

from catalog.model.limits import shown_json

TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "char": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int, float),
    "long": (int, float),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
}
"""Types of botocore's models, and those of Python that JSON gives."""


def wrong_member(shape: Any, value: Any, path: str = "") -> str:
    """What is wrong in a value of a shape, with its path; empty if nothing is. A member that is null is absent."""
    kind = shape.type_name
    fits = isinstance(value, TYPES.get(kind, (object,))) and (kind == "boolean" or not isinstance(value, bool))
    if not fits or (kind == "timestamp" and not is_time(value)):
        return f"{path or 'it'} is {shown_json(value)}, which is no {kind}"
    if kind == "structure":
        parts = (
            (shape.members.get(name), member, f"{path}.{name}" if path else name) for name, member in value.items()
        )
        checked = ((part, member, name) for part, member, name in parts if part is not None and member is not None)
    elif kind == "list":
        checked = ((shape.member, member, path) for member in value)
    elif kind == "map":
        checked = ((shape.value, member, f"{path}.{name}") for name, member in value.items())
    else:
        return ""
    return next(filter(None, (wrong_member(*each) for each in checked)), "")


def is_time(value: float | str) -> bool:
    """Whether botocore can read a time: seconds, or a text of ISO 8601."""
    try:
        return bool(parse_timestamp(str(value)))  # it takes a number as text too
    except (OverflowError, OSError, RuntimeError, ValueError):
        return False
