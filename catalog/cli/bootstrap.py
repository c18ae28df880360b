"""`catalog bootstrap`: the template bucket and the launch roles of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalog.cli.consent import Consent, allow_option, yes_option
from catalog.cli.formats import FORMATS, Format, finish, format_options
from catalog.cli.locking import Locking, lock_option
from catalog.cli.reports import PlanReport
from catalog.cli.target_run import TargetOptions, targets_options
from catalog.cli.workspace import Workspace

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.publishing.bootstrap import RolesPlannedElsewhere

EPILOG = """\b
Examples:
  catalog bootstrap --profile hub --region eu-west-1
  catalog bootstrap --yes --allow widen --json
  catalog bootstrap --to all                   (the targets of pyproject.toml)

\b
Deploys CloudFormation stacks, with termination protection:
  <owner>-templates     an S3 bucket: encrypted, versioned, TLS only, no public access
  <owner>-launch-roles  the roles of LAUNCH constraints; only Service Catalog can assume them
                        (further roles in <owner>-launch-roles-2 when a stack is half full)

IAM roles are global: they belong to the stack of the Region that was bootstrapped first. A role is kept even if
no portfolio uses it any longer.
"""


@click.command(epilog=EPILOG)
@yes_option
@allow_option
@click.option(
    "--dev", is_flag=True, help="Include launch roles for unreleased versions, as `publish --dev` needs them."
)
@click.option("--dry-run", is_flag=True, help="Show what would be deployed, and stop.")
@lock_option
@format_options("json", "markdown")
@targets_options
def bootstrap(
    workspace: Workspace,
    to: TargetOptions,
    yes: bool,
    allow: tuple[str, ...],
    dev: bool,
    dry_run: bool,
    no_lock: bool,
    form: Format,
) -> None:
    """Prepare an account and Region for publishing: the template bucket and the launch roles."""
    from catalog.cli.plan_run import Done, carry_out, of_target, plan_all
    from catalog.publishing.bootstrap import bootstrap_plan
    from catalog.publishing.desired import Publication

    if form is FORMATS["markdown"] and not dry_run:
        raise click.UsageError("--markdown is for reviews: use it with --dry-run")
    run, declared = to.run(), Publication(workspace.catalog(), dev=dev)

    def prepare(target: Target, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere) -> PlanReport:
        catalog = of_target(declared, target).catalog
        return PlanReport(bootstrap_plan(catalog, session, planned_elsewhere, dev=dev))

    if dry_run:
        finish(run, plan_all(run, prepare), form)
        return
    done = Done("ready", "Ready for `catalog publish`: {changes} to {where} in {seconds}.")
    carry_out(run, prepare, done, Consent(yes, allow), form, Locking(workspace, "bootstrap", no_lock))
