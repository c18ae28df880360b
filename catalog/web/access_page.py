"""The access matrix of a launch as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Sequence

from catalog import __version__
from catalog.access import Matrix, lifting
from catalog.access.lifting import LiftedDeny
from catalog.access.report import LIFTED
from catalog.review.cells import access_tables
from catalog.web.page import render


def as_html(title: str, matrix: Matrix, lifted: Sequence[LiftedDeny] = ()) -> str:
    """The page; `title` says what is launched, and where."""
    return render(
        "access.html",
        title=title,
        tables=access_tables(matrix),
        lifted=lifting.table(lifted),
        lifted_words=LIFTED,
        not_evaluated=matrix.not_evaluated,
        version=__version__,
    )
