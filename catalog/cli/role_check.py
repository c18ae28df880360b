"""`catalog role check`: a deployed launch role compared with the derived one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_products
from catalog.cli.options import json_option
from catalog.cli.output import note, print_json, table
from catalog.cli.workspace import Workspace, aws_options
from catalog.errors import EXIT_CHANGES

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.roles.compare import DeployedRole, RoleDifference

EPILOG = """\b
Examples:
  catalog role check arn:aws:iam::123456789012:role/catalog-launch-kms-key
  catalog role check arn:aws:iam::123456789012:role/own-role kms_key --json

\b
Without PRODUCT: the products that the portfolios launch with the role.
Exit codes: 0 the role matches the derived role, 4 it differs.
"""


@click.command(epilog=EPILOG)
@click.argument("arn", metavar="ROLE_ARN")
@click.argument("products", nargs=-1, metavar="[PRODUCT]...", shell_complete=complete_products)
@click.option("--dev", is_flag=True, help="Derive also for versions that are not released.")
@json_option
@aws_options
def check(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    arn: str,
    products: tuple[str, ...],
    dev: bool,
    as_json: bool,
) -> None:
    """Compare the deployed role ROLE_ARN with the launch role that is derived for PRODUCTs."""
    from catalog.aws.roles import read_role, role_name
    from catalog.content.load import load_portfolios, load_product
    from catalog.roles.compare import compare
    from catalog.roles.launch import fill_placeholders, launch_role, products_of_role, topics_by_role
    from catalog.roles.template import trust_in_account

    config, aws = workspace.config(), session()
    name = role_name(aws, arn)
    portfolios = tuple(load_portfolios(config).values())
    keys = dict.fromkeys(products or products_of_role(portfolios, name))
    role = launch_role(
        config,
        name,
        {key: load_product(config, key) for key in keys},
        topics=topics_by_role(portfolios).get(name, ()),
        dev=dev,
    )
    deployed = read_role(aws, arn)
    account_region = aws.account_region
    trust = trust_in_account(account_region.account, source_account=config.source_account)
    differences = compare(fill_placeholders(role.permissions, account_region), trust, deployed)
    print_differences(deployed, differences, as_json)
    if differences:
        click.get_current_context().exit(EXIT_CHANGES)


def print_differences(deployed: DeployedRole, differences: Sequence[RoleDifference], as_json: bool) -> None:
    """The differences as a table or as JSON."""
    if as_json:
        data = [asdict(difference) for difference in differences]
        print_json({"role": deployed.arn, "boundary": deployed.boundary, "differences": data})
        return
    rows = [
        (difference.kind, difference.action, " ".join(filter(None, (difference.resource, difference.detail))))
        for difference in differences
    ]
    if rows:
        click.echo(table(("DIFFERENCE", "ACTION", "WHERE"), rows))
    count = f"{len(rows)} difference{'' if len(rows) == 1 else 's'}" if rows else "matches the derived role"
    click.echo(f"{deployed.arn}: {count}")
    if deployed.boundary:
        note(f"The permissions boundary {deployed.boundary} was not compared. It can deny what the role allows.")
