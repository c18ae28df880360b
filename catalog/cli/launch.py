"""`catalog launch`: check, provision, follow, print the outputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_portfolios, complete_products, complete_versions
from catalog.cli.options import as_option, json_option, key_values, read_parameters
from catalog.cli.output import note
from catalog.cli.records import print_record, report_record
from catalog.cli.workspace import Workspace, aws_options
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

EPILOG = """\b
Examples:
  catalog launch kms_key --local --name my-key --params-file examples/launch-dev.yaml \\
      --as arn:aws:iam::123456789012:role/dev-terraform-role
  catalog launch kms_key --name my-key --portfolio security-prod --tag CostCenter=4711 \\
      --params-file examples/launch-prod.yaml --param DataCategory=restricted
  catalog launch baseline_key --name base --stack-account 111122223333 --stack-region eu-west-1

The parameters are checked against the version's template and the portfolio before AWS is called.
A TagOption with the name of a parameter takes the parameter's value, unless --tag gives another one. The value of a
NoEcho parameter is never taken, because tags are visible.

A product with a STACKSET constraint is launched into all accounts and Regions of the constraint, or into those of
--stack-account and --stack-region, which can be given several times. Each stack has its own outputs; the command lists
the stack instances instead.

Outside of a repository, PRODUCT is the name or the id of the product in AWS, --portfolio the name of the portfolio or
the id of the launch path, and AWS checks the rules when it accepts the launch.
"""


@click.command(epilog=EPILOG)
@click.argument("product", shell_complete=complete_products)
@click.option("--name", required=True, help="Name of the provisioned product: 1 to 128 letters, digits, . _ -")
@click.option(
    "--portfolio",
    metavar="P",
    shell_complete=complete_portfolios,
    help="The portfolio to launch through, if several have the product.",
)
@click.option(
    "--version",
    "version",
    metavar="V",
    shell_complete=complete_versions,
    help="The version; default: the version that `catalog list` shows.",
)
@click.option("--param", "params", metavar="K=V", multiple=True, help="A parameter; overrides the file.")
@click.option(
    "--params-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML: parameter names and values.",
)
@click.option("--tag", "tags", metavar="K=V", multiple=True, help="A tag for all resources of the launch.")
@click.option("--stack-account", "accounts", metavar="ID", multiple=True, help="An account to launch into; see below.")
@click.option("--stack-region", "regions", metavar="R", multiple=True, help="A Region to launch into; see below.")
@click.option("--no-wait", is_flag=True, help="Return as soon as AWS has accepted the request.")
@as_option
@json_option
@aws_options
def launch(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    product: str,
    name: str,
    portfolio: str | None,
    version: str | None,
    params: tuple[str, ...],
    params_file: Path | None,
    tags: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    no_wait: bool,
    role: str | None,
    as_json: bool,
) -> None:
    """Launch PRODUCT, as from the Service Catalog console."""
    from catalog.aws.provisioning import Provisioning
    from catalog.provisioning.account_launch import AccountLaunch
    from catalog.provisioning.launch import Launch, StackPlaces, choose_portfolio, start
    from catalog.provisioning.lookup import published_pre_release
    from catalog.releases import choose_version

    parameters = {**(read_parameters(params_file) if params_file else {}), **key_values("--param", params)}
    given_tags = key_values("--tag", tags)
    places = StackPlaces(tuple(dict.fromkeys(accounts)), tuple(dict.fromkeys(regions)))
    launched: Launch | AccountLaunch
    if workspace.in_repository:
        content = workspace.catalog()
        rendered = choose_version(content, product, version)
        if rendered is None:
            rendered = published_pre_release(content, product, version or "", session())
        chosen = choose_portfolio(content, product, portfolio)
        launched = Launch(content, rendered, name, parameters, given_tags, chosen, places)
        launched.check(None)
    else:
        note("no repository here: product, version and parameters are those of the account")
        launched = AccountLaunch(product, name, version, portfolio, parameters, given_tags, places)
    aws = session()
    caller = aws.assume(role) if role else aws
    provisioning = Provisioning(caller)
    with STOP.careful():
        if isinstance(launched, AccountLaunch):
            record = launched.start(caller)
        else:
            record = start(launched, caller, aws if role else None)
        if not no_wait:
            record = provisioning.follow(record, report_record)
    is_stack_set = record.done and record.type == "CFN_STACKSET"
    instances = provisioning.stack_instances(record.provisioned_product_id) if is_stack_set else ()
    print_record(record, f"{name} is launched.", as_json, instances)
