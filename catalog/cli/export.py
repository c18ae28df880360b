"""`catalog export`: the template of a product as it is released, or the whole catalogue as CloudFormation templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_products, complete_targets, complete_versions
from catalog.cli.output import write_file
from catalog.cli.workspace import SessionOptions, Workspace, session_options

if TYPE_CHECKING:
    from catalog.content.render import Rendered

EPILOG = """\b
Examples:
  catalog export kms_key
  catalog export kms_key --format json -o kms_key.json
  catalog export kms_key --version 1.0.0
  catalog export --catalogue --format cloudformation -o stacks
  catalog export --catalogue --format cloudformation -o stacks --to prod-hub/eu-west-1
  catalog export --catalogue --format cloudformation -o stacks --upload --profile hub

With --catalogue the folder has root.json, its nested stacks, and the templates of the products, under the keys that
they have in the template bucket: see `catalog help stacks.md`.
"""
CLOUDFORMATION = "cloudformation"


@click.command(epilog=EPILOG)
@click.argument("product", required=False, shell_complete=complete_products)
@click.option(
    "--version", metavar="V", shell_complete=complete_versions, help="A released version; default: the working tree."
)
@click.option("--catalogue", is_flag=True, help="All portfolios and products, as CloudFormation templates.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json", CLOUDFORMATION]),
    default="yaml",
    show_default=True,
    help="yaml is released and uploaded; json has the same data; cloudformation is for --catalogue.",
)
@click.option(
    "--to",
    metavar="NAME",
    shell_complete=complete_targets,
    help="With --catalogue: for one target NAME/REGION of pyproject.toml; default: for any.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A file instead of the terminal; a folder with --catalogue."
)
@click.option("--upload", is_flag=True, help="With --catalogue: also upload the folder to the template bucket.")
@session_options
def export(
    workspace: Workspace,
    where: SessionOptions,
    product: str | None,
    version: str | None,
    catalogue: bool,
    form: str,
    to: str | None,
    output: Path | None,
    upload: bool,
) -> None:
    """Print the CloudFormation template of PRODUCT, or write the whole catalogue as templates."""
    if catalogue:
        if product or version or form != CLOUDFORMATION or output is None:
            raise click.UsageError(
                "--catalogue takes no PRODUCT and no --version, and needs --format cloudformation -o DIR"
            )
        from catalog.cli.export_catalogue import write_catalogue

        write_catalogue(workspace, output, to, where if upload else None)
        return
    if product is None or form == CLOUDFORMATION or to or upload:
        raise click.UsageError("name a PRODUCT, or pass --catalogue --format cloudformation -o DIR")
    export_product(workspace, product, version, form, output)


def export_product(workspace: Workspace, product: str, version: str | None, form: str, output: Path | None) -> None:
    """Print the template, byte for byte as `release` freezes it and `publish` uploads it."""
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
