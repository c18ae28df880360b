"""`catalog prune`: delete what is ours and no longer declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalog.cli.consent import Consent, yes_option
from catalog.cli.formats import Format, format_options
from catalog.cli.reports import PlanReport
from catalog.cli.target_run import TargetOptions, targets_options
from catalog.cli.workspace import Workspace

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.publishing.bootstrap import RolesPlannedElsewhere

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
@format_options("json")
@targets_options
def prune(workspace: Workspace, to: TargetOptions, yes: bool, force: bool, form: Format) -> None:
    """Delete our objects in AWS that are no longer declared, after showing the plan."""
    from catalog.cli.plan_run import Done, Prepared, carry_out
    from catalog.upkeep.pruning import prune_plan

    run, catalog = to.run(), workspace.catalog()

    def prepare(target: Target, session: AwsSession, _: RolesPlannedElsewhere) -> Prepared:
        pruning = prune_plan(catalog, session, target.portfolios, force=force)
        return Prepared(session, PlanReport(pruning.plan, pruning.kept_data()))

    done = Done("pruned", "Pruned account {account}, Region {region}.")
    carry_out(run, prepare, done, Consent(yes), form)
