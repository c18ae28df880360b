"""`catalog launch`: check, provision, follow, print the outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_launchable, complete_portfolios, complete_versions
from catalog.cli.launch_run import launch_of_account, launch_of_repository
from catalog.cli.options import as_option, given_parameters, json_option, key_values, param_from_option
from catalog.cli.output import may_ask, note
from catalog.cli.records import follow_record, print_record
from catalog.cli.workspace import Workspace, aws_options
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.cli.launch_run import Started

STACK_SET = "CFN_STACKSET"
"""ProvisionedProductType of a launch under a STACKSET constraint."""

EPILOG = """\b
Examples:
  catalog launch kms_key --local --as arn:aws:iam::123456789012:role/dev-terraform-role
  catalog launch kms_key --local --name my-key --params-file examples/launch-dev.yaml \\
      --as arn:aws:iam::123456789012:role/dev-terraform-role
  catalog launch kms_key --name my-key --portfolio security-prod --tag CostCenter=4711 \\
      --params-file examples/launch-prod.yaml --param DataCategory=restricted
  catalog launch s3_secure_bucket --name data --params-file bucket.yaml --param-from KeyArn=my-key
  catalog launch baseline_key --name base --stack-account 111122223333 --stack-region eu-west-1

On a terminal the command asks for what is missing, group by group, shows what will be made and who gets access, and
asks before it starts. Elsewhere, and with --yes or --json, it asks for nothing: all faults are listed at once, each
with what the parameter is for, its values and an example.

The parameters are checked against the version's template and the portfolio before AWS is called.
A TagOption with the name of a parameter takes the parameter's value, unless --tag gives another one. The value of a
NoEcho parameter is never taken, because tags are visible.

A product with a STACKSET constraint is launched into all accounts and Regions of the constraint, or into those of
--stack-account and --stack-region, which can be given several times. Each stack has its own outputs; the command lists
the stack instances instead.

Outside of a repository, PRODUCT is the name or the id of the product in AWS, or its name written as a key. --portfolio
is the name of the portfolio or the id of the launch path. `catalog describe` shows what a launch asks for.
"""


@click.command(epilog=EPILOG)
@click.argument("product", shell_complete=complete_launchable)
@click.option("--name", default="", help="Name of the provisioned product: 1 to 128 letters, digits, . _ -")
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
    help="The version; default: the version that `catalog list`, or outside of a repository `catalog products` shows.",
)
@click.option("--param", "params", metavar="K=V", multiple=True, help="A parameter; overrides the file.")
@param_from_option
@click.option(
    "--params-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML: parameter names and values.",
)
@click.option("--tag", "tags", metavar="K=V", multiple=True, help="A tag for all resources of the launch.")
@click.option("--stack-account", "accounts", metavar="ID", multiple=True, help="An account to launch into; see below.")
@click.option("--stack-region", "regions", metavar="R", multiple=True, help="A Region to launch into; see below.")
@click.option("--yes", is_flag=True, help="Ask for nothing: a missing value is an error.")
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
    params_from: tuple[str, ...],
    params_file: Path | None,
    tags: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    yes: bool,
    no_wait: bool,
    role: str | None,
    as_json: bool,
) -> None:
    """Launch PRODUCT, as from the Service Catalog console."""
    from catalog.provisioning.account_launch import AccountLaunch
    from catalog.provisioning.launch import Launch, StackPlaces, choose_portfolio
    from catalog.provisioning.lookup import published_pre_release
    from catalog.releases import choose_version

    parameters = given_parameters(params_file, params, params_from, lambda: session().acting_as(role))
    given_tags = key_values("--tag", tags)
    places = StackPlaces(tuple(dict.fromkeys(accounts)), tuple(dict.fromkeys(regions)))
    asks = may_ask() and not (yes or as_json)
    if workspace.in_repository:
        content = workspace.catalog()
        product = content.key_of(product)
        rendered = choose_version(content, product, version)
        if rendered is None:
            rendered = published_pre_release(content, product, version or "", session())
        chosen = choose_portfolio(content, product, portfolio)
        of_repository = Launch(content, rendered, name, parameters, given_tags, chosen, places)
        if not asks:
            of_repository.check(None)
        aws = session()
        caller = aws.acting_as(role)
        started = launch_of_repository(of_repository, caller, aws if role else None, asks=asks)
    else:
        of_account = AccountLaunch(product, name, version, portfolio, parameters, given_tags, places)
        aws = session()
        caller = aws.acting_as(role)
        started = launch_of_account(of_account, caller, asks=asks)
    same = f"{' --local' if caller.is_sandbox else ''}{f' --as {role}' if role else ''}"
    finish(started, caller, same, wait=not no_wait, as_json=as_json)


def finish(started: Started, caller: AwsSession, same: str, *, wait: bool, as_json: bool) -> None:
    """Follow the launch, and print its outcome; a failure says why, and how to try again.

    `same` are the options that choose the same account and caller.
    """
    from catalog.aws.launched_stacks import StackWatch
    from catalog.aws.provisioning import Provisioning

    record, provisioning, name = started.record, Provisioning(caller), started.name
    is_stack = record.type != STACK_SET
    stack = f"SC-{caller.identity.account}-{record.provisioned_product_id}"
    watch = StackWatch(caller, stack, readable=is_stack)
    if wait:
        with STOP.careful():
            record = follow_record(provisioning, record, watch, verb=f"launching {name}", total=started.resources)
    is_stack_set = record.done and record.type == STACK_SET
    instances = provisioning.stack_instances(record.provisioned_product_id) if is_stack_set else ()
    hint = (
        f"Correct the cause. `catalog terminate {name}{same}` deletes what is left of it; then launch it again under "
        f"the same name. `catalog show {name}{same}` shows its records."
    )
    success = f"{name} is launched. More: catalog show {name}{' --local' if caller.is_sandbox else ''}"
    proven = proofs_of_launch(caller, stack) if caller.is_sandbox and is_stack and record.status == "SUCCEEDED" else {}
    more = {"proven": proven} if proven else None
    print_record(record, success, as_json, instances, hint, watch.first_failure, more)
    for line in proof_lines(proven):
        note(line)


def proofs_of_launch(caller: AwsSession, stack: str) -> dict[str, dict[str, str]]:
    """What was made in the sandbox, by how far it proves it: `real`, `modelled` or `stub` → path → type.

    Nothing if the caller may not see resources.
    """
    from catalog.aws.launched_stacks import every_resource
    from catalog.errors import AwsCallError

    proven: dict[str, dict[str, str]] = {"real": {}, "modelled": {}, "stub": {}}
    try:
        for path, resource in every_resource(caller, stack):
            proven[resource.proof][path] = resource.type
    except AwsCallError:
        return {}
    return proven


def proof_lines(proven: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What the sandbox has truly made, and what not, in words."""
    words = {
        "real": "Real in the sandbox",
        "modelled": "Modelled, as no service of the sandbox has it or no stub answers",
        "stub": "Answered by a stub",
    }
    return [
        f"{words[proof]}: {', '.join(f'{path} ({kind})' for path, kind in resources.items())}"
        for proof, resources in proven.items()
        if resources
    ]
