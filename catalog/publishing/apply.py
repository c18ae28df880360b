"""`apply`: carry out a plan, independent changes side by side. The handlers of changes are in `catalog/aws/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from catalog.aws.handlers import Executor, load_handlers
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.writer import Writer
from catalog.errors import CatalogError, StoppedError
from catalog.model.limits import printable
from catalog.plan.changes import Change, Plan
from catalog.plan.rows.row import counts, groups
from catalog.plan.schedule import Schedule, ScheduleStep, StepKind, schedule
from catalog.publishing.parallelism import PARALLELISM
from catalog.publishing.ready_queue import ReadyQueue
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
    with STOP.careful():
        Run(executor, schedule(plan.changes, plan.before), parallelism, report, done).run()


@dataclass(slots=True)
class Run:
    """The changes of a plan while they are made. One thread takes what is ready; others make the calls."""

    executor: Executor
    work: Schedule
    parallelism: int = PARALLELISM
    report: Report = lambda *_: None
    reached: Report = lambda *_: None
    sorter: TopologicalSorter[ScheduleStep] = field(init=False)
    ready: ReadyQueue = field(init=False)
    in_flight: dict[Future[None], ScheduleStep] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    """Positions of changes in the plan."""
    unsure: set[int] = field(default_factory=set)
    """Changes that a stop request ended while AWS may complete them."""
    failed: dict[int, CatalogError] = field(default_factory=dict)
    refused: CatalogError | None = None
    """The error of `report`: the next change must not start."""

    def __post_init__(self) -> None:
        self.sorter = self.work.sorter()
        self.ready = ReadyQueue(self.work.heights(), self.work.calls, self.parallelism)

    def run(self) -> None:
        """Make all changes, or raise what kept some of them from being made."""
        pool = ThreadPoolExecutor(self.parallelism, thread_name_prefix="change")
        try:
            while self.start(pool):
                for future in wait(self.in_flight, return_when=FIRST_COMPLETED).done:
                    self.end(future)
        except KeyboardInterrupt as error:  # the second one: leave the calls in flight alone
            self.unsure |= {step.position for step in self.in_flight.values() if step.kind is StepKind.CHANGE}
            raise self.stopped() from error
        finally:
            pool.shutdown(wait=not STOP.at_once, cancel_futures=True)
        if self.failed or self.refused:
            raise self.failure()
        if self.sorter.is_active():
            raise self.stopped()

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
        self.ready.add(self.sorter.get_ready())
        if not self.ready.members or self.failed or self.refused or STOP.event.is_set():
            return None
        return self.ready.take()

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
        is_change = step.kind is StepKind.CHANGE
        try:
            future.result()
        except StoppedError:
            self.unsure |= {step.position} if is_change else set()
        except CatalogError as error:
            self.failed[step.position] = error
            self.done.discard(step.position)  # what AWS does not list is not done
        else:
            self.sorter.done(step)
            if is_change:
                self.done.add(step.position)
                self.reached(step.position, self.change(step))

    def change(self, step: ScheduleStep) -> Change:
        """The change of a step."""
        return self.work.changes[step.position]

    def failure(self) -> CatalogError:
        """The error of what failed, with what is done, in flight and not started."""
        errors = [*([self.refused] if self.refused else []), *self.failed.values()]
        first, *others = errors
        if not (self.done or self.unsure or others):
            return first  # nothing was changed
        left = self.left
        counts = f"{len(self.done)} done, {len(self.failed)} failed, {len(left)} not started{self.in_doubt()}"
        advice = "Nothing that was done has to be undone; fix the cause and run the same command again."
        hint = "\n  ".join([*filter(None, [first.hint]), f"{counts}. {advice}", *not_started(left)])
        if not others:
            return first.reworded(hint=hint)
        also = [f"  also {line}" for error in others for line in str(error).splitlines()]
        return first.reworded(message="\n".join([f"{len(errors)} changes failed. {first.message}", *also]), hint=hint)

    def stopped(self) -> StoppedError:
        """The error of a stop request: what is done, what was in flight, and what has not started."""
        total = len(self.work.changes)
        counts = f"{len(self.done)} of {total} changes done, {len(self.failed)} failed, {len(self.left)} not started"
        words = f"stopped: {counts}{self.in_doubt()}"
        return StoppedError(words, signal_number=STOP.number, hint=GO_ON)

    def in_doubt(self) -> str:
        """What was in flight when it was stopped; empty if nothing was."""
        if not self.unsure:
            return ""
        changes = [self.work.changes[position] for position in sorted(self.unsure)]
        names = ", ".join(f"{change.operation} {change.address}" for change in changes[:LISTED])
        more = f" and {len(changes) - LISTED} more" if len(changes) > LISTED else ""
        return f"; in flight: {names}{more}, which AWS may complete"

    @property
    def left(self) -> Sequence[Change]:
        """The changes that have not started."""
        started = {*self.done, *self.failed, *self.unsure}
        return [change for position, change in enumerate(self.work.changes) if position not in started]


def not_started(changes: Sequence[Change]) -> Iterator[str]:
    """A line for each product, portfolio or stack with changes that have not started: `security-dev: 2 may launch`."""
    listed = []
    for group in groups(changes):
        members = ", ".join(counts(group.members))
        listed.append(printable(f"not started: {group.title}{members and (' with ' if group.own else ': ')}{members}"))
    yield from listed[:LISTED]
    if len(listed) > LISTED:
        yield "… `catalog plan` lists all that is left."
