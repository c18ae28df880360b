"""What each kind adds to `diff` and `facts`: functions that the modules of plan/kinds/ register."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts

Diff = Callable[[CatalogState, CatalogState, bool], Iterator[Change]]
"""(desired, observed, refresh) → the changes of one kind, in any order between different classes of change.

It goes by what `desired` has: products, portfolios and imports of `observed` alone are `catalog prune`'s business.
"""
KindFacts = Callable[[CatalogState], Facts]
"""A state → what it says of the objects of one kind, by Address."""

DIFFS: list[Diff] = []
FACTS: list[KindFacts] = []


def part_of_diff(function: Diff) -> Diff:
    """Register a function as its kind's part of `diff`."""
    DIFFS.append(function)
    return function


def part_of_facts(function: KindFacts) -> KindFacts:
    """Register a function as its kind's part of `facts`."""
    FACTS.append(function)
    return function
