"""`catalog export`: print the template, byte for byte as `release` freezes it and `publish` uploads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.output import write_file
from catalog.cli.workspace import Workspace, pass_workspace

if TYPE_CHECKING:
    from catalog.content.render import Rendered

EPILOG = """\b
Examples:
  catalog export kms_key
  catalog export kms_key --format json -o kms_key.json
  catalog export kms_key --version 1.0.0
"""


@click.command(epilog=EPILOG)
@click.argument("product")
@click.option("--version", metavar="V", help="A released version; default: the working tree.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="yaml is released and uploaded; json has the same data.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@pass_workspace
def export(workspace: Workspace, product: str, version: str | None, form: str, output: Path | None) -> None:
    """Print the CloudFormation template of PRODUCT."""
    from catalog.content.render import as_json

    rendered = released(workspace, product, version) if version else workspace.render((product,))[0]
    body = rendered.body if form == "yaml" else as_json(rendered)
    if output:
        write_file(output, body)
    else:
        click.echo(body, nl=False)


def released(workspace: Workspace, product: str, version: str) -> Rendered:
    """The frozen template of a release; the product file is not imported."""
    from catalog.content.load import check_product
    from catalog.releases import find_release, load_releases, unknown_version

    config = workspace.config()
    check_product(config, product)
    releases = load_releases(config, product)
    release = find_release(releases, version)
    if release is None:
        raise unknown_version(product, version, releases)
    return release.rendered
