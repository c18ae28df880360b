"""What a stack knows of a resource, also after an update of it that failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from moto.core.exceptions import JsonRESTError

from catalog.sandbox.registry.making import Making


@dataclass(slots=True)
class Existing:
    """What the stack knows of a resource."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """Identifiers and attributes."""
    tags: Mapping[str, str] = field(default_factory=dict)
    applied: Mapping[str, Any] = field(default_factory=dict)
    """The properties of its last creation or update that did not fail."""
    shown: Any = None
    """What its service showed after that."""
    adopted: bool = False
    """Whether a stack has taken it as it was, and not updated it since: it may differ from the template."""
    begun: Mapping[str, Any] = field(default_factory=dict)
    """What an update that failed after that has set, or may have set; None for what it took away."""
    half: frozenset[str] = frozenset()
    """Those of `begun` that it left half set."""

    @property
    def actual(self) -> dict[str, Any]:
        """The properties as they are, after an update that failed too."""
        return {name: value for name, value in {**self.applied, **self.begun}.items() if value is not None}


def begun(known: Existing, making: Making, error: Exception) -> Existing:
    """What there is after a failed update; one that lacked a permission is rolled back as if it had set everything."""
    subject, progress = making.subject, making.progress
    names = progress.done | progress.half
    if isinstance(error, JsonRESTError):
        names |= {*subject.old, *subject.properties}
    now = {**known.begun, **{name: subject.properties.get(name) for name in names}}
    return replace(known, begun=now, half=known.half - progress.done | progress.half)
