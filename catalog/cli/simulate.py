"""`catalog simulate`: show what a launch would do, without AWS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.completing import complete_portfolios, complete_products, complete_versions
from catalog.cli.export import released
from catalog.cli.formats import ContentFormat, content_options
from catalog.cli.options import key_values, read_parameters
from catalog.cli.output import style_for
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_USAGE

if TYPE_CHECKING:
    from catalog.content.portfolio_files import AccountRegion
    from catalog.simulate import AccountFacts, Simulation

EPILOG = """\b
Examples:
  catalog simulate kms_key --params-file examples/launch-dev.yaml
  catalog simulate kms_key --portfolio security-prod --params-file examples/launch-prod.yaml \\
      --param DeletionWindowDays=7
  catalog simulate kms_key --params-file examples/launch-dev.yaml --region cn-north-1 --json
  catalog simulate web --param Image=/golden/ami --ssm /golden/ami=ami-0123456789abcdef0 \\
      --import network-VpcId=vpc-01234567 --zone us-east-1a --zone us-east-1b

Without --portfolio, the launch is simulated through every portfolio that has the product. One that accepts is enough.
The file of --given is YAML with any of ssm, imports, zones, ref_all, value_of, value_of_all:
`catalog help simulate.md`.

Exit codes: 0 AWS would launch it, 3 AWS would refuse it, 2 the input or the content is wrong, or a value that only AWS
knows is missing. A parameter that the template does not have is a refusal (3), as in CloudFormation.
"""


@click.command(epilog=EPILOG)
@click.argument("product", shell_complete=complete_products)
@click.option(
    "--portfolio",
    metavar="P",
    shell_complete=complete_portfolios,
    help="The portfolio to launch through; default: every portfolio that has the product.",
)
@click.option(
    "--version",
    "version",
    metavar="V",
    shell_complete=complete_versions,
    help="A released version; default: the repository's template.",
)
@click.option("--param", "params", metavar="K=V", multiple=True, help="A parameter; overrides the file.")
@click.option(
    "--params-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML: parameter names and values.",
)
@click.option("--tag", "tags", metavar="K=V", multiple=True, help="A tag for all resources of the launch.")
@click.option("--account", metavar="ID", help="The account to launch in.  [default: 123456789012]")
@click.option("--region", metavar="REGION", help="The Region to launch in.  [default: the first of the repository]")
@click.option(
    "--given", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML: values that only AWS knows."
)
@click.option("--ssm", metavar="NAME=VALUE", multiple=True, help="The value of an SSM parameter.")
@click.option("--import", "imports", metavar="NAME=VALUE", multiple=True, help="The value of another stack's export.")
@click.option("--zone", "zones", metavar="ZONE", multiple=True, help="An availability zone, for Fn::GetAZs.")
@content_options("json")
@pass_workspace
def simulate(
    workspace: Workspace,
    product: str,
    portfolio: str | None,
    version: str | None,
    params: tuple[str, ...],
    params_file: Path | None,
    tags: tuple[str, ...],
    account: str | None,
    region: str | None,
    given: Path | None,
    ssm: tuple[str, ...],
    imports: tuple[str, ...],
    zones: tuple[str, ...],
    form: ContentFormat,
) -> None:
    """Show what a launch of PRODUCT would do, without calling AWS.

    Shows which parameters are valid, which rules of the template and the portfolio hold, which conditions are true,
    and the resources, policies and outputs of the launch. Values of NoEcho parameters are not shown.
    """
    from catalog import simulate as engine
    from catalog.content.load import load_portfolios, load_product
    from catalog.content.render import render

    config = workspace.config()
    definition = load_product(config, product)
    paths = engine.launch_paths(load_portfolios(config), product, portfolio)
    template = released(workspace, product, version) if version else render(product, definition)
    request = engine.LaunchRequest(
        product=product,
        version=template.version,
        template=template.template,
        parameters={**(read_parameters(params_file) if params_file else {}), **key_values("--param", params)},
        tags=key_values("--tag", tags),
        tag_options=definition.tag_options,
        separate_lists=definition.separate_lists,
        account_region=account_region(account, region or config.regions[0]),
        facts=facts(given, ssm, imports, zones),
    )
    simulation = engine.simulate(request, paths)
    form.print_content(SimulationReport(simulation))
    click.get_current_context().exit(exit_code(simulation))


def account_region(account: str | None, region: str) -> AccountRegion:
    """Where to launch, by default in the example account; `ContentError` for a malformed account or Region."""
    from catalog.cfn import Pseudo
    from catalog.content.portfolio_files import EXAMPLE, AccountRegion
    from catalog.model.limits import check_pattern
    from catalog.model.regions import check_region

    check_pattern("--account", account or EXAMPLE.account, re.compile(r"[0-9]{12}"), "12 digits")
    check_region("--region", region)
    pseudo = Pseudo(account or EXAMPLE.account, region)
    return AccountRegion(pseudo.account_id, pseudo.region, pseudo.partition)


def facts(given: Path | None, ssm: tuple[str, ...], imports: tuple[str, ...], zones: tuple[str, ...]) -> AccountFacts:
    """The values that only AWS knows: those of the file, and those of the options, which override them."""
    from catalog.simulate import AccountFacts, read_facts

    in_file = read_facts(given, str(given)) if given else AccountFacts()
    return replace(
        in_file,
        ssm={**in_file.ssm, **key_values("--ssm", ssm)},
        imports={**in_file.imports, **key_values("--import", imports)},
        zones=tuple(dict.fromkeys((*in_file.zones, *zones))),
    )


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What the launch would do."""

    simulation: Simulation

    def lines(self) -> Iterator[str]:
        """Each line in the colour of its mark; click removes the colours without a terminal."""
        from catalog.simulate.simulation import Mark
        from catalog.simulate.text import lines

        paint = style_for({Mark.PASS: "green", Mark.FAIL: "red", Mark.OPEN: "yellow"})
        return (paint(mark, text) for mark, text in lines(self.simulation))

    def data(self) -> dict[str, Any]:
        """The document of --json."""
        from catalog.simulate.data import as_data

        return as_data(self.simulation)


def exit_code(simulation: Simulation) -> int:
    """The exit code for the verdict."""
    from catalog.simulate import LaunchVerdict

    return {LaunchVerdict.LAUNCHED: EXIT_DONE, LaunchVerdict.REFUSED: EXIT_FINDINGS}.get(simulation.verdict, EXIT_USAGE)
