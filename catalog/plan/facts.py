"""Facts: what is known of each Address, as JSON-like data, and where two sets of facts differ. Pure.

A plan carries the facts that it was made from: a saved plan is compared by them, and a change shows old and new values
by them. Each kind of object adds its own (plan/kinds/).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import catalog.plan.kinds  # noqa: F401  # every kind registers its facts
from catalog.model.addresses import Address
from catalog.model.limits import printable
from catalog.model.state import CatalogState
from catalog.plan.changes import BASES, Change, Facts
from catalog.plan.json_values import as_json, canonical
from catalog.plan.parts import FACTS

ID = "aws_id"
"""The fact that AWS alone knows."""
WORDS = ("impact", "launch_impact", "details")
"""Members of a change that do not say what it does: one that makes a version inactive counts who is on it."""
MISSING = "-"


def facts(state: CatalogState, ids: Mapping[Address, str] | None = None) -> Facts:
    """What `state` says of each Address; with AWS's ids where they are known."""
    known = ids or {}
    values_by_address: dict[Address, Mapping[str, Any]] = {}
    for part in FACTS:
        values_by_address |= part(state)
    return {
        address: {**values, ID: known[address]} if address in known else values
        for address, values in values_by_address.items()
    }


def identity(change: Change) -> str:
    """`sha256:<hex>` of all that a change does, its words apart: equal for changes that make the same call."""
    members = {
        member.name: as_json(getattr(change, member.name)) for member in fields(change) if member.name not in WORDS
    }
    text = canonical([call_of(type(change)).__name__, members])
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def call_of(change_class: type[Change]) -> type[Change]:
    """The class directly below `Change` or a `change_base`: those below it make the same call, in another place.

    A version is withdrawn as it is updated; so it is the same change whether its creation was interrupted or not.
    """
    shared = {Change, *BASES}
    return next(base for base in change_class.__mro__ if not shared.isdisjoint(base.__bases__))


def root(address: Address) -> Address:
    """The product, portfolio or TagOption that an Address belongs to."""
    kind, _, rest = address.partition("/")
    return address if kind == "tag-option" else Address(f"{kind}/{rest.partition('/')[0]}")


def about(observed: Facts, declared: Facts) -> Facts:
    """The facts of `observed` that are about products, portfolios and TagOptions that `declared` has."""
    roots = {root(address) for address in declared}
    return {address: values for address, values in observed.items() if root(address) in roots}


@dataclass(frozen=True, slots=True)
class Moved:
    """A fact as it was saved and as it is now; one of them can be missing."""

    address: Address
    path: tuple[str, ...]
    """Where in the facts of the Address; empty when the Address itself came or went."""
    before: Any
    after: Any

    def __str__(self) -> str:
        if not self.path:
            word = "was not there, is there now" if self.before is None else "was there, is gone"
            return printable(f"{self.address} {word}")
        return printable(
            f"{self.address}: {'.'.join(self.path)} was {shown_value(self.before)}, is {shown_value(self.after)}"
        )


def shown_value(value: Any) -> str:
    """A value for people."""
    return MISSING if value is None else repr(value) if isinstance(value, str) else canonical(value)


def moves(before: Facts, after: Facts) -> Iterator[Moved]:
    """What differs, by Address."""
    for address in sorted({*before, *after}):
        old, new = before.get(address), after.get(address)
        if old is None or new is None:
            yield Moved(address, (), old, new)
        else:
            yield from moves_inside(address, (), old, new)


def moves_inside(address: Address, path: tuple[str, ...], old: Any, new: Any) -> Iterator[Moved]:
    """What differs in two values, member by member as long as both are mappings."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new}):
            yield from moves_inside(address, (*path, name), old.get(name), new.get(name))
    elif old != new:
        yield Moved(address, path, old, new)
