"""Undo a part of what was made when the rest fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def undo_on_failure(undo: Callable[[], object]) -> Iterator[None]:
    """Run `undo` if the rest of a creation fails: the engine deletes only resources that a handler has returned."""
    try:
        yield
    except Exception:
        undo()
        raise
