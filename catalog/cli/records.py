"""Progress and outcome of an AWS record, as launch, update, execute and terminate print them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.live import is_live
from catalog.cli.output import note, print_json, table
from catalog.cli.progress import progress
from catalog.errors import AwsError

if TYPE_CHECKING:
    from catalog.aws.launched_stacks import LaunchEvent, StackWatch
    from catalog.aws.provisioning import Provisioning, Record, StackInstance

STACK = "AWS::CloudFormation::Stack"
FAILED_HINT = "`catalog provisioned` shows the provisioned product; `catalog terminate` deletes what is left of it."


def report_record(record: Record) -> None:
    """Print one line of progress."""
    note(f"{record.provisioned_product_name or record.provisioned_product_id}: {record.status}")


def follow_record(
    provisioning: Provisioning, started: Record, watch: StackWatch, *, verb: str, total: int = 0
) -> Record:
    """Follow a record until it is done, and show the events of its stack: on a terminal in a live line too.

    `total` is the number of resources that the operation works on, if known.
    """
    with progress(total, verb) as shown:

        def look() -> None:
            for event in watch.new():
                if event.type == STACK:
                    continue
                shown.begin(event.logical_id, f"{event.logical_id} {event.status}")
                if not event.status.endswith("IN_PROGRESS"):
                    shown.end(event.logical_id)
                    note(f"  {event.logical_id} ({event.type}): {event.status}")  # the outcome says why

        def report(record: Record) -> None:
            if not is_live():
                report_record(record)

        return provisioning.follow(started, report, look)


def print_record(
    record: Record,
    success: str,
    as_json: bool,
    instances: Sequence[StackInstance] = (),
    hint: str = FAILED_HINT,
    first: LaunchEvent | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Print the outcome of a record; `AwsError` with AWS's reason, and `hint`, when it failed.

    `first` is the resource that failed first, if known: AWS's own reason often names the resources only. `more` are
    further members of the JSON.
    """
    if as_json:
        print_json(as_data(record, instances) | dict(more or {}))
    name = record.provisioned_product_name or record.provisioned_product_id
    if record.status == "FAILED":
        words = [str(first)] if first and first.reason not in " ".join(record.errors) else []
        reasons = "; ".join([*words, *record.errors]) or "AWS gives no reason"
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
