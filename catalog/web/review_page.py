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
    number = len(review.products)
    attempts = [(False, number), (True, number), *((True, number * part // 8) for part in range(7, 0, -1))]
    for brief, shown in attempts:
        page = page_of(review, brief=brief, shown=shown)
        if len(page.encode()) <= limit:
            return page
    return page_of(review, brief=True, shown=0)


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
