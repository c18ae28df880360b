"""`catalog console`: the Service Catalog console on the sandbox, in a browser."""

from __future__ import annotations

import sys
import webbrowser
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_products
from catalog.cli.options import json_option
from catalog.cli.output import note, print_json
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.errors import ContentError
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.console.state import Console

EPILOG = """\b
Examples:
  catalog console                      (prints the address; Ctrl-C ends it)
  catalog console --open
  catalog console kms_key --preview    (the launch form of the working tree, again at each change)
  catalog console --port 8080 --json

Sign in as a role: products, launch form with the rules of the portfolio, review, launch, events, outputs, update with
its preview, service actions, terminate. Sign in as the administrator: portfolios, constraints, principals, shares,
versions, records. `catalog publish --local` fills the sandbox.

The console plays AWS on the sandbox of the repository, which it starts if necessary. It never calls AWS: people launch
there in the console of AWS, or by `catalog launch`. It listens on 127.0.0.1 only, and the address has a key that nobody
else on this machine knows. The sandbox keeps running when the console ends.
"""
REFUSED = "the console plays AWS on the sandbox and never calls AWS, so it takes no {option}"


@click.command(epilog=EPILOG)
@click.argument("product", required=False, shell_complete=complete_products)
@click.option("--preview", is_flag=True, help="Show the launch form of PRODUCT as the working tree has it.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; default: 8750, or a free one if it is taken.")
@click.option("--open", "opens", is_flag=True, help="Open the address in the browser.")
@click.option("--region", metavar="REGION", help="The Region of the sandbox; default: us-east-1.")
@click.option("--local", is_flag=True, hidden=True, help="Nothing: the console is always local.")
@click.option("--profile", hidden=True, help="Refused.")
@json_option
@pass_workspace
def console(
    workspace: Workspace,
    product: str | None,
    preview: bool,
    port: int | None,
    opens: bool,
    region: str | None,
    local: bool,
    profile: str | None,
    as_json: bool,
) -> None:
    """Play the Service Catalog console on the sandbox in a browser, as a role or as the administrator."""
    if profile is not None:
        raise click.UsageError(REFUSED.format(option="--profile"))
    if preview != (product is not None):
        raise click.UsageError("--preview needs a PRODUCT" if preview else "PRODUCT needs --preview")
    path = page_of(workspace, product) if product else "/"
    made = console_of(workspace, region)
    from catalog.console.server import address, listen

    server = listen(made, port)
    url = address(made, path)
    if as_json:
        print_json({"url": url, "sandbox": made.administrator.endpoint})
    else:
        click.echo(url)
        note("Open this address in a browser on this machine. Ctrl-C ends the console; the sandbox keeps running.")
    sys.stdout.flush()  # who waits for the address may read a pipe
    if opens:
        webbrowser.open(url)
    server.serve_forever(poll_interval=0.2)  # werkzeug's server ends with Ctrl-C
    STOP.reset()  # it is how the console ends, and no failure
    note("The console has ended.")


def page_of(workspace: Workspace, product: str) -> str:
    """The page of the working tree of a product; `ContentError` if there is none."""
    from catalog.content.load import check_product

    check_product(workspace.config(), product)
    return f"/working-tree/{product}"


def console_of(workspace: Workspace, region: str | None) -> Console:
    """The console of the sandbox, which is started if it is not running."""
    if find_spec("flask") is None:  # the extra `sandbox` brings it
        from catalog.sandbox import INSTALL

        raise ContentError("the console needs the sandbox, which is not installed", hint=INSTALL)
    from catalog.aws.session import open_local_session
    from catalog.console.server import key_for
    from catalog.console.state import Console
    from catalog.web.page import environment

    environment()  # says what is missing, before the sandbox starts
    variables = workspace.sandbox()
    on_call = workspace.report_call if workspace.verbosity > 1 else None
    session = open_local_session(variables, region, on_call)
    if not session.is_sandbox:
        raise ContentError(REFUSED.format(option="other endpoint"))
    return Console(session, workspace.names(), key_for(variables["AWS_ACCESS_KEY_ID"]))
