"""What is known about a request: the values of condition keys, as far as a class of callers settles them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Some:
    """Present, with a value that is not known, but none of `not_in`."""

    not_in: frozenset[str] = frozenset()


Value: TypeAlias = tuple[str, ...] | Some
"""The values of a key; the empty tuple says that the request does not have the key."""


class Context:
    """The keys that are known, by name in any case; `prefix*` speaks for all keys that start so.

    Compared by identity, as evaluations are remembered for each context.
    """

    __slots__ = ("_known", "_prefixes")

    def __init__(self, known: Mapping[str, Value] | None = None) -> None:
        lower = {key.lower(): value for key, value in (known or {}).items()}
        self._known = lower
        self._prefixes = {key[:-1]: value for key, value in lower.items() if key.endswith("*")}

    def get(self, key: str) -> Value | None:
        """What is known of a key; None when nothing is."""
        name = key.lower()
        if name in self._known:
            return self._known[name]
        return next((value for prefix, value in self._prefixes.items() if name.startswith(prefix)), None)

    def merged(self, more: Mapping[str, Value]) -> Context:
        """With other keys, which go before the ones that are known."""
        return Context({**self._known, **{key.lower(): value for key, value in more.items()}})
