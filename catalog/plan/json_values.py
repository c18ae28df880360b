"""Values of the model as JSON-like data, and as one canonical text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


def as_json(value: Any) -> Any:
    """A value of the model as JSON-like data; sets become sorted lists."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {member.name: as_json(getattr(value, member.name)) for member in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(member) for key, member in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((as_json(member) for member in value), key=canonical)
    if isinstance(value, tuple | list):
        return [as_json(member) for member in value]
    return value


def canonical(data: Any) -> str:
    """JSON-like data as one text, whatever the order of its members."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False)
