"""Plans of a run: plan all targets, show the plans, ask once, apply them side by side, report the outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catalog.cli.formats import TEXT, Format, check_failed, text
from catalog.cli.launch_line import continued
from catalog.cli.live import verbosity
from catalog.cli.output import note
from catalog.cli.progress import Progress, progress
from catalog.cli.reports import PlanReport, TargetReport, error_line, reports_of
from catalog.cli.terminal import style
from catalog.errors import AwsError, CatalogError
from catalog.publishing.parallelism import PARALLELISM

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.cli.consent import Consent
    from catalog.cli.locking import Locking
    from catalog.cli.target_run import TargetRun
    from catalog.content.targets import Target
    from catalog.plan.changes import Change, Plan
    from catalog.plan.saved import Options
    from catalog.plan.selection import Choice
    from catalog.publishing.bootstrap import RolesPlannedElsewhere
    from catalog.publishing.desired import Publication
    from catalog.publishing.fan_out import Earlier

Prepare = Callable[["Target", "AwsSession", "RolesPlannedElsewhere"], PlanReport]


@dataclass(frozen=True, slots=True)
class Done:
    """What is said of a target whose plan was applied."""

    outcome: str
    sentence: str
    """What is said in the end; it has `{changes}`, `{where}` and `{seconds}`."""
    next_command: Callable[[Plan], str] = lambda _: ""
    """What to type after a plan was applied; empty when there is nothing to say."""


def of_target(declared: Publication, target: Target) -> Publication:
    """The part of the content that goes to a target."""
    return declared.of_portfolios(target.portfolios) if target.portfolios else declared


def publish_plans(run: TargetRun, declared: Publication, options: Options, *, trust_digests: bool = False) -> Prepare:
    """Prepares the plan of `catalog publish`. What --target selects need not be in every target of --to."""
    from catalog.plan.selection import only, roots

    elsewhere = roots(declared.catalog.products, declared.catalog.portfolios) if run.named else frozenset()
    choose = only(options.selected, elsewhere)
    return plans_of(declared, options.refresh_principals, lambda _: choose, trust_digests=trust_digests)


def plans_of(
    declared: Publication, refresh_principals: bool, choose: Callable[[Target], Choice], *, trust_digests: bool = False
) -> Prepare:
    """Prepares plans with the changes that `choose` selects for a target."""
    from catalog.publishing.planner import PlanOptions, plan
    from catalog.publishing.version_differences import Comparisons

    comparisons = Comparisons()

    def prepare(target: Target, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere) -> PlanReport:
        publication = of_target(declared, target)
        options = PlanOptions(refresh_principals, choose(target), planned_elsewhere, comparisons, trust_digests)
        return PlanReport(plan(publication, session, options), publication.bodies())

    return prepare


def plan_all(run: TargetRun, prepare: Prepare) -> list[TargetReport[PlanReport]]:
    """The plans of all targets. Roles that an earlier target of an account creates are not planned again."""
    from catalog.aws.observe import vanished
    from catalog.publishing.bootstrap import planned_roles

    with progress(0, "reading AWS") as shown:

        def plan_target(target: Target, session: AwsSession, earlier: Earlier[PlanReport]) -> PlanReport:
            def planned_elsewhere() -> frozenset[str]:
                plans = (outcome.result.plan for outcome in earlier() if outcome.result)
                return frozenset().union(*(planned_roles(plan.changes) for plan in plans))

            shown.states.append(session.pacing.state)
            start = time.monotonic()
            with vanished():
                report = prepare(target, session, planned_elsewhere)
            return replace(report, seconds=time.monotonic() - start)

        return reports_of(run.visit(plan_target))


def pending(reports: Sequence[TargetReport[PlanReport]]) -> dict[Target, PlanReport]:
    """The plans that can be applied: with changes, and not blocked."""
    return {
        report.target: report.content for report in reports if report.content and report.outcome == "changes pending"
    }


def carry_out(
    run: TargetRun,
    prepare: Prepare,
    done: Done,
    consent: Consent,
    form: Format,
    locking: Locking,
    parallelism: int = PARALLELISM,
) -> None:
    """Plan all targets, show the plans, ask once, apply those that are not blocked, one publisher at a time."""

    def prepare_alone(target: Target, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere) -> PlanReport:
        locking.look(session)
        return prepare(target, session, planned_elsewhere)

    reports = plan_all(run, prepare_alone)
    form.show(run, reports)
    if form is not TEXT and run.named and not consent.yes:  # the question is about these plans
        text.show(run, reports, err=True)
    plans = pending(reports)
    try:
        consent.require({target.label: report.plan for target, report in plans.items()})
    except CatalogError:
        if form is not TEXT:
            form.conclude(run, reports)
        raise
    start = time.monotonic()
    with locking.released():
        errors = apply_all(run, plans, locking, parallelism)
        for unchanged in (each.content for each in reports if each.content and not each.content.changes):
            locking.clear(unchanged.plan.account, unchanged.plan.region)
    seconds = time.monotonic() - start
    reports = [concluded(report, errors, done) for report in reports]
    form.conclude(run, reports)
    check_failed(run, reports)
    for line in ending([report.plan for report in plans.values()], done, seconds):
        note(line)


def ending(plans: Sequence[Plan], done: Done, seconds: float) -> Iterator[str]:
    """What was done, how long it took, and what to do next; nothing when there was nothing to do."""
    from catalog.plan.report import counted

    if not plans:
        return
    changes = [change for plan in plans for change in plan.changes]
    where = f"{len(plans)} targets" if len(plans) > 1 else f"account {plans[0].account}, Region {plans[0].region}"
    took = f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    yield style(done.sentence.format(changes=counted(changes), where=where, seconds=took), fg="green")
    if len(plans) == 1 and (command := done.next_command(plans[0])):
        yield f"Next: {continued(command)}"


def apply_all(
    run: TargetRun, plans: Mapping[Target, PlanReport], locking: Locking, parallelism: int
) -> dict[Target, CatalogError | None]:
    """Apply the plans side by side; the error of each target, None when it is done."""
    total, lists = sum(len(report.plan.changes) for report in plans.values()), verbosity() > 0
    with progress(total, "applying") as shown:

        def apply_target(target: Target, session: AwsSession, earlier: Earlier[None]) -> None:
            if waits(target, plans):
                earlier()
            report = plans[target]
            label = target.label if len(run.targets) > 1 else ""
            applying = Applying(report.plan, session, locking, report.bodies, parallelism, lists)
            applying.apply(shown, f"{label}: " if label else "")

        outcomes = run.visit(apply_target, tuple(plans))
    for outcome in outcomes:
        if outcome.error:
            run.note(outcome.target, error_line(outcome.error))
    return {outcome.target: outcome.error for outcome in outcomes}


def waits(target: Target, plans: Mapping[Target, PlanReport]) -> bool:
    """Whether an earlier target of the same account deploys stacks: its launch roles serve this target too."""
    from catalog.plan.kinds.stack import CreateStack, UpdateStack

    before = list(plans)[: list(plans).index(target)]
    return any(
        isinstance(change, CreateStack | UpdateStack)
        for other in before
        if other.account == target.account
        for change in plans[other].plan.changes
    )


def concluded(
    report: TargetReport[PlanReport], errors: Mapping[Target, CatalogError | None], done: Done
) -> TargetReport[PlanReport]:
    """What to report of a target in the end."""
    if report.target in errors:
        error = errors[report.target]
        return replace(report, outcome="failed" if error else done.outcome, error=error)
    if report.content and report.outcome == "blocked":
        return replace(report, error=AwsError(f"nothing was changed: {' '.join(report.content.plan.blockers)}"))
    return report


def apply_plan(plan: Plan, session: AwsSession, locking: Locking, parallelism: int) -> None:
    """Apply a plan without templates under its lease, and show its progress."""
    with progress(len(plan.changes), "applying") as shown:
        Applying(plan, session, locking, {}, parallelism, verbosity() > 0).apply(shown)


@dataclass(frozen=True, slots=True)
class Applying:
    """A plan, and what applying it needs."""

    plan: Plan
    session: AwsSession
    locking: Locking
    bodies: Mapping[str, bytes]
    """Templates, by digest."""
    parallelism: int
    lists: bool
    """Whether each change is named when it is done: -v."""

    def apply(self, shown: Progress, prefix: str = "") -> None:
        """Apply the plan under its lease; `prefix` names the target where there are several."""
        from catalog.model.limits import printable, short_digests
        from catalog.plan.overview import in_brief
        from catalog.publishing.apply import apply

        shown.states.append(self.session.pacing.state)
        with self.locking.held(self.session) as hold:

            def report(index: int, change: Change) -> None:
                hold.before(change)
                shown.begin((prefix, index), f"{prefix}{in_brief(change)}")

            def done(index: int, change: Change) -> None:
                number = shown.end((prefix, index))
                if self.lists:
                    line = f"[{number}/{shown.total}] {change.operation} {change.address}"
                    note(printable(short_digests(f"{prefix}{line}")))

            apply(
                self.plan,
                self.session,
                self.bodies,
                report,
                done,
                alone_since=hold.alone_since,
                parallelism=self.parallelism,
            )
