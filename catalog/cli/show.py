"""`catalog show`: one provisioned product."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_provisioned
from catalog.cli.describe import print_lines
from catalog.cli.options import as_option, json_option
from catalog.cli.output import print_json
from catalog.cli.reports import columns
from catalog.cli.workspace import Workspace, aws_options

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

EPILOG = """\b
Examples:
  catalog show my-key --local
  catalog show my-key --json --as arn:aws:iam::123456789012:role/dev-terraform-role

NAME is the name or id of a provisioned product. Values of NoEcho parameters are hidden. An output with an export is
used in other stacks of the account and Region by `Fn::ImportValue` and the name of the export.
"""


@click.command(epilog=EPILOG)
@click.argument("name", shell_complete=complete_provisioned)
@json_option
@as_option
@aws_options
def show(workspace: Workspace, session: Callable[[], AwsSession], name: str, role: str | None, as_json: bool) -> None:
    """Show the provisioned product NAME: status, version, parameters, outputs, resources and last records."""
    from catalog.provisioning.lookup import check_name
    from catalog.provisioning.provisioned_state import read_state
    from catalog.provisioning.state_text import state_data, state_lines

    check_name(name)
    aws = session()
    state = read_state(aws.acting_as(role), name, workspace.names().template)
    if as_json:
        print_json(state_data(state))
    else:
        print_lines(state_lines(state, columns()))
