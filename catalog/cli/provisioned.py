"""`catalog provisioned`: the provisioned products of an account and Region."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.options import as_option, json_option
from catalog.cli.output import print_json, table
from catalog.cli.workspace import Workspace, aws_options

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

COLUMNS = {
    "name": "Name",
    "id": "Id",
    "type": "Type",
    "status": "Status",
    "product": "ProductName",
    "version": "ProvisioningArtifactName",
    "launched_by": "UserArn",
    "message": "StatusMessage",
}
SHOWN = ("name", "type", "status", "product", "version", "id")

EPILOG = """\b
Examples:
  catalog provisioned --local
  catalog provisioned --json --profile hub
  catalog provisioned --mine                   (end users may list only these)
"""


@click.command(epilog=EPILOG)
@click.option("--mine", is_flag=True, help="Only the products that this identity launched.")
@json_option
@as_option
@aws_options
def provisioned(
    workspace: Workspace, session: Callable[[], AwsSession], mine: bool, as_json: bool, role: str | None
) -> None:
    """List the provisioned products of the account and Region."""
    from catalog.aws.provisioning import Provisioning

    aws = session()
    products = Provisioning(aws.acting_as(role)).provisioned(mine=mine)
    rows = [{name: str(product.get(member, "")) for name, member in COLUMNS.items()} for product in products]
    rows.sort(key=lambda row: (row["name"], row["id"]))
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("There are no provisioned products.")
        return
    click.echo(table([name.upper() for name in SHOWN], ([row[name] for name in SHOWN] for row in rows)))
    for row in rows:
        if row["message"] and row["status"] != "AVAILABLE":
            click.echo(f"{row['name']}: {row['message']}")
