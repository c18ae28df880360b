"""`catalog provisioned` and `catalog terminate`: what was launched, and ending it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.options import json_option
from catalog.cli.output import may_ask, note, print_json, table
from catalog.cli.workspace import Workspace, aws_options
from catalog.errors import AwsError, ContentError

if TYPE_CHECKING:
    from catalog.aws.provisioning import Record, StackInstance
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

as_option = click.option("--as", "role", metavar="ROLE_ARN", help="Assume this role first, and act as it.")


@click.command(
    epilog="""\b
Examples:
  catalog provisioned --local
  catalog provisioned --json --profile hub
  catalog provisioned --mine                   (all that an end user may ask for)
"""
)
@click.option("--mine", is_flag=True, help="Only what this identity launched.")
@json_option
@as_option
@aws_options
def provisioned(
    workspace: Workspace, session: Callable[[], AwsSession], mine: bool, as_json: bool, role: str | None
) -> None:
    """List the provisioned products of the account and Region."""
    from catalog.aws.provisioning import Provisioning

    aws = session()
    found = Provisioning(aws.assume(role) if role else aws).provisioned(mine=mine)
    rows = sorted(
        ({name: str(item.get(member, "")) for name, member in COLUMNS.items()} for item in found), key=by_name
    )
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("There are no provisioned products.")
        return
    shown = ("name", "type", "status", "product", "version", "id")
    click.echo(table([name.upper() for name in shown], ([row[name] for name in shown] for row in rows)))
    for row in rows:
        if row["message"] and row["status"] != "AVAILABLE":
            click.echo(f"{row['name']}: {row['message']}")


def by_name(row: dict[str, str]) -> tuple[str, str]:
    """A stable order."""
    return row["name"], row["id"]


@click.command(
    epilog="""\b
Examples:
  catalog terminate my-key --local --yes
  catalog terminate my-key --retain    (Service Catalog forgets it; stack and key stay)

\b
A key that was launched with PreventDestroy=true refuses: docs/products/kms_key.md says how to end its life.
"""
)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--retain", is_flag=True, help="Keep stacks and resources (RetainPhysicalResources).")
@click.option(
    "--ignore-errors", is_flag=True, help="Forget it even when its resources cannot be deleted (IgnoreErrors)."
)
@click.option("--no-wait", is_flag=True, help="Return as soon as AWS has accepted it.")
@json_option
@as_option
@aws_options
def terminate(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    name: str,
    yes: bool,
    retain: bool,
    ignore_errors: bool,
    no_wait: bool,
    as_json: bool,
    role: str | None,
) -> None:
    """Terminate the provisioned product NAME: its stacks and their resources are deleted."""
    from catalog.aws.provisioning import Provisioning

    aws = session()
    provisioning = Provisioning(aws.assume(role) if role else aws)
    if not yes:
        if not may_ask():
            raise ContentError("terminate deletes resources, and there is nobody to ask", hint="Add --yes.")
        click.confirm(f"Terminate {name} in account {aws.identity.account}, Region {aws.region}?", abort=True)
    record = provisioning.terminate(name, retain=retain, ignore_errors=ignore_errors)
    if not no_wait:
        record = provisioning.follow(record, report_record)
    finish(record, f"{name} is terminated.", as_json)


def report_record(record: Record) -> None:
    """One line of progress."""
    note(f"{record.provisioned_product_name or record.provisioned_product_id}: {record.status}")


FAILED_LAUNCH = "`catalog provisioned` shows it; `catalog terminate` removes what is left."


def finish(
    record: Record, done: str, as_json: bool, instances: Sequence[StackInstance] = (), hint: str = FAILED_LAUNCH
) -> None:
    """Print what came of a record; `AwsError` with AWS's reason, and `hint`, when it failed."""
    data: dict[str, Any] = {
        "record": record.id,
        "status": record.status,
        "provisioned_product": record.provisioned_product_id,
        "name": record.provisioned_product_name,
        "type": record.type,
        "outputs": dict(record.outputs),
        "errors": list(record.errors),
        "instances": [{"account": one.account, "region": one.region, "status": one.status} for one in instances],
    }
    if as_json:
        print_json(data)
    if record.status == "FAILED":
        reasons = "; ".join(record.errors) or "AWS gives no reason"
        raise AwsError(
            f"{record.provisioned_product_name or record.provisioned_product_id}: {reasons} [record {record.id}]",
            hint=hint,
        )
    if as_json:
        return
    if not record.done:
        click.echo(f"record {record.id}: {record.status}")
        return
    for key, value in record.outputs.items():
        click.echo(f"{key} = {value}")
    if instances:
        click.echo(table(["ACCOUNT", "REGION", "STATUS"], ([one.account, one.region, one.status] for one in instances)))
        note(f"Their outputs are those of the stacks StackSet-SC-*-{record.provisioned_product_id}-*.")
    note(done)
