"""L2. A part of a plan: the changes that are asked for, with those that they need or must not go without. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalog.plan.changes import Change, Facts


@dataclass(frozen=True, slots=True)
class Selected:
    """What is made of the changes that were found, and what is left out."""

    changes: tuple[Change, ...]
    left_out: tuple[Change, ...] = ()
    notices: tuple[str, ...] = ()


Choice = Callable[[Sequence[Change], Facts, Facts], Selected]
"""Chooses among changes by the facts before and after them."""


def everything(changes: Sequence[Change], before: Facts, after: Facts) -> Selected:
    """All of them."""
    return Selected(tuple(changes))
