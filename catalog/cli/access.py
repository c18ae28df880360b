"""`catalog access`: who may do what to the resources of a launch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.completing import complete_products, complete_versions
from catalog.cli.export import released
from catalog.cli.formats import ContentFormat, content_choice
from catalog.cli.options import key_values, read_parameters
from catalog.cli.output import note
from catalog.cli.simulate import account_region, facts
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.content.files import check_readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catalog.access.lifting import LiftedDeny
    from catalog.access.matrix import Matrix
    from catalog.content.config import Config
    from catalog.content.portfolio_files import AccountRegion
    from catalog.content.render import Rendered
    from catalog.model.definition import ProductDefinition

EPILOG = """\b
Examples:
  catalog access kms_key
  catalog access kms_key --params-file examples/launch-prod.yaml
  catalog access kms_key --param GrantsForAwsServices=true --format markdown
  catalog access kms_key --version 1.0.0 --region cn-north-1 --json
  catalog access kms_key --format html > access.html
  catalog access web --ssm /golden/ami=ami-0123456789abcdef0    (without it, the value stays open)

Evaluates the resource policies of the product. Does not evaluate service control policies, resource control policies,
permissions boundaries, session policies and VPC endpoint policies, which can only remove permissions.
See `catalog help access.md`.
"""


@click.command(epilog=EPILOG)
@click.argument("product", shell_complete=complete_products)
@click.option(
    "--version", metavar="V", shell_complete=complete_versions, help="A released version; default: the working tree."
)
@click.option(
    "--params-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML: parameter names and values; default: the product's first example.",
)
@click.option("--param", "params", metavar="K=V", multiple=True, help="A parameter; it overrides the file.")
@click.option("--account", metavar="ID", help="The account of the launch.  [default: 123456789012]")
@click.option("--region", metavar="REGION", help="The Region of the launch.  [default: the first of the repository]")
@click.option(
    "--given", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML: values that only AWS knows."
)
@click.option("--ssm", metavar="NAME=VALUE", multiple=True, help="The value of an SSM parameter.")
@click.option("--import", "imports", metavar="NAME=VALUE", multiple=True, help="The value of another stack's export.")
@content_choice(
    "table",
    "json",
    "markdown",
    "md",
    "html",
    metavar="[table|json|markdown|html]",
    help="json has every principal and every action; markdown, or md, is for a pull request, html a page.",
)
@pass_workspace
def access(
    workspace: Workspace,
    product: str,
    version: str | None,
    params_file: Path | None,
    params: tuple[str, ...],
    account: str | None,
    region: str | None,
    given: Path | None,
    ssm: tuple[str, ...],
    imports: tuple[str, ...],
    form: ContentFormat,
) -> None:
    """Show who may do what to the resources of a launch of PRODUCT.

    Evaluates the resource policies (key policies, bucket policies and others) for one set of parameters: for each
    principal that they name, and for all others, every action of the service with the statement that decides.
    """
    from catalog.access import lifting, matrix
    from catalog.access.resources import AccountValues
    from catalog.cfn import Pseudo
    from catalog.check.unchangeable import unchangeable_parameters
    from catalog.content.load import load_product
    from catalog.content.render import render

    config = workspace.config()
    definition = load_product(config, product)
    rendered = released(workspace, product, version) if version else render(product, definition)
    parameters, source = chosen_parameters(config, definition, params_file, params)
    where = account_region(account, region or config.regions[0])
    pseudo = Pseudo(where.account, where.region, stack_name=f"SC-{where.account}-pp-example")
    from_account = facts(given, ssm, imports, ())
    account_values = AccountValues(from_account.ssm, from_account.imports)
    access_matrix = matrix(
        rendered.template, parameters, pseudo, source=f"{product} {rendered.version}", account_values=account_values
    )
    launched = lifting.UpdatableLaunch(
        rendered.template, parameters, pseudo, access_matrix, account_values, unchangeable_parameters(rendered.template)
    )
    lifted = lifting.lifted_denies(launched, portfolio_rules(config, product, where))
    form.print_content(AccessReport(rendered, source, where, access_matrix, lifted))


@dataclass(frozen=True, slots=True)
class AccessReport:
    """The access matrix of a launch, and the Denies that an update lifts."""

    launched: Rendered
    source: str
    """Of the parameters."""
    where: AccountRegion
    matrix: Matrix
    lifted: Sequence[LiftedDeny]

    @property
    def title(self) -> str:
        """What is launched, and where."""
        launched, where = self.launched, self.where
        return (
            f"{launched.product} {launched.version} with {self.source}, account {where.account}, Region {where.region}"
        )

    def lines(self) -> Iterator[str]:
        """The title and the table."""
        from catalog.access.report import as_text

        yield from (self.title, "", as_text(self.matrix, self.lifted).removesuffix("\n"))

    def markdown(self) -> str:
        """The title as a heading, and the tables."""
        from catalog.access.report import as_markdown
        from catalog.model.markdown import escaped

        return f"## {escaped(self.title)}\n\n{as_markdown(self.matrix, self.lifted)}"

    def html(self) -> str:
        """The tables as a page."""
        from catalog.web.access_page import as_html

        return as_html(self.title, self.matrix, self.lifted)

    def data(self) -> dict[str, Any]:
        """Every principal and every action."""
        from catalog.access import lifting
        from catalog.access.matrix import as_data

        launched = self.launched
        return {
            "product": launched.product,
            "version": launched.version,
            "digest": launched.digest,
            "parameters": self.source,
            "account": self.where.account,
            "region": self.where.region,
            "policies": as_data(self.matrix),
            "not_evaluated": list(self.matrix.not_evaluated),
            "lifted": lifting.as_data(self.lifted),
        }


def portfolio_rules(config: Config, product: str, where: AccountRegion) -> dict[str, Mapping[str, Any]]:
    """Portfolio → the rules of its TEMPLATE constraint for the product, of each portfolio that has the product."""
    from catalog.content.load import load_portfolios

    files = load_portfolios(config).values()
    return {file.key: where.fill(file.rules(product)) for file in files if product in file.products}


def chosen_parameters(
    config: Config, definition: ProductDefinition, file: Path | None, params: tuple[str, ...]
) -> tuple[dict[str, str], str]:
    """(parameters, their source): the file, else the product's first example; `--param` overrides both."""
    given = key_values("--param", params)
    added = f" and --param {', '.join(given)}" if given else ""
    if file is not None:
        return {**read_parameters(file), **given}, f"{file}{added}"
    if not definition.examples:
        return given, f"the template's defaults{added}"
    example = definition.examples[0]
    check_readable(config.root, config.root / example)
    note(f"no --params-file: using the product's first example, {example}")
    return {**read_parameters(config.root / example), **given}, f"{example}{added}"
