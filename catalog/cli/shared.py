"""`catalog shared`: portfolios that other accounts share with this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.options import json_option
from catalog.cli.output import may_ask, note, print_json, table
from catalog.cli.workspace import Workspace, aws_options
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

UNLISTED = """\b
AWS lists no shares that are merely offered: the administrator of the other account knows the portfolio's id. A file in
imports/ accepts a portfolio too, and keeps its principals: `catalog publish` carries it out.
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


@click.group(epilog=UNLISTED)
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
    """List the portfolios of other accounts that are here, and the import that names each."""
    from catalog.aws.imports import shared_portfolios
    from catalog.content.portfolio_files import Place
    from catalog.publishing.desired import imports_in

    content = workspace.catalog()
    here = session()
    declared = imports_in(content, Place(here.identity.account, here.region, here.identity.partition)).values()
    rows = []
    for found in shared_portfolios(here):
        keys = [
            one.key
            for one in declared
            if one.account == found.account and one.names(found.portfolio_id, found.display_name)
        ]
        rows.append((found.portfolio_id, found.account, found.share_type.value, found.display_name, ", ".join(keys)))
    if as_json:
        names = ("portfolio_id", "account", "share_type", "display_name", "import")
        print_json({"shared": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    shown = ((*row[:4], row[4] or "-") for row in rows)
    click.echo(table(("PORTFOLIO", "ACCOUNT", "TYPE", "DISPLAY NAME", "IMPORT"), shown))


@shared.command(epilog=ACCEPT_EPILOG)
@click.argument("portfolio_id", metavar="PORTFOLIO_ID")
@type_option
@aws_options
def accept(workspace: Workspace, session: Callable[[], AwsSession], portfolio_id: str, share_type: str) -> None:
    """Accept a portfolio; nobody can launch from it before a principal is associated."""
    from catalog.aws.imports import accept
    from catalog.aws.reader import Reader
    from catalog.model.imports import AcceptedShareType

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
    """Give a portfolio back; its principals here lose their launch path."""
    from catalog.aws.imports import reject
    from catalog.model.imports import AcceptedShareType

    here = session()
    if not yes:
        if not may_ask():
            raise ContentError("reject takes launch paths away, and there is nobody to ask", hint="Add --yes.")
        click.confirm(f"Reject {portfolio_id} in account {here.identity.account}, Region {here.region}?", abort=True)
    reject(here, portfolio_id, AcceptedShareType(share_type))
    note(f"Rejected {portfolio_id}.")
