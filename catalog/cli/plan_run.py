"""Plans of a run: plan all targets, show the plans, ask once, apply them side by side, report the outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from catalog.cli.formats import TEXT, Format, check_failed, text
from catalog.cli.output import note
from catalog.cli.progress import bar, shows_bar
from catalog.cli.reports import PlanReport, TargetReport, error_line, reports_of
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
    """For one target alone; has the plan's account and Region."""


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

    def plan_target(target: Target, session: AwsSession, earlier: Earlier[PlanReport]) -> PlanReport:
        def planned_elsewhere() -> frozenset[str]:
            plans = (outcome.result.plan for outcome in earlier() if outcome.result)
            return frozenset().union(*(planned_roles(plan.changes) for plan in plans))

        with vanished():
            return prepare(target, session, planned_elsewhere)

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
    if len(reports) == 1:
        from catalog.plan.report import counted

        for report in plans.values():
            note(done.sentence.format(account=report.plan.account, region=report.plan.region))
            note(f"{counted(report.plan.changes)} in {seconds:.0f} s.{next_step(report.plan)}")


def next_step(plan: Plan) -> str:
    """What to do after a publish that created products; empty after another one."""
    from catalog.plan.kinds.product import CreateProduct

    created = [change.product.key for change in plan.changes if isinstance(change, CreateProduct)]
    if not created:
        return ""
    local = " --local" if plan.sandbox else ""
    return f" Next: launch it in the Service Catalog console, or with `catalog launch {created[0]}{local}`."


def apply_all(
    run: TargetRun, plans: Mapping[Target, PlanReport], locking: Locking, parallelism: int
) -> dict[Target, CatalogError | None]:
    """Apply the plans side by side; the error of each target, None when it is done."""

    def apply_target(target: Target, session: AwsSession, earlier: Earlier[None]) -> None:
        if waits(target, plans):
            earlier()
        report = plans[target]
        say = partial(run.note, target) if len(run.targets) > 1 else None
        apply_plan(report.plan, session, locking, report.bodies, parallelism, say)

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


def apply_plan(
    plan: Plan,
    session: AwsSession,
    locking: Locking,
    bodies: Mapping[str, bytes] = MappingProxyType({}),
    parallelism: int = PARALLELISM,
    say: Callable[[str], None] | None = None,
) -> None:
    """Apply a plan under its lease, and show its progress: a bar on a terminal, elsewhere a line for each change.

    `say` prints the lines of one of several targets, which have no bar.
    """
    from catalog.plan.overview import in_brief
    from catalog.plan.report import ProgressLines
    from catalog.publishing.apply import apply

    lines, print_line = ProgressLines(plan.changes), say or note
    with locking.held(session) as hold:
        shows = say is None and shows_bar()
        with bar(len(plan.changes), "applying") if shows else nullcontext() as shown:

            def report(_: int, change: Change) -> None:
                hold.before(change)
                if shown:
                    shown.show(in_brief(change))

            def done(index: int, _: Change) -> None:
                if shown:
                    shown.advance()
                elif line := lines.done(index):
                    print_line(line)

            apply(plan, session, bodies, report, done, alone_since=hold.alone_since, parallelism=parallelism)
