"""`catalog shared`: portfolios that other accounts share with this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.options import CommandGroup, json_option
from catalog.cli.output import ask, note, print_json, table
from catalog.cli.workspace import Workspace, aws_options

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

UNLISTED = """\
AWS does not list shares that are not accepted yet. Ask the administrator of the other account for the portfolio's id.
With a file in imports/, `catalog publish` accepts the portfolio and manages its principals.
"""

LIST_EPILOG = f"""\b
Examples:
  catalog shared list --profile spoke
  catalog shared list --profile spoke --json

{UNLISTED}"""

ACCEPT_EPILOG = f"""\b
Example:
  catalog shared accept port-abcd1234efgh5 --profile spoke --region eu-west-1

{UNLISTED}"""

REJECT_EPILOG = """\b
Examples:
  catalog shared reject port-abcd1234efgh5 --profile spoke
  catalog shared reject port-abcd1234efgh5 --type AWS_ORGANIZATIONS --yes
"""


@click.group(cls=CommandGroup, epilog=UNLISTED)
def shared() -> None:
    """List, accept and reject portfolios that other accounts share."""


type_option = click.option(
    "--type",
    "share_type",
    type=click.Choice(["IMPORTED", "AWS_ORGANIZATIONS"]),
    default="IMPORTED",
    show_default=True,
    help="How the portfolio is shared: from account to account, or through the organization.",
)


@shared.command("list", epilog=LIST_EPILOG)
@json_option
@aws_options
def list_shared(workspace: Workspace, session: Callable[[], AwsSession], as_json: bool) -> None:
    """List the portfolios that other accounts share with this account, and the import for each."""
    from catalog.aws.imports import shared_portfolios
    from catalog.publishing.desired import imports_in

    content = workspace.catalog()
    aws = session()
    imports = imports_in(content, aws.account_region).values()
    rows = []
    for portfolio in shared_portfolios(aws):
        keys = ", ".join(
            declared.key
            for declared in imports
            if declared.account == portfolio.account and declared.names(portfolio.portfolio_id, portfolio.display_name)
        )
        row = (portfolio.portfolio_id, portfolio.account, portfolio.share_type.value, portfolio.display_name, keys)
        rows.append(row)
    if as_json:
        names = ("portfolio_id", "account", "share_type", "display_name", "import")
        print_json({"shared": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    if not rows:
        click.echo(f"No other account shares a portfolio with account {aws.identity.account} in Region {aws.region}.")
        return
    cells = ((*row[:4], row[4] or "-") for row in rows)
    click.echo(table(("PORTFOLIO", "ACCOUNT", "TYPE", "DISPLAY NAME", "IMPORT"), cells))


@shared.command(epilog=ACCEPT_EPILOG)
@click.argument("portfolio_id", metavar="PORTFOLIO_ID")
@type_option
@aws_options
def accept(workspace: Workspace, session: Callable[[], AwsSession], portfolio_id: str, share_type: str) -> None:
    """Accept a shared portfolio; people can launch only after a principal is associated."""
    from catalog.aws.imports import accept
    from catalog.aws.reader import Reader
    from catalog.model.imports import PORTFOLIO_ID, AcceptedShareType
    from catalog.model.limits import check_pattern

    check_pattern("PORTFOLIO_ID", portfolio_id, PORTFOLIO_ID, "the id of a portfolio, port-…")
    accept(Reader(session()), portfolio_id, AcceptedShareType(share_type))
    note(f"Accepted {portfolio_id}.")


@shared.command(epilog=REJECT_EPILOG)
@click.argument("portfolio_id", metavar="PORTFOLIO_ID")
@type_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@aws_options
def reject(
    workspace: Workspace, session: Callable[[], AwsSession], portfolio_id: str, share_type: str, yes: bool
) -> None:
    """Reject a shared portfolio; its principals in this account lose their launch path."""
    from catalog.aws.imports import reject
    from catalog.model.imports import PORTFOLIO_ID, AcceptedShareType
    from catalog.model.limits import check_pattern

    check_pattern("PORTFOLIO_ID", portfolio_id, PORTFOLIO_ID, "the id of a portfolio, port-…")
    aws = session()
    if not yes:
        ask(
            f"Reject {portfolio_id} in account {aws.identity.account}, Region {aws.region}?",
            hint="The principals of the portfolio in this account lose their launch path.",
        )
    reject(aws, portfolio_id, AcceptedShareType(share_type))
    note(f"Rejected {portfolio_id}.")
