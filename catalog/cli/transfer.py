"""`catalog transfer`: give a provisioned product to another owner."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_provisioned
from catalog.cli.options import as_option, json_option
from catalog.cli.output import ask
from catalog.cli.records import print_record, report_record
from catalog.cli.terminal import one_line
from catalog.cli.workspace import Workspace, aws_options
from catalog.errors import AwsCallError, ContentError
from catalog.model.limits import shown
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

EPILOG = """\b
Examples:
  catalog transfer s3-data --to role/data-platform
  catalog transfer s3-data --to arn:aws:iam::123456789012:user/eve --yes
  catalog transfer s3-data --to arn:aws:sts::123456789012:assumed-role/dev/eve

PRINCIPAL is a user, a role or the session of a role in the same account: its ARN, role/NAME or user/NAME.

The owner sees, updates and terminates the provisioned product, and runs its service actions; whoever had it no longer
does. To update it, the new owner needs a launch path too. This is for administrators.
"""
PRINCIPAL = re.compile(
    r"arn:aws[a-z-]*:(?:iam::(\d{12}):(?:user|role)/[\w+=,.@/-]+|sts::(\d{12}):assumed-role/[\w+=,.@-]+/[\w+=,.@-]+)",
    re.ASCII,
)
SHORT = re.compile(r"(?:user|role)/[\w+=,.@/-]+", re.ASCII)
DENIED = (
    "This needs servicecatalog:UpdateProvisionedProductProperties, which AWSServiceCatalogAdminFullAccess has and end "
    "users do not."
)


@click.command(epilog=EPILOG)
@click.argument("name", shell_complete=complete_provisioned)
@click.option("--to", "principal", metavar="PRINCIPAL", required=True, help="The new owner; see below.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_option
@json_option
@aws_options
def transfer(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    name: str,
    principal: str,
    yes: bool,
    role: str | None,
    as_json: bool,
) -> None:
    """Give the provisioned product NAME to another owner."""
    from catalog.aws.provisioned_changes import ProvisionedChanges
    from catalog.aws.provisioning import Provisioning
    from catalog.provisioning.lookup import check_name, find_provisioned_product

    check_name(name)
    if not PRINCIPAL.fullmatch(principal) and not SHORT.fullmatch(principal):
        raise ContentError(
            f"--to must be a user, a role or the session of a role, got {shown(principal)}",
            hint="Write its ARN, role/NAME or user/NAME.",
        )
    aws = session()
    caller = aws.acting_as(role)
    owner = arn_of(principal, caller)
    provisioning = Provisioning(caller)
    detail = find_provisioned_product(caller, name)
    if not yes:
        present = next((item.get("UserArn", "") for item in provisioning.provisioned(f"id:{detail['Id']}")), "")
        whose = f", which {present} has," if present else ""
        ask(one_line(f"Give {detail['Name']}{whose} to {owner}?"), hint="The owner alone may update and terminate it.")
    with STOP.careful():
        try:
            record_id = ProvisionedChanges(caller).set_owner(detail["Id"], owner)
        except AwsCallError as error:
            raise (error.reworded(hint=DENIED) if "AccessDenied" in error.code else error) from error
        record = provisioning.follow(provisioning.record(record_id), report_record)
    hint = f"`catalog show {detail['Name']}` shows the record."
    print_record(record, f"{detail['Name']} belongs to {owner}.", as_json, hint=hint, more={"owner": owner})


def arn_of(principal: str, caller: AwsSession) -> str:
    """The ARN of a principal of the caller's account; `ContentError` if it is of another one."""
    identity = caller.identity
    if match := PRINCIPAL.fullmatch(principal):
        if identity.account not in (match[1], match[2]):
            raise ContentError(f"--to must be in account {identity.account}, got {principal}")
        return principal
    return f"arn:{identity.partition}:iam::{identity.account}:{principal}"
