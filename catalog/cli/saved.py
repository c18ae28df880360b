"""Saved plans: where `catalog plan -o` writes them, and what `catalog publish FILE` makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.output import note, write_file
from catalog.cli.plan_run import Prepare, plans_of
from catalog.cli.reports import PlanReport
from catalog.cli.target_run import TargetOptions, TargetRun
from catalog.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.plan.changes import Plan
    from catalog.plan.saved import Options, SavedPlan, SavedPlans
    from catalog.publishing.bootstrap import RolesPlannedElsewhere
    from catalog.publishing.desired import Publication


def check_output(file: Path) -> None:
    """`ContentError` when a plan cannot be saved there, before any AWS call; only a saved plan is replaced."""
    from catalog.plan.saved import is_saved

    if not file.parent.is_dir():
        raise ContentError(f"{file}: there is no folder {file.parent}", hint="Create it, or choose another file.")
    if file.exists() and not is_saved(file):
        raise ContentError(f"{file} exists and is not a saved plan: it was not replaced", hint="Choose another file.")


def write_saved(file: Path, owner: str, options: Options, plans: Sequence[tuple[str, Plan]]) -> None:
    """Save plans, each with its target's label."""
    from catalog.plan import report, saved

    places = [saved.plan_data(target, plan, report.as_data(plan)) for target, plan in plans]
    data = saved.as_data(owner, options, places)
    write_file(file, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())
    note(f"Saved: {file}. `catalog publish {file}` publishes exactly this plan.")


def run_of(saved: SavedPlans, to: TargetOptions) -> TargetRun:
    """The run over the targets, or the Region, that the plans are for."""
    if labels := [plan.target for plan in saved.plans if plan.target]:
        return to.run(labels)
    return to.run(region=saved.plans[0].region)


def check_options(saved: SavedPlans, to: TargetOptions, given: Options) -> None:
    """Refuse options that the file has itself, and that are given again and differ."""
    if to.names or given.selected:
        raise click.UsageError("--to and --target do not apply with FILE: the plan has them")
    if to.where.region and any(plan.target for plan in saved.plans):
        raise click.UsageError("--region does not apply with the plans of several targets")
    for option, wanted, planned in (
        ("--dev", given.dev, saved.options.dev),
        ("--refresh-principals", given.refresh_principals, saved.options.refresh_principals),
    ):
        if wanted and not planned:
            raise click.UsageError(f"the plan was made without {option}: plan again with it")
    if (owner := to.where.workspace.config().owner) != saved.owner:
        raise ContentError(f"the plan is of owner {saved.owner!r}, this repository is {owner!r}")


def remaining_plans(run: TargetRun, declared: Publication, saved: SavedPlans) -> Prepare:
    """Prepares the changes of a saved plan that are not done yet, or refuses it."""
    from catalog.plan.reading import ReviewedPlan, check_reading
    from catalog.plan.report import as_data

    plans = {plan.target: plan for plan in saved.plans}
    prepare_all = plans_of(declared, saved.options.refresh_principals, lambda target: plans[target.label].choose)

    def prepare(target: Target, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere) -> PlanReport:
        saved_plan = plans[target.label]
        check_place(saved_plan, session)
        report = prepare_all(target, session, planned_elsewhere)
        saved_plan.check_stacks(report.plan)
        reviewed = ReviewedPlan(saved_plan.document, saved_plan.before, saved_plan.after, report.plan.before)
        check_reading(reviewed, as_data(report.plan))
        if done := len(saved_plan.changes) - len(report.plan.changes):
            run.note(target, f"{done} of the {len(saved_plan.changes)} changes are done already.")
        return report

    return prepare


def check_place(plan: SavedPlan, session: AwsSession) -> None:
    """`ContentError` when the plan is for another account or Region than the session's; makes one call."""
    identity = session.identity
    plan.check_account(identity.account, session.region, identity.partition, sandbox=session.is_sandbox)
