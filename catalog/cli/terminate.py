"""`catalog terminate`: end a provisioned product."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_provisioned
from catalog.cli.options import as_option, json_option
from catalog.cli.output import ask
from catalog.cli.records import follow_record, print_record
from catalog.cli.reports import echo_wrapped
from catalog.cli.workspace import Workspace, aws_options
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.provisioning.current import CurrentLaunch
    from catalog.provisioning.ending import TerminationPreview

EPILOG = """\b
Examples:
  catalog terminate my-key --local --yes
  catalog terminate my-key --retain    (Service Catalog forgets it; the stack and the key stay)

A key with PreventDestroy=true cannot be terminated: see `catalog help products/kms_key.md`.
"""

HINT = (
    "A resource can be protected, such as a key with PreventDestroy=true (`catalog help products/kms_key.md`). "
    "`catalog show` shows the state, and `catalog terminate --retain` keeps the resources."
)

FAILS = (
    "    The termination would fail, and the stack accept no update after that. No update through its portfolio lifts "
    "this; an administrator must. Keys: `catalog help products/kms_key.md`"
)


@click.command(epilog=EPILOG)
@click.argument("name", shell_complete=complete_provisioned)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--retain", is_flag=True, help="Keep stacks and resources (RetainPhysicalResources).")
@click.option(
    "--ignore-errors",
    is_flag=True,
    help="Remove it from Service Catalog even when its resources cannot be deleted (IgnoreErrors).",
)
@click.option("--no-wait", is_flag=True, help="Return as soon as AWS has accepted the request.")
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
    """Terminate the provisioned product NAME (its name or id): AWS deletes its stacks and their resources."""
    from catalog.aws.launched_stacks import StackWatch
    from catalog.aws.provisioning import Provisioning
    from catalog.provisioning.current import read_current
    from catalog.provisioning.ending import termination_preview
    from catalog.provisioning.lookup import check_name

    check_name(name)
    aws = session()
    caller = aws.acting_as(role)
    current = read_current(caller, name)
    preview = termination_preview(current, (caller, aws), retain=retain)
    if not as_json:
        print_preview(current, preview, retain)
    if not yes:
        ask(
            f"Terminate {current.name} in account {aws.identity.account}, Region {aws.region}?",
            hint="AWS deletes the resources of the provisioned product.",
        )
    provisioning = Provisioning(caller)
    watch = StackWatch.begin(caller, current.stack or current.id)
    with STOP.careful():
        record = provisioning.terminate(current.id, retain=retain, ignore_errors=ignore_errors)
        if not no_wait:
            verb, total = f"terminating {current.name}", len(preview.resources)
            record = follow_record(provisioning, record, watch, verb=verb, total=total)
    success = f"{current.name} is terminated."
    if retain and current.stack:
        success += f" Its stack stays: {current.stack}. `catalog import-stack` makes it a provisioned product again."
    more = {"resources": preview_data(preview)}
    print_record(record, success, as_json, hint=HINT, first=watch.first_failure, more=more)


def print_preview(current: CurrentLaunch, preview: TerminationPreview, retain: bool) -> None:
    """Print what is deleted and what stays, and what protects it."""
    what = "Service Catalog forgets it, and keeps its stack" if retain else "AWS deletes its stack"
    echo_wrapped(f"{current.name}: {what}")
    width = max((len(item.logical_id) for item in preview.resources), default=0)
    for item in preview.resources:
        gone = not item.ending.startswith("retained")
        data = "  It holds data or keys." if gone and item.holds_data else ""
        physical = f"  {item.physical_id}" if item.physical_id else ""
        line = f"  {'-' if gone else ' '} {item.logical_id.ljust(width)}  {item.type}: {item.ending}{data}{physical}"
        echo_wrapped(line, "red" if data else "")
    if not preview.resources and not retain:
        what = "all stacks of its stack set" if current.type == "CFN_STACKSET" else "what it has cannot be read: all"
        echo_wrapped(f"  - {what}, except resources that a DeletionPolicy retains")
    for protection in () if retain else preview.protections:
        where = f"{protection.logical_id} is protected: " if protection.logical_id else ""
        echo_wrapped(f"  ! {where}{protection.words}", "yellow")
        if protection.updates:
            params = " ".join(f"--param {update}" for update in protection.updates)
            echo_wrapped(f"    First: catalog update {current.name} {params}")
        elif protection.logical_id:
            click.echo("    The termination fails, and the stack accepts no update after that. No update through its")
            click.echo(
                "    portfolio lifts it: an administrator must. For keys see `catalog help products/kms_key.md`."
            )


def preview_data(preview: TerminationPreview) -> list[dict[str, str]]:
    """What happens to the resources as JSON data."""
    return [
        {
            "resource": item.logical_id,
            "type": item.type,
            "physical_id": item.physical_id,
            "ending": item.ending.name.lower(),
        }
        for item in preview.resources
    ]
