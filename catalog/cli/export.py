"""L5. `catalog export`: the template, byte for byte what publish pushes."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.cli.context import Context, pass_context, write_file

EPILOG = """\b
Examples:
  catalog export kms_key
  catalog export kms_key --format json -o kms_key.json
"""


@click.command(epilog=EPILOG)
@click.argument("product")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="yaml is what publish pushes; json holds the same data.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@pass_context
def export(context: Context, product: str, form: str, output: Path | None) -> None:
    """Print the CloudFormation template of PRODUCT."""
    from catalog.render import as_json

    (rendered,) = context.render((product,))
    body = rendered.body if form == "yaml" else as_json(rendered)
    if output:
        write_file(output, body)
    else:
        click.echo(body, nl=False)
