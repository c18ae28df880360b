"""One piece of work over many targets, side by side: each has its own result or error, and none stops another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from catalog.content.targets import Target
from catalog.errors import CatalogError

AT_ONCE = 8
"""Targets at a time. Throttling counts by account and Region, so they do not stand in one another's way."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TargetOutcome(Generic[Result]):
    """What came of one target: a result, or the error that ended it."""

    target: Target
    result: Result | None = None
    error: CatalogError | None = None


Earlier = Callable[[], tuple[TargetOutcome[Result], ...]]
"""Waits for the targets of the same account that were declared before, and answers their outcomes: what is global in
an account, such as a role, belongs to the first of them."""


class Stop:
    """Tells all targets to end at their next step: Ctrl-C reaches the main thread alone."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def check(self) -> None:
        """Raise `CatalogError` once everybody shall stop."""
        if self.event.is_set():
            raise CatalogError("stopped")


def side_by_side(
    targets: Sequence[Target], work: Callable[[Target, Earlier[Result]], Result], stop: Stop
) -> tuple[TargetOutcome[Result], ...]:
    """Do `work` for each target; outcomes in the order of `targets`.

    Work that waits for `Earlier` cannot wait for ever: the pool takes targets in order, so what it waits for has begun.
    """
    futures: dict[Target, Future[TargetOutcome[Result]]] = {}

    def attempt(target: Target, before: Sequence[Future[TargetOutcome[Result]]]) -> TargetOutcome[Result]:
        try:
            stop.check()
            return TargetOutcome(target, work(target, lambda: tuple(future.result() for future in before)))
        except CatalogError as error:
            return TargetOutcome(target, error=error)

    if len(targets) < 2:  # in this thread, so that Ctrl-C ends it at once
        return tuple(attempt(target, ()) for target in targets)
    with ThreadPoolExecutor(min(AT_ONCE, len(targets)), thread_name_prefix="target") as pool:
        try:
            for target in targets:
                before = [future for one, future in futures.items() if one.account == target.account]
                futures[target] = pool.submit(attempt, target, before)
            return tuple(future.result() for future in futures.values())
        except BaseException:  # Ctrl-C, or a programming error: end the others at their next step, then let it through
            stop.event.set()
            raise
