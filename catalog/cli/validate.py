"""`catalog validate`: check products and portfolios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.check.formats import format_names
from catalog.cli.completing import complete_products
from catalog.cli.options import json_option
from catalog.cli.output import note, write_file
from catalog.cli.terminal import style
from catalog.cli.workspace import Workspace, pass_workspace, today
from catalog.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from catalog.check.finding import Finding
    from catalog.check.report import Report
    from catalog.check.report_cache import CheckOutcome
    from catalog.content.load import Catalog
    from catalog.content.render import Rendered
    from catalog.releases import Release

COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}
EPILOG = """\b
Examples:
  catalog validate
  catalog validate kms_key --json
  catalog validate --format sarif -o catalog.sarif
  catalog validate --format github        (annotations in GitHub Actions)

\b
Exit codes: 0 no errors, 2 content cannot be read, 3 findings of level error.
"""


@click.command(epilog=EPILOG)
@click.argument("products", metavar="[PRODUCT]...", nargs=-1, shell_complete=complete_products)
@click.option(
    "--format",
    "form",
    type=click.Choice(format_names()),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@json_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file instead of the terminal.",
)
@click.option("--no-cache", is_flag=True, help="Render and check everything again, also what is unchanged.")
@pass_workspace
def validate(
    workspace: Workspace, products: tuple[str, ...], form: str, as_json: bool, output: Path | None, no_cache: bool
) -> None:
    """Check products and portfolios without calling AWS.

    Renders each PRODUCT (default: all products) as publish pushes it. Checks the template with cfn-lint, for all
    Regions of the configuration, and with the controls of `catalog controls`. Checks the portfolios that offer the
    product, and their rules against the template and against every release that can be launched. Suppressions are
    judged as of today (UTC).

    The report, and what cfn-lint and the controls found in each template, are kept in $XDG_CACHE_HOME/catalog or
    ~/.cache/catalog, and used again while the files that were read and the tools are the same. Releases, plans and
    publishing check again.
    """
    name = "json" if as_json else form
    outcome = outcome_of(workspace, products, name, cached=not no_cache)
    if output:
        write_file(output, outcome.text.encode())
        note(outcome.summary)
    else:
        click.echo(coloured(outcome.text) if name == "text" else outcome.text, nl=False)
    if outcome.errors:
        click.get_current_context().exit(EXIT_FINDINGS)


def outcome_of(workspace: Workspace, products: tuple[str, ...], form: str, *, cached: bool) -> CheckOutcome:
    """The report in a format. With `cached` that of an earlier run, if no file that it read has changed."""
    from catalog.check.report_cache import CheckOutcome, ReportCache
    from catalog.kept import cache_folder

    def check() -> tuple[CheckOutcome, bool]:
        from catalog.check.finding import count
        from catalog.check.formats import serialize
        from catalog.check.report import summary

        catalog, _, report = check_content(workspace, products, cached=cached)
        outcome = CheckOutcome(serialize(form, report), summary(report), count(report.findings)["error"])
        catalog.config.controls.code()  # reads them here: what other processes read is not observed
        return outcome, catalog.config.controls.findings_can_be_kept

    if not cached:
        return check()[0]
    question = {"products": products, "format": form, "day": today().isoformat()}
    return ReportCache(cache_folder()).outcome(workspace.root, question, check)


def check_content(
    workspace: Workspace, products: tuple[str, ...], *, cached: bool
) -> tuple[Catalog, list[Rendered], Report]:
    """Load, render and check; raises `ContentError` when a file cannot be read."""
    from catalog.check.finding import in_order
    from catalog.check.lint_cache import LintCache
    from catalog.check.lint_process import expect_templates
    from catalog.check.report import Report
    from catalog.check.run import Content
    from catalog.cli.checked_content import check_with_progress
    from catalog.cli.gate import gate_findings
    from catalog.cli.progress import progress
    from catalog.content.ssm_documents import check_service_actions
    from catalog.kept import cache_folder
    from catalog.releases import load_releases

    expect_templates()
    with progress(0, "reading products"):
        catalog, rendered = load(workspace, products)
    launchable: list[Release] = []
    for current in rendered:
        releases = [release for release in load_releases(catalog.config, current.product) if release.launchable]
        templates = [(current.version, current.template), *((old.version, old.template) for old in releases)]
        check_service_actions(catalog.config.owner, current.product, catalog.products[current.product], templates)
        launchable += releases
    cache = LintCache(cache_folder()) if cached else None
    gate: list[Finding] = []
    content = Content(catalog, rendered, launchable)
    result = check_with_progress(content, today(), cache, lambda: gate.extend(gate_findings(catalog, rendered)))
    report = Report(
        tuple(current.product for current in rendered),
        catalog.config.regions,
        in_order([*result.findings, *gate]),
        (*catalog.portfolios, *catalog.imports),
        result.suppressed,
        catalog.config.controls.off,
        files_of_packages(catalog),
    )
    return catalog, rendered, report


def files_of_packages(catalog: Catalog) -> dict[str, str]:
    """File of an installed package, as findings name it → the package."""
    from catalog.content.product_files import product_files

    products = product_files(catalog.config)
    files = {products[key].shown: products[key].package for key in catalog.products}
    files |= {portfolio.document.shown: portfolio.package for portfolio in catalog.portfolios.values()}
    return {file: package for file, package in files.items() if package}


def load(workspace: Workspace, products: tuple[str, ...]) -> tuple[Catalog, list[Rendered]]:
    """The named products and the portfolios that offer them, or the whole catalogue, checked across its files."""
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
    """The text report with its severities in colour; click removes the colours when the output is no terminal."""
    lines = []
    for line in text.splitlines(keepends=True):
        rule, severity, rest = (*line.split(" ", 2), "", "")[:3]
        lines.append(f"{rule} {style(severity, fg=COLOURS[severity])} {rest}" if severity in COLOURS else line)
    return "".join(lines)
