"""What each kind adds to `diff`, `facts` and `prune`: functions that the modules of plan/kinds/ register."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts
from catalog.plan.removal import Kept, Removal

Diff = Callable[[CatalogState, CatalogState, bool], Iterator[Change]]
"""(desired, observed, refresh) → the changes of one kind, in any order between different classes of change.

It goes by what `desired` has: products, portfolios and imports of `observed` alone are `catalog prune`'s business.
"""
KindFacts = Callable[[CatalogState], Facts]
"""A state → what it says of the objects of one kind, by Address."""
Prune = Callable[[Removal], Iterator[Change | Kept]]
"""What goes → the deletions of one kind, in any order between different classes of change, and what it keeps.

A kind needs none for what its part of `diff` removes from a portfolio or product that declares nothing.
"""

DIFFS: list[Diff] = []
FACTS: list[KindFacts] = []
PRUNES: list[Prune] = []


def part_of_diff(function: Diff) -> Diff:
    """Register a function as its kind's part of `diff`."""
    DIFFS.append(function)
    return function


def part_of_facts(function: KindFacts) -> KindFacts:
    """Register a function as its kind's part of `facts`."""
    FACTS.append(function)
    return function


def part_of_prune(function: Prune) -> Prune:
    """Register a function as its kind's part of `prune`."""
    PRUNES.append(function)
    return function
