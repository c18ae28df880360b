"""The review as one self-contained HTML file."""

from __future__ import annotations

from catalog import __version__
from catalog.review.changes import Review
from catalog.review.differences import difference_lines
from catalog.review.verdict import verdict_of
from catalog.web.page import render

LIMIT = 1_000_000
"""Bytes of a page that opens at once everywhere."""


def as_html(review: Review, limit: int = LIMIT) -> str:
    """The page: the whole of it, or as much as fits the limit. What is left out is said, the verdict never is."""
    page = page_of(review, brief=False, shown=len(review.products))
    shown = len(review.products)
    while len(page.encode()) > limit:
        size = len(page.encode())
        page = page_of(review, brief=True, shown=shown)
        if shown == 0:
            break
        shown = min(shown * limit // max(size, len(page.encode())), shown - 1)
    return page


def page_of(review: Review, *, brief: bool, shown: int) -> str:
    """The page with so many products; `brief` without reasons of what does not change."""
    differences = {product.key: list(difference_lines(product.changes)) for product in review.products}
    return render(
        "review.html",
        review=review,
        verdict=verdict_of(review),
        differences=differences,
        version=__version__,
        brief=brief,
        shown=shown,
    )
