"""`catalog prune`: delete owned objects that are no longer declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalog.cli.consent import Consent, yes_option
from catalog.cli.formats import Format, format_options
from catalog.cli.locking import Locking, lock_option
from catalog.cli.options import parallelism_option
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
  catalog prune --yes --json             (in CI)
  catalog prune --force-disassociate     (also from portfolios of others)
  catalog prune --to all                 (the targets of pyproject.toml, side by side)

Deletes portfolios and products whose files were removed, and inactive pre-releases.

Never deletes: anything published with protect, until it is published without; products that have a ledger or
provisioned products; released versions; the last version of a product; TagOptions; budgets; anything without our
ownership tag.
"""


@click.command(epilog=EPILOG)
@yes_option
@click.option(
    "--force-disassociate",
    "force",
    is_flag=True,
    help="Also remove deleted products from portfolios of others, with their constraints there.",
)
@lock_option
@parallelism_option
@format_options("json")
@targets_options
def prune(
    workspace: Workspace,
    to: TargetOptions,
    yes: bool,
    force: bool,
    no_lock: bool,
    parallelism: int,
    form: Format,
) -> None:
    """Delete products, portfolios and pre-releases that the repository no longer declares."""
    from catalog.cli.plan_run import Done, carry_out
    from catalog.upkeep.pruning import prune_plan

    run, catalog = to.run(), workspace.catalog()

    def prepare(target: Target, session: AwsSession, _: RolesPlannedElsewhere) -> PlanReport:
        pruning = prune_plan(catalog, session, target.portfolios, force=force)
        return PlanReport(pruning.plan, kept=pruning.kept_data())

    done = Done("pruned", "Pruned {where}: {changes} in {seconds}.")
    carry_out(run, prepare, done, Consent(yes), form, Locking(workspace, "prune", no_lock), parallelism)
