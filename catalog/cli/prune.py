"""`catalog prune`: delete what is ours and no longer declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.applying import ALLOWANCES, apply, confirm, show, yes_option
from catalog.cli.chosen import Chosen, targets_options
from catalog.cli.options import json_option
from catalog.cli.output import note, print_json
from catalog.cli.workspace import Workspace

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.upkeep.pruning import PrunePlan

EPILOG = """\b
Examples:
  catalog prune --local                  (shows the plan, asks)
  catalog prune --yes --json             (CI: nobody to ask)
  catalog prune --force-disassociate     (also out of portfolios that are not ours)
  catalog prune --to all                 (the targets of pyproject.toml, side by side)

\b
Deletes portfolios and products whose files are gone, and pre-releases that are inactive. Never: what is or was
published with protect, a product whose ledger is still there or that has provisioned products, a released version, the
last version of a product, TagOptions, budgets, and anything that does not bear our ownership tag.
"""


@click.command(epilog=EPILOG)
@yes_option
@click.option(
    "--force-disassociate",
    "force",
    is_flag=True,
    help="Take a product that goes also out of portfolios that are not ours, with its constraints there.",
)
@json_option
@targets_options
def prune(
    workspace: Workspace, session: Callable[[], AwsSession], to: Chosen | None, yes: bool, force: bool, as_json: bool
) -> None:
    """Delete what is ours in AWS and no longer declared, after showing the plan."""
    from catalog.cli.targets import prune_targets
    from catalog.upkeep.pruning import prune_plan

    catalog = workspace.catalog()
    if to:
        prune_targets(to, catalog, yes, tuple(ALLOWANCES), as_json, force)
        return
    aws = session()
    found = prune_plan(catalog, aws, force=force)
    show_pruning(found, as_json)
    if not found.plan.changes:
        return
    confirm(found.plan, yes, tuple(ALLOWANCES))
    apply(found.plan, aws)
    note(f"Pruned account {found.plan.account}, Region {found.plan.region}.")


def show_pruning(found: PrunePlan, as_json: bool) -> None:
    """Print the plan and what is kept."""
    from catalog.plan.report import as_data

    kept = found.kept_data()
    if as_json:
        print_json({**as_data(found.plan), "kept": kept})
        return
    if found.plan.changes:
        show(found.plan, as_json)
    else:
        click.echo(f"Account {found.plan.account}, Region {found.plan.region}")
        click.echo("Nothing to prune.")
    for one in kept:
        click.echo(f"  kept: {one['address']}: {one['reason']}")
