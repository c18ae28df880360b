"""How far the sandbox proves each resource type: one table for `catalog sandbox types` and docs/sandbox-types.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from catalog.sandbox.cloudformation.handlers import OWN
from catalog.sandbox.cloudformation.handlers.base import MODELLED, REAL, STUB
from catalog.sandbox.cloudformation.handlers.custom import TYPE as CUSTOM
from catalog.sandbox.registry.api_types import ApiType
from catalog.sandbox.registry.schemas import type_names
from catalog.sandbox.registry.tables import API_TYPES

WORDS = {
    REAL: "a service of the sandbox has it",
    MODELLED: "checked, named and tagged by its schema; Cloud Control API shows it",
    STUB: "a stub of the user answers; without one it is modelled",
}
OTHERWISE = {
    "AWS::CloudFormation::WaitCondition": "signals that have not come are assumed, or sent by a stub of the user",
}
"""Type → the words for it alone."""
NO_TYPES = {
    "custom::": "Custom resources have no type of AWS: a stub of the user answers, without one they are modelled.",
    "aws::serverless::": "SAM's transform makes other types of it: what a launch has is in `catalog simulate`.",
}
"""Beginning of a name in lower case → what is said of it instead of a row."""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One resource type."""

    type: str
    proof: str
    """`real`, `modelled` or `stub`."""
    calls: tuple[str, ...] = ()
    """The operations of the service that make it, in the order of a life."""
    left: tuple[str, ...] = ()
    """The properties that the stack alone keeps, or that no update changes in the service."""

    @property
    def words(self) -> str:
        """What the proof means."""
        return OTHERWISE.get(self.type, WORDS[self.proof])


def hint(pattern: str) -> str:
    """What is said of a name that no type has."""
    special = (text for start, text in NO_TYPES.items() if pattern.lower().startswith(start))
    return next(special, "`catalog sandbox types` lists the real ones, `catalog sandbox types '*'` all.")


def rows(pattern: str = "") -> list[TypeRow]:
    """The types by name: all, or those with the name, the beginning (`AWS::RDS`) or the pattern (`*Bucket*`)."""
    names = sorted({*type_names(), *API_TYPES, *OWN, CUSTOM})
    return [_row(name) for name in names if not pattern or _fits(name, pattern)]


def _fits(name: str, pattern: str) -> bool:
    name, pattern = name.lower(), pattern.lower()
    return name == pattern or name.startswith(f"{pattern.removesuffix('::')}::") or fnmatchcase(name, pattern)


def _row(name: str) -> TypeRow:
    if name in API_TYPES:
        row = API_TYPES[name]
        return TypeRow(name, REAL, tuple(dict.fromkeys(_calls(row))), tuple(sorted(row.modelled)))
    if name == CUSTOM:
        return TypeRow(name, STUB)
    own = OWN.get(name)
    return TypeRow(name, own.proof_of_type if own else MODELLED)


def _calls(row: ApiType) -> Iterator[str]:
    yield row.create.operation
    for setting in row.settings:
        yield setting.put.operation
        if setting.remove:
            yield setting.remove.operation
    if row.tagging:
        yield row.tagging.tag.operation
        yield row.tagging.untag.operation
    if row.update:
        yield row.update.operation
    if row.read:
        yield row.read.operation
    for call in row.delete:
        yield call.operation
