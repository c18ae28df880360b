"""`catalog usage`: who uses which version of a product."""

from __future__ import annotations

import click

from catalog.cli.completing import complete_products
from catalog.cli.formats import TEXT, Format, finish, format_options
from catalog.cli.output import note
from catalog.cli.target_run import TargetOptions, targets_options
from catalog.cli.usage_report import UsageQuery
from catalog.cli.workspace import Workspace

EPILOG = """\b
Examples:
  catalog usage kms_key --local
  catalog usage kms_key --behind --profile hub --region eu-west-1
  catalog usage --all --csv > usage.csv
  catalog usage --all --json > hub-eu-west-1.json      (for `catalog retention --usage`)
  catalog usage --all --to all --csv                   (the targets of pyproject.toml)

Lists the provisioned products of the account and Region, or of the targets of --to. What people launch in accounts that
a portfolio is shared with belongs to those accounts, and only they can list it.

STATE is the state of the version in AWS; the default version comes from the ledger. See `catalog help lifecycle.md`.
"""
UNSEEN = "lists what was launched there. Launches in accounts that a portfolio is shared with are not listed."


@click.command(epilog=EPILOG)
@click.argument("products", metavar="[PRODUCT]...", nargs=-1, shell_complete=complete_products)
@click.option("--all", "everything", is_flag=True, help="Include all products of the repository.")
@click.option("--behind", is_flag=True, help="List only provisioned products with a version lower than the default.")
@format_options("csv", "json")
@targets_options
def usage(
    workspace: Workspace, to: TargetOptions, products: tuple[str, ...], everything: bool, behind: bool, form: Format
) -> None:
    """Show who uses which version of PRODUCT: provisioned products by version, owner, account and status."""
    run = to.run()
    if bool(products) == everything:
        raise click.UsageError("Name at least one product, or pass --all.")
    reports = UsageQuery.read(workspace.config(), products).ask(run, behind=behind)
    asked = [report.content for report in reports if report.content]
    if form is TEXT and asked:
        places = "; ".join(f"Account {content.account}, Region {content.region}" for content in asked)
        note(f"{places}: {UNSEEN}")
    finish(run, reports, form)
