"""`catalog bootstrap`: the template bucket and the launch roles of an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.applying import allow_option, apply, confirm, show, yes_option
from catalog.cli.chosen import Chosen, targets_options
from catalog.cli.options import json_option
from catalog.cli.output import note
from catalog.cli.workspace import Workspace

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

EPILOG = """\b
Examples:
  catalog bootstrap --profile hub --region eu-west-1
  catalog bootstrap --yes --allow widen --json
  catalog bootstrap --to all                   (the targets of pyproject.toml)

\b
Deploys two CloudFormation stacks, with termination protection:
  <owner>-templates     an S3 bucket: encrypted, versioned, TLS only, no public access
  <owner>-launch-roles  the roles that LAUNCH constraints name, trusted by Service Catalog alone
Roles are global: the Region that is bootstrapped first keeps them. A role that no portfolio names any more stays.
"""


@click.command(epilog=EPILOG)
@yes_option
@allow_option
@click.option(
    "--dev", is_flag=True, help="Launch roles also for what is not released yet, as publish --dev needs them."
)
@click.option("--dry-run", is_flag=True, help="Show what would be deployed, and stop.")
@json_option
@targets_options
def bootstrap(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    to: Chosen | None,
    yes: bool,
    allow: tuple[str, ...],
    dev: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Prepare an account and Region for publishing, once."""
    from catalog.cli.targets import bootstrap_targets
    from catalog.publishing.bootstrap import bootstrap_plan
    from catalog.publishing.desired import Publication

    content = workspace.catalog()
    if to:
        bootstrap_targets(to, Publication(content, dev=dev), yes, allow, as_json, dry_run)
        return
    aws = session()
    found = bootstrap_plan(content, aws, dev=dev)
    show(found, as_json)
    if dry_run or not found.changes:
        return
    confirm(found, yes, allow)
    apply(found, aws)
    note(f"Account {found.account}, Region {found.region} is ready for `catalog publish`.")
