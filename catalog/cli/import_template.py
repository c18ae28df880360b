"""`catalog import-template`: templates that exist become products as they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_portfolios
from catalog.cli.new_product import (
    check_new,
    described,
    files_of,
    offered,
    own_definition,
    read_source,
    report_products,
    usual_team,
)
from catalog.cli.options import json_option
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.cli.written import force_option

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from catalog.content.config import Config
    from catalog.scaffolds.products import NewProduct

EPILOG = """\b
Examples:
  catalog import-template ../templates/queue.yaml
  catalog import-template ../templates/queue.yaml --key orders_queue --portfolio platform-dev
  catalog import-template ../factory/*/product.template.yaml

Copies each FILE to products/KEY with its ending, byte for byte, and writes products/KEY.product.yaml:
the name is made of KEY, the description is the template's Description, the owner is that of the other
products, else of [tool.catalog]. Edit them afterwards. A template with Metadata: Catalog: has its own.

KEY is the name of FILE without its ending. For a FILE with a general name, such as template.yaml or
product.template.yaml, it is the name of its folder.

A FILE that is in products/ already stays as it is, and gets its metadata.

The report says what cfn-lint and the controls miss, with lines. Nothing is released or published.

Exit codes: 0 written, whatever the controls miss; 2 wrong input, or a file exists.
"""
GENERAL_NAMES = ("cloudformation", "main", "product", "stack", "template")
"""Names of files that do not say which product it is: the folder does."""


@click.command("import-template", epilog=EPILOG)
@click.argument(
    "sources", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--key", metavar="KEY", help="The key of the product, for one FILE.")
@click.option(
    "--portfolio", metavar="P", shell_complete=complete_portfolios, help="A portfolio that offers them from now on."
)
@click.option("--team", metavar="TEXT", help="The owner that people see.  [default: that of another product]")
@force_option
@json_option
@pass_workspace
def import_template(
    workspace: Workspace,
    sources: tuple[Path, ...],
    key: str | None,
    portfolio: str | None,
    team: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Copy CloudFormation templates into products/, with their metadata, and say what the controls miss."""
    from catalog.scaffolds.writing import Scaffold, write_scaffold

    if key is not None and len(sources) > 1:
        raise click.UsageError("--key is for one FILE")
    catalog = workspace.catalog(unfinished=True)
    owner = team or usual_team(catalog)
    imports = [TemplateImport.of(catalog.config, source, key, owner) for source in sources]
    check_different(imports)
    for each in imports:
        check_new(catalog, each.draft, force=force)
    keys = [each.draft.key for each in imports]
    files = {path: body for each in imports for path, body in each.files().items()}
    edited = offered(catalog, portfolio, keys) if portfolio else {}
    done = write_scaffold(workspace.root, Scaffold(files, edited), force=force)
    report_products(workspace, done, keys, as_json=as_json, products=keys)


@dataclass(frozen=True, slots=True)
class TemplateImport:
    """A template that becomes a product."""

    source: Path
    template: bytes
    draft: NewProduct

    @classmethod
    def of(cls, config: Config, source: Path, key: str | None, owner: str) -> TemplateImport:
        """The import of a file; `ContentError` if it is no template, or if its own metadata are not valid."""
        from catalog.scaffolds.products import NewProduct, words_of

        template = read_source(source)
        key = key or key_of(source)
        own = own_definition(config, template, source)
        name = own.name if own else words_of(key)
        return cls(source, template, NewProduct(key, name, owner, described(template, source)))

    def files(self) -> dict[PurePosixPath, bytes]:
        """The files of the product."""
        return files_of(self.draft, self.template, self.source, None)


def key_of(source: Path) -> str:
    """A key made of the name of a file, or of its folder."""
    stem = re.sub(r"(\.(template|product|cfn))+$", "", source.stem)
    if stem.lower() in GENERAL_NAMES:
        stem = source.resolve().parent.name
    plain = "".join(char for char in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-_")[:64]


def check_different(imports: Sequence[TemplateImport]) -> None:
    """`ContentError` if two files become the same product, or two of the same name."""
    from catalog.errors import ContentError

    sources: dict[str, Path] = {}
    for each in imports:
        for fate in (f"become product {each.draft.key}", f"have the name {each.draft.name!r}"):
            if other := sources.get(fate):
                raise ContentError(
                    f"{other} and {each.source} both {fate}", hint="Import them one by one, each with its own --key."
                )
            sources[fate] = each.source
