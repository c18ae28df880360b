"""`diff(desired, observed)`: two catalogue states to the ordered changes between them. Pure.

Each kind of object has its own part of the comparison (plan/kinds/).
"""

from __future__ import annotations

from catalog.model.state import CatalogState
from catalog.plan.changes import Change
from catalog.plan.order import rank
from catalog.plan.parts import DIFFS


def diff(desired: CatalogState, observed: CatalogState, *, refresh: bool = False) -> tuple[Change, ...]:
    """The changes that make `observed` equal `desired`, in the order in which AWS accepts them.

    What `observed` holds beyond `desired` stays when it is a product, a version, a portfolio or a TagOption of the
    account. It is removed from our portfolios, as are TagOptions and budgets of our products. `refresh` also
    removes dead principals, and associates those of type IAM again. Raises `ContentError` when a
    published version would have to change.
    """
    changes = [change for part in DIFFS for change in part(desired, observed, refresh)]
    return tuple(sorted(changes, key=rank))
