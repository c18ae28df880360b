"""`catalog status`: report drift, read live from AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalog.cli.consent import Consent, yes_option
from catalog.cli.formats import Format, finish, format_options, text
from catalog.cli.locking import Locking, lock_option
from catalog.cli.options import parallelism_option
from catalog.cli.output import note
from catalog.cli.reports import PlanReport, TargetReport, reports_of
from catalog.cli.target_run import TargetOptions, TargetRun, targets_options
from catalog.cli.workspace import Workspace
from catalog.errors import EXIT_CHANGES, CatalogError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.publishing.bootstrap import RolesPlannedElsewhere
    from catalog.publishing.desired import Publication
    from catalog.publishing.fan_out import Earlier
    from catalog.upkeep.status import Status

EPILOG = """\b
Examples:
  catalog status --local
  catalog status --verify --json --profile hub      (nightly, in CI)
  catalog status --refresh-principals --yes
  catalog status --to all                           (the targets of pyproject.toml)
  catalog status --to all --refresh-principals      (asks once for all of them)

Kinds of drift: missing; changed; unmanaged (products, portfolios, members of portfolios, constraints or versions that
are not declared); dead principal (what AWS lists in place of a role, user or group that was deleted).

Exit codes: 0 no drift, 1 AWS failed, 2 wrong input, 4 drift.
"""


@click.command(epilog=EPILOG)
@click.option("--verify", is_flag=True, help="Also fetch the template of every version, and compare its digest.")
@click.option(
    "--refresh-principals", "refresh", is_flag=True, help="First associate principals again, and remove dead ones."
)
@yes_option
@lock_option
@parallelism_option
@format_options("json")
@targets_options
@click.pass_context
def status(
    context: click.Context,
    workspace: Workspace,
    to: TargetOptions,
    verify: bool,
    refresh: bool,
    yes: bool,
    no_lock: bool,
    parallelism: int,
    form: Format,
) -> None:
    """Report drift between AWS and the repository. Reads only, except with --refresh-principals."""
    from catalog.cli.checked_content import load_checked
    from catalog.cli.plan_run import of_target
    from catalog.upkeep.status import status

    run, declared = to.run(), load_checked(workspace)
    locking = Locking(workspace, "status --refresh-principals", no_lock)
    errors = refresh_principals(run, declared, Consent(yes), locking, parallelism) if refresh else {}

    def read(target: Target, session: AwsSession, _: Earlier[Status]) -> Status:
        return status(of_target(declared, target), session, verify=verify)

    outcomes = run.visit(read, [target for target in run.targets if target not in errors])
    reached = {report.target: report for report in reports_of(outcomes)}
    failed = {target: TargetReport[Status](target, "failed", error) for target, error in errors.items()}
    reports = [(reached | failed)[target] for target in run.targets]
    finish(run, reports, form)
    if any(report.changes for report in reports):
        context.exit(EXIT_CHANGES)


def refresh_principals(
    run: TargetRun, declared: Publication, consent: Consent, locking: Locking, parallelism: int
) -> dict[Target, CatalogError]:
    """Associate principals again in all targets, after one question; the errors of the targets that failed."""
    from catalog.cli.plan_run import apply_all, of_target, pending, plan_all
    from catalog.upkeep.status import refresh_plan

    def prepare(target: Target, session: AwsSession, _: RolesPlannedElsewhere) -> PlanReport:
        locking.look(session)
        return PlanReport(refresh_plan(of_target(declared, target), session))

    reports = plan_all(run, prepare)
    plans = pending(reports)
    if plans and not consent.yes:
        text.show(run, reports, err=True)
    consent.require({target.label: report.plan for target, report in plans.items()})
    with locking.released():
        errors = {report.target: report.error for report in reports} | apply_all(run, plans, locking, parallelism)
    if plans:
        number = sum(report.changes for target, report in plans.items() if not errors[target])
        note(f"Refreshed {number} principal{'' if number == 1 else 's'}.")
    return {target: error for target, error in errors.items() if error}
