"""What the modules of this package register for their kind of object, besides handlers (aws/handlers.py).

- `@blocks`: what must be done in the account before changes can be made. publish refuses to run while there is any.
- `@reads_governed`: the governed objects that a portfolio or product of ours is associated with.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from catalog.aws.observation import Observation
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.model.governed import GovernedObject
from catalog.plan.changes import Change

Blocker = Callable[[Sequence[Change], Observation, AwsSession], Iterator[str]]
"""(changes, what was observed, session) → a line for each thing that must be done first."""
GovernedReader = Callable[[Reader, str, Mapping[str, Any]], Iterable[GovernedObject]]
"""(reader, id of a portfolio or product, its DescribePortfolio or DescribeProductAsAdmin) → its objects of one kind."""

BLOCKERS: list[Blocker] = []
GOVERNED_READERS: list[GovernedReader] = []


def blocks(function: Blocker) -> Blocker:
    """Register what must be done before changes of a kind can be made."""
    BLOCKERS.append(function)
    return function


def reads_governed(function: GovernedReader) -> GovernedReader:
    """Register how the governed objects of a kind are read."""
    GOVERNED_READERS.append(function)
    return function


def blockers(changes: Sequence[Change], observed: Observation, session: AwsSession) -> Iterator[str]:
    """What must be done in the account before `changes` can be made, kind by kind."""
    load_kinds()
    for blocker in BLOCKERS:
        yield from blocker(changes, observed, session)


def read_governed(reader: Reader, resource_id: str, answer: Mapping[str, Any]) -> frozenset[GovernedObject]:
    """The governed objects of a portfolio or product of ours."""
    load_kinds()
    return frozenset(governed for read in GOVERNED_READERS for governed in read(reader, resource_id, answer))


@functools.cache
def load_kinds() -> None:
    """Import every module of this package, so that each has registered what it has to."""
    package = __name__.rpartition(".")[0]
    for module in sorted(module.name for module in pkgutil.iter_modules(importlib.import_module(package).__path__)):
        importlib.import_module(f"{package}.{module}")
