"""`catalog validate`: the check stage for people and for CI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.options import json_option
from catalog.cli.output import note, write_file
from catalog.cli.workspace import Workspace, pass_workspace, today
from catalog.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from catalog.check.formats import Report
    from catalog.content.load import Catalog
    from catalog.content.render import Rendered

FORMATS = ("text", "json", "sarif", "junit", "github")
COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}
EPILOG = """\b
Examples:
  catalog validate
  catalog validate kms_key --json
  catalog validate --format sarif -o catalog.sarif
  catalog validate --format github        (annotations in GitHub Actions)

\b
Exit codes: 0 no errors, 2 the content cannot be read, 3 findings of level error.
"""


@click.command(epilog=EPILOG)
@click.argument("products", metavar="[PRODUCT]...", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="Format of the report."
)
@json_option
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@pass_workspace
def validate(workspace: Workspace, products: tuple[str, ...], form: str, as_json: bool, output: Path | None) -> None:
    """Check products and portfolios without calling AWS.

    Renders each PRODUCT (all when none is named) as publish pushes it, and checks it with cfn-lint, for all Regions of
    the configuration, and with our own controls. Checks the portfolios that offer it, their rules against the
    template and every release that can be launched. Suppressions are judged as of today, UTC.
    """
    from catalog.check import formats
    from catalog.check.finding import count

    name = "json" if as_json else form
    report = inspect(workspace, products)
    text = formats.FORMATS[name](report)
    if output:
        write_file(output, text.encode())
        note(formats.summary(report))
    else:
        click.echo(coloured(text) if name == "text" else text, nl=False)
    if count(report.findings)["error"]:
        click.get_current_context().exit(EXIT_FINDINGS)


def inspect(workspace: Workspace, products: tuple[str, ...]) -> Report:
    """Load, render and check; `ContentError` when something cannot be read."""
    from catalog.check.finding import in_order
    from catalog.check.formats import Report
    from catalog.check.run import Content, check
    from catalog.cli.gate import gate_findings
    from catalog.content.ssm_documents import check_actions
    from catalog.releases import load_releases

    catalog, rendered = load(workspace, products)
    releases = {one.product: load_releases(catalog.config, one.product) for one in rendered}
    released = [one for each in releases.values() for one in each if one.launchable]
    for one in rendered:
        templates = [
            (one.version, one.template),
            *((old.version, old.template) for old in releases[one.product] if old.launchable),
        ]
        check_actions(catalog.config.owner, one.product, catalog.products[one.product], templates)
    outcome = check(Content(catalog, rendered, released), today())
    return Report(
        tuple(one.product for one in rendered),
        catalog.config.regions,
        in_order([*outcome.findings, *gate_findings(catalog.config, rendered)]),
        (*catalog.portfolios, *catalog.imports),
        outcome.suppressed,
    )


def load(workspace: Workspace, products: tuple[str, ...]) -> tuple[Catalog, list[Rendered]]:
    """The named products and the portfolios that offer them, or the whole catalogue with what spans its files."""
    from catalog.content.load import Catalog, load_portfolios, load_product
    from catalog.content.render import render

    if products:
        config = workspace.config()
        definitions = {key: load_product(config, key) for key in dict.fromkeys(products)}
        portfolios = {key: file for key, file in load_portfolios(config).items() if set(file.products) & {*definitions}}
        catalog = Catalog(config, definitions, portfolios)
    else:
        catalog = workspace.catalog()
    return catalog, [render(key, definition) for key, definition in catalog.products.items()]


def coloured(text: str) -> str:
    """The text report with its severities in colour; click takes the colours out where there is no terminal."""
    lines = []
    for line in text.splitlines(keepends=True):
        rule, severity, rest = (*line.split(" ", 2), "", "")[:3]
        lines.append(f"{rule} {click.style(severity, COLOURS[severity])} {rest}" if severity in COLOURS else line)
    return "".join(lines)
