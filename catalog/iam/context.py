"""The context of a request: the values of the condition keys that are the same for all requests of a caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Some:
    """A key that is present with an unknown value, which is not in `not_in`."""

    not_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Within:
    """A key that the request may not have; if it has it, the value is a whole number from `least` to `most`."""

    least: int
    most: int


Value: TypeAlias = tuple[str, ...] | Some | Within
"""The values of a key; an empty tuple if the request does not have the key."""


class Context:
    """The known condition keys; the case of a name is ignored, and `prefix*` means all keys with that prefix.

    Contexts are compared by identity, because evaluations are cached for each context.
    """

    __slots__ = ("_prefixes", "_values")

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        lower = {key.lower(): value for key, value in (values or {}).items()}
        self._values = lower
        self._prefixes = {key[:-1]: value for key, value in lower.items() if key.endswith("*")}

    def get(self, key: str) -> Value | None:
        """The values of a key; None if nothing is known about it."""
        name = key.lower()
        if name in self._values:
            return self._values[name]
        return next((value for prefix, value in self._prefixes.items() if name.startswith(prefix)), None)

    def merged(self, more: Mapping[str, Value]) -> Context:
        """A context with more keys, which override those of this context."""
        return Context({**self._values, **{key.lower(): value for key, value in more.items()}})
