"""`apply`: carry out a plan in its order. The handlers of changes are in `catalog/aws/`, a module a kind of object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from catalog.aws.handlers import Executor, load_handlers
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.settling import named
from catalog.aws.writer import Writer
from catalog.errors import CatalogError
from catalog.plan.changes import Change, Plan
from catalog.plan.order import rank

load_handlers()


def apply(plan: Plan, session: AwsSession, bodies: Mapping[str, bytes], report: Callable[[int, Change], None]) -> None:
    """Make all changes of `plan` in order; `report` gets the index and the change before each one starts.

    `bodies` has the templates that the plan uploads, by digest. What one kind of change made is seen to hold before the
    next kind begins. An error stops at the change that failed and names it: the changes before it are done, and the
    next run goes on from there.
    """
    writer = Writer(session, Reader(session), plan.owner)
    executor = Executor(writer, plan.bucket, bodies, dict(plan.ids))
    total = len(plan.changes)
    for index, change in enumerate(plan.changes):
        with stopped_at(index, total):
            if index and rank(plan.changes[index - 1]) != rank(change):
                executor.settling.settle()
        report(index, change)
        with stopped_at(index + 1, total), named(change.address):
            executor.execute(change)
    with stopped_at(total, total):
        executor.settling.settle()


@contextmanager
def stopped_at(number: int, total: int) -> Iterator[None]:
    """Say in an error from inside how far the plan came."""
    try:
        yield
    except CatalogError as error:
        raise error.reworded(
            message=f"{error.message} (change {number} of {total}; "
            "those before it are done, run the same command again to go on)"
        ) from error
