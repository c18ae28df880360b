"""JSON text that a template holds: policy documents and secrets."""

from __future__ import annotations

import json
from typing import Any

MOST_LEVELS = 100
"""Policies and secrets have fewer than ten. Whoever reads the data recurses, and Python's stack has an end."""


def json_data(text: str) -> Any:
    """The data of a JSON text. Raises `ValueError` if it is not JSON, or nested too deeply to be read."""
    try:
        data = json.loads(text)
    except RecursionError:
        raise too_deep() from None
    level = [data]
    for _ in range(MOST_LEVELS):
        level = [member for node in level if isinstance(node, dict | list) for member in members(node)]
        if not level:
            return data
    raise too_deep()


def members(node: dict[str, Any] | list[Any]) -> list[Any]:
    """The members of an object or list."""
    return list(node.values()) if isinstance(node, dict) else node


def too_deep() -> ValueError:
    """The error for data that nobody can read."""
    return ValueError(f"it is nested more deeply than {MOST_LEVELS} levels")
