"""Registries that the modules of this package fill for their kind of object, besides handlers (aws/handlers.py).

- `@blocks`: lists what must be done in the account before changes can be made. publish stops while the list has items.
- `@reads_governed`: reads the governed objects that are associated with one of our portfolios or products.
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
"""(changes, observation, session) → a line for each task that must be done first."""
GovernedReader = Callable[[Reader, str, Mapping[str, Any]], Iterable[GovernedObject]]
"""(reader, id of a portfolio or product, its DescribePortfolio or DescribeProductAsAdmin) → objects of one kind."""

BLOCKERS: list[Blocker] = []
GOVERNED_READERS: list[GovernedReader] = []


def blocks(function: Blocker) -> Blocker:
    """Register a function that lists what must be done before changes of a kind can be made."""
    BLOCKERS.append(function)
    return function


def reads_governed(function: GovernedReader) -> GovernedReader:
    """Register a function that reads the governed objects of a kind."""
    GOVERNED_READERS.append(function)
    return function


def blockers(changes: Sequence[Change], observed: Observation, session: AwsSession) -> Iterator[str]:
    """List what must be done in the account before `changes` can be made, kind by kind."""
    load_kinds()
    for blocker in BLOCKERS:
        yield from blocker(changes, observed, session)


def read_governed(reader: Reader, resource_id: str, answer: Mapping[str, Any]) -> frozenset[GovernedObject]:
    """Read the governed objects that are associated with one of our portfolios or products."""
    load_kinds()
    return frozenset(governed for read in GOVERNED_READERS for governed in read(reader, resource_id, answer))


@functools.cache
def load_kinds() -> None:
    """Import every module of this package, so that each registers its functions."""
    package = __name__.rpartition(".")[0]
    for module in sorted(module.name for module in pkgutil.iter_modules(importlib.import_module(package).__path__)):
        importlib.import_module(f"{package}.{module}")
