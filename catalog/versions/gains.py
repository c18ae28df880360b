"""L2. What access a new version gives and takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.versions.change import Change
from catalog.versions.variations import Parameters


def compare_access(
    old: Mapping[str, Any], new: Mapping[str, Any], examples: Mapping[str, Parameters], region: str
) -> Iterator[Change]:
    """Filled in when catalog.access lands."""
    yield from ()
