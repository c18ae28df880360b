"""`catalog import-stack`: make a provisioned product of a stack that exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_products, complete_versions
from catalog.cli.options import as_option, json_option
from catalog.cli.output import ask, note
from catalog.cli.records import print_record, report_record
from catalog.cli.terminal import one_line
from catalog.cli.workspace import Workspace, aws_options
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

EPILOG = """\b
Examples:
  catalog import-stack legacy-key --product kms_key --name s3-data
  catalog import-stack legacy-key --product kms_key --version 2.0.0 --name s3-data --yes

STACK is the name or the ARN of a root stack of this account and Region. Its template must be that of the version;
without --version, the version that has it is found. Nothing of the stack changes.

The constraints of the portfolio apply from the next update on, which the launch role then makes: it must be allowed to
work on the stack by its name. Launch roles of this tool are allowed stacks that Service Catalog names, SC-*.
"""
HINT = "Service Catalog has not changed the stack. Correct the cause and run the command again."


@click.command(epilog=EPILOG)
@click.argument("stack")
@click.option(
    "--product", metavar="P", required=True, shell_complete=complete_products, help="The product: key, name or id."
)
@click.option("--version", "version", metavar="V", shell_complete=complete_versions, help="The version of the stack.")
@click.option("--name", required=True, help="Name of the provisioned product: 1 to 128 letters, digits, . _ -")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_option
@json_option
@aws_options
def import_stack(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    stack: str,
    product: str,
    version: str | None,
    name: str,
    yes: bool,
    role: str | None,
    as_json: bool,
) -> None:
    """Make a provisioned product of STACK, without changing the stack."""
    from catalog.aws.provisioned_changes import ProvisionedChanges
    from catalog.aws.provisioning import NAME, NAME_FORM, Provisioning
    from catalog.model.limits import check_pattern
    from catalog.provisioning.stack_import import prepare_import

    check_pattern("--name", name, NAME, NAME_FORM)
    names = workspace.names()
    aws = session()
    caller = aws.acting_as(role)
    prepared = prepare_import((caller, aws), stack, names.product(product), version, names.template)
    what = f"{prepared.product.name} {prepared.version.name}"
    if not yes:
        ask(one_line(f"Make stack {prepared.stack.name} the provisioned product {name} of {what}?"), hint="")
    with STOP.careful():
        record = ProvisionedChanges(caller).import_stack(
            name, product_id=prepared.product.id, artifact_id=prepared.version.id, stack=prepared.stack.id
        )
        record = Provisioning(caller).follow(record, report_record)
    print_record(record, f"{name} is imported as {what}.", as_json, hint=HINT)
    if not as_json and not prepared.stack.name.startswith("SC-"):
        note(
            f"The launch role must be allowed to update stack {prepared.stack.name}: see `catalog import-stack --help`."
        )
