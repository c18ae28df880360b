"""`catalog stackset`: launch roles and catalogues for the accounts of organizational units, by StackSets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_stack_sets
from catalog.cli.consent import Consent, allow_option, yes_option
from catalog.cli.formats import Format, finish, format_options
from catalog.cli.locking import Locking, lock_option
from catalog.cli.options import CommandGroup, detailed_exitcode_option
from catalog.cli.output import note
from catalog.cli.reports import PlanReport, TargetReport, reports_of
from catalog.cli.stackset_status import StackSetStatus
from catalog.cli.target_run import TargetOptions, TargetRun, targets_options
from catalog.cli.workspace import Workspace
from catalog.errors import EXIT_CHANGES, ContentError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.cli.plan_run import Prepare
    from catalog.content.targets import Target
    from catalog.publishing.bootstrap import RolesPlannedElsewhere
    from catalog.publishing.fan_out import Earlier

EPILOG = """\b
Examples:
  catalog stackset plan
  catalog stackset publish launch-roles --yes --allow widen
  catalog stackset status --json

Stack sets are tables [tool.catalog.stacksets.NAME] of pyproject.toml. The account is the organization's management
account, or a delegated administrator of StackSets: see `catalog help stacks.md`.
"""
PLAN_EPILOG = """\b
Examples:
  catalog stackset plan
  catalog stackset plan launch-roles --to management/eu-west-1
  catalog stackset plan --detailed-exitcode --json

Exit codes: 0 done, 1 AWS failed, 2 wrong input, 4 changes (with --detailed-exitcode).
"""
PUBLISH_EPILOG = """\b
Examples:
  catalog stackset publish
  catalog stackset publish launch-roles --yes --allow widen

Exit codes: 0 done, 1 AWS failed, 2 wrong input, 4 some accounts failed, though no more than failure_tolerance.

StackSets works in the background: a run that is stopped leaves the operation running, and the next one waits for it.
Where an operation failed or did not come, the next run deploys again.
"""
STATUS_EPILOG = """\b
Examples:
  catalog stackset status
  catalog stackset status launch-roles --json

Exit codes: 0 all instances are current, 1 AWS failed, 2 wrong input, 4 some are not, or a stack set is missing.
"""
keys_argument = click.argument("keys", nargs=-1, metavar="[NAME]...", shell_complete=complete_stack_sets)


@click.group(cls=CommandGroup, epilog=EPILOG)
def stackset() -> None:
    """Deploy launch roles and catalogues to organizational units with StackSets."""


def one_region(run: TargetRun) -> TargetRun:
    """The run, if each account has one Region; a stack set in a second one would deploy to the same accounts again."""
    accounts = [target.account for target in run.targets] if run.named else []
    if repeated := sorted({account for account in accounts if accounts.count(account) > 1}):
        labels = ", ".join(target.label for target in run.targets if target.account == repeated[0])
        raise ContentError(
            f"--to means several Regions of account {repeated[0]}: {labels}",
            hint="Stack sets are managed in one Region, and deploy to others from there: pass --to NAME/REGION.",
        )
    return run


def prepared(workspace: Workspace, keys: tuple[str, ...], waiting: Callable[[str], None] | None = None) -> Prepare:
    """Prepares the plan of the stack sets of these names; with `waiting`, after an operation that runs has ended."""
    from catalog.cli.checked_content import load_checked
    from catalog.content.stack_sets import choose_stack_sets
    from catalog.publishing.stack_sets import stack_set_plan

    chosen = choose_stack_sets(workspace.config().stack_sets, keys)
    declared = load_checked(workspace, templates=True, unreleased=False)

    def prepare(target: Target, session: AwsSession, _: RolesPlannedElsewhere) -> PlanReport:
        return PlanReport(stack_set_plan(declared, chosen, session, waiting), declared.bodies())

    return prepare


@stackset.command(epilog=PLAN_EPILOG)
@keys_argument
@format_options("json", "markdown")
@detailed_exitcode_option
@targets_options
@click.pass_context
def plan(
    context: click.Context,
    workspace: Workspace,
    to: TargetOptions,
    keys: tuple[str, ...],
    form: Format,
    detailed_exitcode: bool,
) -> None:
    """Show what stackset publish would change. Reads only."""
    from catalog.cli.plan_run import plan_all

    run = one_region(to.run())
    reports = plan_all(run, prepared(workspace, keys))
    finish(run, reports, form)
    if detailed_exitcode and any(report.changes for report in reports):
        context.exit(EXIT_CHANGES)


@stackset.command(epilog=PUBLISH_EPILOG)
@keys_argument
@yes_option
@allow_option
@lock_option
@format_options("json")
@targets_options
@click.pass_context
def publish(
    context: click.Context,
    workspace: Workspace,
    to: TargetOptions,
    keys: tuple[str, ...],
    yes: bool,
    allow: tuple[str, ...],
    no_lock: bool,
    form: Format,
) -> None:
    """Create and update stack sets, and deploy them to the accounts of organizational units."""
    from catalog.cli.plan_run import Done, carry_out

    run = one_region(to.run())
    done = Done("published", "Deployed stack sets: {changes} to {where} in {seconds}.")
    locking = Locking(workspace, "stackset publish", no_lock)
    carry_out(run, prepared(workspace, keys, note), done, Consent(yes, allow), form, locking)
    failures = [
        line for report in read_states(workspace, run, keys) if report.content for line in failed(report.content)
    ]
    for line in failures:
        note(line)
    if failures:
        context.exit(EXIT_CHANGES)


@stackset.command(epilog=STATUS_EPILOG)
@keys_argument
@format_options("json")
@targets_options
@click.pass_context
def status(
    context: click.Context, workspace: Workspace, to: TargetOptions, keys: tuple[str, ...], form: Format
) -> None:
    """List the instances of stack sets by account and Region, with status and reason."""
    run = to.run()
    reports = read_states(workspace, run, keys)
    finish(run, reports, form)
    if any(report.changes for report in reports):
        context.exit(EXIT_CHANGES)


def read_states(workspace: Workspace, run: TargetRun, keys: tuple[str, ...]) -> list[TargetReport[StackSetStatus]]:
    """The stack sets of each target as AWS has them."""
    from catalog.content.stack_sets import choose_stack_sets
    from catalog.publishing.stack_sets import stack_set_states

    config = workspace.config()
    chosen = choose_stack_sets(config.stack_sets, keys)

    def read(target: Target, session: AwsSession, _: Earlier[StackSetStatus]) -> StackSetStatus:
        states = stack_set_states(config.owner, chosen, session)
        return StackSetStatus(session.identity.account, session.region, states, session.is_sandbox)

    return reports_of(run.visit(read))


def failed(status: StackSetStatus) -> list[str]:
    """What did not succeed, though the stack sets tolerate it."""
    from catalog.publishing.stack_sets import tolerated_failures

    return list(tolerated_failures(status.states))
