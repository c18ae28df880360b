"""`apply`: carry out a plan in its order. The handlers of changes are in `catalog/aws/`, a module a kind of object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from catalog.aws.handlers import Executor, load_handlers
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.settling import named
from catalog.aws.writer import Writer
from catalog.errors import CatalogError, StoppedError
from catalog.plan.changes import Change, Plan
from catalog.plan.order import rank
from catalog.stopping import STOP

load_handlers()

GO_ON = "Run the same command again to go on."
Report = Callable[[int, Change], None]


def apply(
    plan: Plan,
    session: AwsSession,
    bodies: Mapping[str, bytes],
    report: Report = lambda *_: None,
    done: Report = lambda *_: None,
    *,
    alone_since: float | None = None,
) -> None:
    """Make all changes of `plan` in order.

    `report` gets the index and the change before each one starts, `done` after it has returned. `bodies` has the
    templates that the plan uploads, by digest. `alone_since` is as in `Writer`.

    Waits until the changes of one kind are effective before the next kind starts. An error stops at the change that
    failed and names it: the changes before it are done, and the next run goes on from there. So does `StoppedError`
    after a stop request, when the call in flight has returned.
    """
    writer = Writer(session, Reader(session), plan.owner, alone_since)
    executor = Executor(writer, plan.bucket, bodies, dict(plan.ids))
    total = len(plan.changes)
    with STOP.careful():
        for index, change in enumerate(plan.changes):
            with progress_in_errors(index, total):
                STOP.check()
                if index and rank(plan.changes[index - 1]) != rank(change):
                    executor.settling.settle()
                report(index, change)
            with progress_in_errors(index, total, change), named(change.address):
                executor.execute(change)
            done(index, change)
        with progress_in_errors(total, total):
            executor.settling.settle()


@contextmanager
def progress_in_errors(done: int, total: int, in_flight: Change | None = None) -> Iterator[None]:
    """Add to an error from inside how many changes are done, and which one was in flight."""
    try:
        yield
    except (StoppedError, KeyboardInterrupt) as error:
        words = stopped_words(done, total, in_flight)
        raise StoppedError(words, signal_number=STOP.number, hint=GO_ON) from error
    except CatalogError as error:
        number = done + 1 if in_flight else done
        if not number:  # nothing was changed
            raise
        raise error.reworded(
            message=f"{error.message} (change {number} of {total}; "
            "the changes before it are done, run the same command again to go on)"
        ) from error


def stopped_words(done: int, total: int, in_flight: Change | None) -> str:
    """What a stopped run has done, what was in flight, and what it has not started."""
    left = total - done - (in_flight is not None)
    unsure = f"; in flight was {in_flight.operation} {in_flight.address}, which AWS may complete" if in_flight else ""
    return f"stopped: {done} of {total} changes are done, {left} not started{unsure}"
