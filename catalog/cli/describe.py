"""`catalog products` and `catalog describe`: what the caller may launch, and what a product asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.completing import complete_launchable, complete_versions
from catalog.cli.options import as_option, json_option
from catalog.cli.output import print_json
from catalog.cli.reports import columns
from catalog.cli.terminal import style
from catalog.cli.workspace import Workspace, aws_options
from catalog.errors import AwsError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.provisioning.form_text import Line

PRODUCTS_EPILOG = """\b
Examples:
  catalog products
  catalog products --local --as arn:aws:iam::123456789012:role/dev-terraform-role
  catalog products --json --profile dev

Shows the products that the caller may launch, with the version of a launch without --version and the portfolios.
"""

DESCRIBE_EPILOG = """\b
Examples:
  catalog describe kms_key --local --as arn:aws:iam::123456789012:role/dev-terraform-role
  catalog describe "KMS key" --version 1.0.0 --json
  catalog describe kms_key --params-template > params.yaml
  catalog launch kms_key --name my-key --params-file params.yaml

PRODUCT is the name or the id of the product in AWS, its name written as a key (`kms_key` for KMS key), or in a
repository the key of the product. Allowed values are those that remain after the rules of the portfolio.
"""


@click.command(epilog=PRODUCTS_EPILOG)
@as_option
@json_option
@aws_options
def products(workspace: Workspace, session: Callable[[], AwsSession], role: str | None, as_json: bool) -> None:
    """List the products that you may launch."""
    from catalog.aws.provisioning import Provisioning
    from catalog.provisioning.form_data import product_data
    from catalog.provisioning.form_text import product_lines
    from catalog.provisioning.offer import account_products

    keys = workspace.names().keys()
    aws = session()
    offered = account_products(Provisioning(aws.acting_as(role)))
    if as_json:
        print_json([product_data(product, keys) for product in offered])
        return
    if not offered:
        click.echo("You may launch no products. A portfolio must have your role, user or group as a principal: --as.")
        return
    print_lines(product_lines(offered, keys, columns()))
    click.echo("\nMore: catalog describe PRODUCT")


@click.command(epilog=DESCRIBE_EPILOG)
@click.argument("product", shell_complete=complete_launchable)
@click.option(
    "--version",
    "version",
    metavar="V",
    shell_complete=complete_versions,
    help="The version; default: the highest that may be launched and is no pre-release.",
)
@click.option("--portfolio", metavar="P", help="The name of the portfolio or the id of the launch path.")
@click.option("--params-template", is_flag=True, help="Print a params file to fill in (YAML).")
@as_option
@json_option
@aws_options
def describe(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    product: str,
    version: str | None,
    portfolio: str | None,
    params_template: bool,
    role: str | None,
    as_json: bool,
) -> None:
    """Describe PRODUCT: what it is, its versions, your launch paths, parameters, tags, outputs and support."""
    from catalog.aws.provisioning import Provisioning
    from catalog.cfn import Pseudo
    from catalog.provisioning.form import read_form
    from catalog.provisioning.form_data import form_data
    from catalog.provisioning.form_text import form_lines
    from catalog.provisioning.offer import find_account_product
    from catalog.provisioning.params_template import params_template as template_of

    if params_template and as_json:
        raise click.UsageError("--params-template and --json exclude each other")
    aws = session()
    caller = aws.acting_as(role)
    names = workspace.names()
    try:
        offered = find_account_product(Provisioning(caller), names.product(product))
    except AwsError as error:
        raise names.access_error(error, product, caller.account_region) from error
    through = names.portfolio(portfolio)
    path = offered.path(through) if params_template else offered.paths_through(through)[0]
    form = replace(
        read_form(caller, offered, offered.version(version), path), separate_lists=names.separate_lists(product)
    )
    pseudo = Pseudo(caller.identity.account, caller.region)
    if as_json:
        print_json(form_data(form, names.keys(), pseudo))
    elif params_template:
        click.echo(template_of(form, pseudo), nl=False)
    else:
        print_lines(form_lines(form, caller_name(caller.identity.arn), pseudo, columns()))
        if any(parameter.required for parameter in form.parameters):
            click.echo(f"A file to fill in: catalog describe {product} --params-template > params.yaml")


def print_lines(lines: Iterable[Line]) -> None:
    """Print lines: titles and groups in bold, what a rule demands in yellow."""
    from catalog.provisioning.form_text import LineMark

    looks: dict[LineMark, dict[str, Any]] = {
        LineMark.TITLE: {"bold": True},
        LineMark.GROUP: {"bold": True},
        LineMark.RULE: {"fg": "yellow"},
    }
    for mark, text in lines:
        click.echo(style(text, **looks.get(mark, {})))


def caller_name(arn: str) -> str:
    """The caller in a few words: `role/dev-terraform-role` for the ARN of a role or its session, `user/eve`."""
    resource = arn.partition("::")[2].partition(":")[2]
    kind, _, name = resource.partition("/")
    return f"role/{name.rpartition('/')[0]}" if kind == "assumed-role" else resource
