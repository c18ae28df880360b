"""Work on several targets, side by side. Each target has its own result or error, and none stops another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from catalog.content.targets import Target
from catalog.errors import CatalogError
from catalog.stopping import STOP

AT_ONCE = 8
"""Targets at a time. AWS throttles by account and Region, so targets do not slow each other down."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TargetOutcome(Generic[Result]):
    """The result of one target, or the error that ended it."""

    target: Target
    result: Result | None = None
    error: CatalogError | None = None


Earlier = Callable[[], tuple[TargetOutcome[Result], ...]]
"""Waits for the earlier targets of the same account, and returns their outcomes. What is global in an account, such as
an IAM role, belongs to the first of its targets."""


def side_by_side(
    targets: Sequence[Target], work: Callable[[Target, Earlier[Result]], Result]
) -> tuple[TargetOutcome[Result], ...]:
    """Do `work` for each target; outcomes in the order of `targets`.

    Work that waits for `Earlier` cannot block forever: the pool takes targets in order, so the work it waits for has
    already started. A single target is worked on in this thread, so that Ctrl-C ends it at once.
    """
    futures: dict[Target, Future[TargetOutcome[Result]]] = {}

    def attempt(target: Target, before: Sequence[Future[TargetOutcome[Result]]]) -> TargetOutcome[Result]:
        try:
            STOP.check()
            return TargetOutcome(target, work(target, lambda: tuple(future.result() for future in before)))
        except CatalogError as error:
            return TargetOutcome(target, error=error)

    if len(targets) < 2:
        return tuple(attempt(target, ()) for target in targets)
    pool = ThreadPoolExecutor(min(AT_ONCE, len(targets)), thread_name_prefix="target")
    try:
        for target in targets:
            before = [future for other, future in futures.items() if other.account == target.account]
            futures[target] = pool.submit(attempt, target, before)
        return tuple(future.result() for future in futures.values())
    except BaseException:  # Ctrl-C, or a programming error: end the other targets at their next step
        STOP.event.set()
        raise
    finally:
        pool.shutdown(wait=not STOP.at_once)
