"""`catalog execute`: run a service action on a provisioned product, or list its service actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_provisioned
from catalog.cli.options import as_option, json_option, key_values
from catalog.cli.output import print_json, table
from catalog.cli.records import print_record, report_record
from catalog.cli.workspace import Workspace, aws_options
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.provisioning.execute import ActionTarget

EPILOG = """\b
Examples:
  catalog execute my-key --local                     (list its service actions)
  catalog execute my-key RotateKeyNow --local \\
      --as arn:aws:iam::123456789012:role/dev-terraform-role
  catalog execute my-queue SetRetention --param Days=7 --json

NAME is the name or id of a provisioned product. ACTION is the name or id of a service action, or its key in the product
file. Service Catalog fills in the resources that the action works on. `catalog help actions.md` lists the permissions.
"""

HINT = "A failed action can have done a part of its work. `catalog help actions.md` lists what a role needs to run one."


@click.command(epilog=EPILOG)
@click.argument("name", shell_complete=complete_provisioned)
@click.argument("action", required=False)
@click.option("--param", "params", metavar="K=V", multiple=True, help="A parameter of the service action.")
@click.option("--no-wait", is_flag=True, help="Return as soon as AWS has accepted the request.")
@as_option
@json_option
@aws_options
def execute(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    name: str,
    action: str | None,
    params: tuple[str, ...],
    no_wait: bool,
    role: str | None,
    as_json: bool,
) -> None:
    """Run service action ACTION on the provisioned product NAME; without ACTION, list its service actions."""
    from catalog.aws.provisioning import Provisioning
    from catalog.provisioning.execute import execute as start
    from catalog.provisioning.execute import find_target
    from catalog.provisioning.lookup import check_name

    given = {key: [value] for key, value in key_values("--param", params).items()}
    if action is None and (given or no_wait):
        raise click.UsageError("--param and --no-wait need an ACTION")
    check_name(name)
    aws = session()
    caller = aws.acting_as(role)
    target = find_target(caller, name)
    if action is None:
        show(target, as_json)
        return
    chosen = target.service_action(action)
    with STOP.careful():
        record = start(caller, target, chosen, given)
        if not no_wait:
            record = Provisioning(caller).follow(record, report_record)
    print_record(record, f"{chosen.name} is done on {target.name}.", as_json, hint=HINT)


def show(target: ActionTarget, as_json: bool) -> None:
    """Print the service actions of a provisioned product."""
    columns = ("name", "key", "id", "description")
    rows = [(action.name, action.key, action.id, action.description) for action in target.service_actions]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    if not rows:
        click.echo(f"The version of {target.name} offers no service actions.")
        return
    click.echo(table([name.upper() for name in columns[:3]], [row[:3] for row in rows]))
    for name, *_, description in rows:
        click.echo(f"{name}: {description}")
