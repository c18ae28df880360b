"""`apply`: carry out a plan, independent changes side by side. The handlers of changes are in `catalog/aws/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from heapq import heappop, heappush

from catalog.aws.handlers import Executor, load_handlers
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.writer import Writer
from catalog.errors import CatalogError, StoppedError
from catalog.model.limits import short_digests
from catalog.plan.changes import Change, Plan
from catalog.plan.report import folded
from catalog.plan.schedule import Schedule, ScheduleStep, StepKind, schedule
from catalog.publishing.parallelism import PARALLELISM
from catalog.stopping import STOP

load_handlers()

GO_ON = "Run the same command again to go on."
LISTED = 8
"""Lines of changes in an error."""
Report = Callable[[int, Change], None]


def apply(
    plan: Plan,
    session: AwsSession,
    bodies: Mapping[str, bytes],
    report: Report = lambda *_: None,
    done: Report = lambda *_: None,
    *,
    alone_since: float | None = None,
    parallelism: int = PARALLELISM,
) -> None:
    """Make all changes of `plan`, up to `parallelism` at a time, each after those that it waits for (plan/schedule.py).

    `report` gets the index and the change before each one starts, `done` after it has returned, both in this thread.
    `bodies` has the templates that the plan uploads, by digest. `alone_since` is as in `Writer`.

    After an error no change starts any more, and those in flight end. The error says how many changes are done, failed
    and not started; the next run goes on from there. So does `StoppedError` after a stop request.
    """
    executor = Executor(Writer(session, Reader(session), plan.owner, alone_since), plan.bucket, bodies, dict(plan.ids))
    work = schedule(plan.changes, plan.before)
    run = Run(executor, work, work.sorter(), parallelism, work.heights(), report, done)
    with STOP.careful():
        run.run()


@dataclass(slots=True)
class Run:
    """The changes of a plan while they are made. One thread takes what is ready; others make the calls."""

    executor: Executor
    work: Schedule
    sorter: TopologicalSorter[ScheduleStep]
    parallelism: int
    heights: Mapping[ScheduleStep, int]
    report: Report
    reached: Report
    ready: list[tuple[int, ScheduleStep]] = field(default_factory=list)
    """A heap: what the longest chain waits for starts first, then what comes first in the plan."""
    in_flight: dict[Future[None], ScheduleStep] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    unsure: list[Change] = field(default_factory=list)
    """Changes that a stop request ended while AWS may complete them."""
    failed: dict[ScheduleStep, CatalogError] = field(default_factory=dict)
    refused: CatalogError | None = None
    """The error of `report`: the next change must not start."""

    def run(self) -> None:
        """Make all changes, or raise what kept some of them from being made."""
        pool = ThreadPoolExecutor(self.parallelism, thread_name_prefix="change")
        try:
            while self.start(pool):
                for future in wait(self.in_flight, return_when=FIRST_COMPLETED).done:
                    self.end(future)
        except KeyboardInterrupt as error:  # the second one: leave the calls in flight alone
            pool.shutdown(wait=False, cancel_futures=True)
            self.unsure += [self.change(step) for step in self.in_flight.values() if step.kind is StepKind.CHANGE]
            raise self.stopped() from error
        pool.shutdown()
        self.conclude()

    def start(self, pool: ThreadPoolExecutor) -> bool:
        """Start what is ready while there is room; whether anything is in flight."""
        while len(self.in_flight) < self.parallelism and (step := self.next_step()):
            if step.kind is StepKind.MILESTONE:
                self.sorter.done(step)
            elif step.kind is StepKind.CONFIRMATION:
                self.in_flight[pool.submit(self.executor.settling.settle, step.name)] = step
            elif self.may_start(step):
                self.in_flight[pool.submit(self.executor.execute, self.change(step))] = step
        return bool(self.in_flight)

    def next_step(self) -> ScheduleStep | None:
        """The next step that is ready; None when there is none, or nothing must start any more."""
        for step in self.sorter.get_ready():
            heappush(self.ready, (-self.heights[step], step))
        if not self.ready or self.failed or self.refused or STOP.event.is_set():
            return None
        return heappop(self.ready)[1]

    def may_start(self, step: ScheduleStep) -> bool:
        """Report that a change starts; False when `report` raises, for example because the lease is lost."""
        try:
            self.report(step.position, self.change(step))
        except CatalogError as error:
            self.refused = error
            return False
        return True

    def end(self, future: Future[None]) -> None:
        """Take the outcome of a step. An error that is not ours is raised: it is a fault of this program."""
        step = self.in_flight.pop(future)
        try:
            future.result()
        except StoppedError:
            if step.kind is StepKind.CHANGE:
                self.unsure.append(self.change(step))
        except CatalogError as error:
            self.failed[step] = error
            self.done.discard(step.position)  # what AWS does not list is not done
        else:
            self.sorter.done(step)
            if step.kind is StepKind.CHANGE:
                self.done.add(step.position)
                self.reached(step.position, self.change(step))

    def change(self, step: ScheduleStep) -> Change:
        """The change of a step."""
        return self.work.changes[step.position]

    def conclude(self) -> None:
        """Raise unless everything is done."""
        if self.failed or self.refused:
            raise self.failure()
        if len(self.done) < len(self.work.changes) or self.unsure or self.sorter.is_active():
            raise self.stopped()

    def failure(self) -> CatalogError:
        """The error of what failed, with what is done and what has not started."""
        errors = [*([self.refused] if self.refused else []), *self.failed.values()]
        if not self.done and len(errors) == 1 and not self.unsure:
            return errors[0]  # nothing was changed
        counts = f"{len(self.done)} done, {len(self.failed)} failed, {len(self.left)} not started"
        advice = "Nothing that is done has to be undone: fix the cause, and run the same command again to go on."
        lines = [f"{counts}. {advice}", *self.lines("not started", self.left)]
        if len(errors) == 1:
            hint = "\n  ".join([*filter(None, [errors[0].hint]), *lines])
            return errors[0].reworded(hint=hint)
        first, *others = errors
        also = [f"  also {line}" for error in others for line in str(error).splitlines()]
        message = "\n".join([f"{len(errors)} changes failed. {first.message}", *also])
        return first.reworded(message=message, hint="\n  ".join([*filter(None, [first.hint]), *lines]))

    def stopped(self) -> StoppedError:
        """The error of a stop request: what is done, what was in flight, and what has not started."""
        counts = f"stopped: {len(self.done)} of {len(self.work.changes)} changes are done, {len(self.left)} not started"
        if self.unsure:
            names = ", ".join(f"{change.operation} {change.address}" for change in self.unsure[:LISTED])
            more = f" and {len(self.unsure) - LISTED} more" if len(self.unsure) > LISTED else ""
            counts += f"; in flight: {names}{more}, which AWS may complete"
        return StoppedError(counts, signal_number=STOP.number, hint=GO_ON)

    @property
    def left(self) -> Sequence[Change]:
        """The changes that have not started."""
        started = {*self.done, *(step.position for step in self.failed)}
        unsure = {id(change) for change in self.unsure}
        return [
            change
            for index, change in enumerate(self.work.changes)
            if index not in started and id(change) not in unsure
        ]

    def lines(self, words: str, changes: Sequence[Change]) -> Iterator[str]:
        """A line for each change, or for many alike."""
        listed = [short_digests(f"{line.operation} {line.address}") for line in folded(changes)]
        yield from (f"{words}: {text}" for text in listed[:LISTED])
        if len(listed) > LISTED:
            yield "… `catalog plan` lists all that is left."
