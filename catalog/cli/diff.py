"""`catalog diff`: the differences between two versions of a product, and the version bump that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalog.cli.options import json_option
from catalog.cli.output import print_json
from catalog.cli.terminal import style
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.errors import EXIT_CHANGES, ContentError

if TYPE_CHECKING:
    from catalog.versions.compare import Difference, Version

WORKING = "working"
EPILOG = """\b
Examples:
  catalog diff kms_key                          (the working tree against the latest release)
  catalog diff kms_key 1.0.0 1.1.0
  catalog diff kms_key --format markdown        (for a pull request)
  catalog diff kms_key 1.0.0 working --detailed-exitcode

OLD and NEW are released versions, or `working` for the working tree. The rules are in docs/versions.md.

Exit codes: 0 done, 2 unknown version, 4 there are differences (with --detailed-exitcode).
"""


@click.command(epilog=EPILOG)
@click.argument("product")
@click.argument("old", required=False)
@click.argument("new", default=WORKING)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@json_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when there are differences, 0 when there are none.")
@pass_workspace
def diff(
    workspace: Workspace, product: str, old: str | None, new: str, form: str, as_json: bool, detailed_exitcode: bool
) -> None:
    """Compare two versions of PRODUCT by meaning: OLD (the latest release) and NEW (the working tree).

    Shows the differences in parameters, rules, resources, policies and outputs, who gains or loses access, and whether
    NEW must be a patch, minor or major version after OLD.
    """
    from catalog.versions import report

    differences = difference(workspace, product, old, new)
    if as_json or form == "json":
        print_json(report.as_data(product, differences))
    elif form == "markdown":
        click.echo(report.as_markdown(product, differences), nl=False)
    else:
        show(product, differences, (old or differences.old.version, new))
    if detailed_exitcode and differences.verdict.level:
        click.get_current_context().exit(EXIT_CHANGES)


def difference(workspace: Workspace, product: str, old: str | None, new: str) -> Difference:
    """Load both versions and compare them. Raises `ContentError` if one does not exist."""
    from catalog.content.load import load_product
    from catalog.content.render import render
    from catalog.releases import latest_release, load_releases
    from catalog.versions import compare, load_examples

    config = workspace.config()
    definition = load_product(config, product)
    releases = load_releases(config, product)
    latest = latest_release(releases)
    if old is None and latest is None:
        raise ContentError(
            f"{product} has no release to compare with", hint=f"`catalog release {product}` creates the first one."
        )
    versions: dict[str, Version] = {release.version: release for release in releases}
    wanted = [latest.version if old is None and latest else str(old), new]
    if wanted[0] == wanted[1]:
        raise ContentError(f"both versions are {new}", hint="Name two different versions.")
    if WORKING in wanted:
        versions[WORKING] = render(product, definition)
    sides = []
    for name in wanted:
        if name not in versions:
            listed = ", ".join(release.version for release in releases) or "none"
            raise ContentError(
                f"unknown version {name!r} of {product}; released: {listed}",
                hint=f"Name a released version, or {WORKING} for the working tree.",
            )
        sides.append(versions[name])
    return compare(*sides, examples=load_examples(config, definition), regions=config.regions)


def show(product: str, differences: Difference, names: tuple[str, str]) -> None:
    """The text form, in colour on a terminal."""
    from catalog.versions import report
    from catalog.versions.change import Level

    colours = {Level.MAJOR: "red", Level.MINOR: "yellow", Level.PATCH: "green"}
    for level, text in report.lines(product, differences, names):
        click.echo(style(text, fg=colours[level]) if level in colours else text)
