"""`catalog terminate`: end a provisioned product."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_provisioned
from catalog.cli.options import as_option, json_option
from catalog.cli.output import ask
from catalog.cli.records import follow_record, print_record
from catalog.cli.workspace import Workspace, aws_options
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

EPILOG = """\b
Examples:
  catalog terminate my-key --local --yes
  catalog terminate my-key --retain    (Service Catalog forgets it; the stack and the key stay)

A key with PreventDestroy=true cannot be terminated: see `catalog help products/kms_key.md`.
"""

HINT = (
    "A resource can be protected, such as a key with PreventDestroy=true (`catalog help products/kms_key.md`). "
    "`catalog provisioned` shows the state, and `catalog terminate --retain` keeps the resources."
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
    from catalog.provisioning.lookup import check_name, find_provisioned_product, stack_of

    check_name(name)
    aws = session()
    caller = aws.assume(role) if role else aws
    provisioning = Provisioning(caller)
    detail = find_provisioned_product(caller, name)
    if not yes:
        ask(
            f"Terminate {detail['Name']} in account {aws.identity.account}, Region {aws.region}?",
            hint="AWS deletes the resources of the provisioned product.",
        )
    watch = StackWatch.begin(caller, stack_of(provisioning, detail))
    with STOP.careful():
        record = provisioning.terminate(detail["Id"], retain=retain, ignore_errors=ignore_errors)
        if not no_wait:
            record = follow_record(provisioning, record, watch, verb=f"terminating {detail['Name']}")
    print_record(record, f"{detail['Name']} is terminated.", as_json, hint=HINT, first=watch.first_failure)
