"""Progress and outcome of an AWS record, as launch, execute and terminate print them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.output import note, print_json, table
from catalog.errors import AwsError

if TYPE_CHECKING:
    from catalog.aws.provisioning import Record, StackInstance

FAILED_HINT = "`catalog provisioned` shows the provisioned product; `catalog terminate` deletes what is left of it."


def report_record(record: Record) -> None:
    """Print one line of progress."""
    note(f"{record.provisioned_product_name or record.provisioned_product_id}: {record.status}")


def print_record(
    record: Record, success: str, as_json: bool, instances: Sequence[StackInstance] = (), hint: str = FAILED_HINT
) -> None:
    """Print the outcome of a record; `AwsError` with AWS's reason, and `hint`, when it failed."""
    if as_json:
        print_json(as_data(record, instances))
    name = record.provisioned_product_name or record.provisioned_product_id
    if record.status == "FAILED":
        reasons = "; ".join(record.errors) or "AWS gives no reason"
        raise AwsError(f"{name}: {reasons} [record {record.id}]", hint=hint)
    if as_json:
        return
    if not record.done:
        click.echo(f"record {record.id}: {record.status}")
        return
    for key, value in record.outputs.items():
        click.echo(f"{key} = {value}")
    if instances:
        rows = ([instance.account, instance.region, instance.status] for instance in instances)
        click.echo(table(["ACCOUNT", "REGION", "STATUS"], rows))
        note(f"The outputs are on the stacks StackSet-SC-*-{record.provisioned_product_id}-*.")
    note(success)


def as_data(record: Record, instances: Sequence[StackInstance]) -> dict[str, Any]:
    """A record as JSON data."""
    return {
        "record": record.id,
        "status": record.status,
        "provisioned_product": record.provisioned_product_id,
        "name": record.provisioned_product_name,
        "type": record.type,
        "outputs": dict(record.outputs),
        "errors": list(record.errors),
        "instances": [
            {"account": instance.account, "region": instance.region, "status": instance.status}
            for instance in instances
        ],
    }
