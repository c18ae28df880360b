"""`catalog list`: the products and portfolios of the repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.options import json_option
from catalog.cli.output import print_json, table
from catalog.cli.workspace import Workspace, pass_workspace

if TYPE_CHECKING:
    from catalog.content.load import Catalog
    from catalog.releases import Release

EPILOG = """\b
Examples:
  catalog list
  catalog list --json

VERSION is the default version: the highest release that people can launch, or the one that the ledger names, with
"(promoted)". It also shows the latest release, if that is another one, and whether there are unreleased changes.
"""


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One product in the list."""

    key: str
    name: str
    working: str
    """The version in the product file."""
    default: Release | None
    latest: Release | None
    changed: bool
    """Whether the working tree has unreleased changes."""
    releases: Sequence[Release]
    portfolios: list[str]

    def versions(self) -> str:
        """The VERSION column."""
        parts = [self.default.version if self.default else "none to launch" if self.releases else "not released"]
        if self.default and self.default.default:
            parts[0] += " (promoted)"
        if self.latest and self.latest != self.default:
            parts.append(f"latest {self.latest.version}")
        if self.changed and self.releases:
            parts.append("unreleased changes")
        return ", ".join(parts)

    def data(self) -> dict[str, Any]:
        """The row as JSON-like data."""
        return {
            "product": self.key,
            "name": self.name,
            "version": self.working,
            "default_version": self.default.version if self.default else None,
            "promoted": bool(self.default and self.default.default),
            "latest_version": self.latest.version if self.latest else None,
            "unreleased_changes": self.changed,
            "releases": [
                {
                    "version": release.version,
                    **({"name": release.name} if release.name else {}),
                    "digest": release.digest,
                    "date": release.date.isoformat(),
                    "guidance": release.guidance.value,
                    "active": release.active,
                }
                for release in self.releases
            ],
            "portfolios": self.portfolios,
        }


@click.command("list", epilog=EPILOG)
@json_option
@pass_workspace
def list_content(workspace: Workspace, as_json: bool) -> None:
    """List products with their versions, and portfolios."""
    content = workspace.catalog()
    products = rows(content)
    if as_json:
        print_json(
            {
                "products": [row.data() for row in products],
                "portfolios": [
                    {"portfolio": key, "display_name": portfolio.display_name, "products": list(portfolio.products)}
                    for key, portfolio in content.portfolios.items()
                ],
            }
        )
        return
    click.echo(
        table(
            ("PRODUCT", "VERSION", "NAME", "PORTFOLIOS"),
            ((row.key, row.versions(), row.name, ", ".join(row.portfolios) or "-") for row in products),
        )
    )
    click.echo()
    click.echo(
        table(
            ("PORTFOLIO", "DISPLAY NAME", "PRODUCTS"),
            (
                (key, portfolio.display_name, ", ".join(portfolio.products))
                for key, portfolio in content.portfolios.items()
            ),
        )
    )


def rows(content: Catalog) -> list[ListingRow]:
    """All products with their releases and whether they have unreleased changes."""
    from catalog.content.render import render
    from catalog.releases import default_version, is_released, latest_release, load_releases

    listed = []
    for key, product in content.products.items():
        releases = load_releases(content.config, key)
        listed.append(
            ListingRow(
                key,
                product.name,
                product.version,
                default_version(releases),
                latest_release(releases),
                not is_released(render(key, product), releases),
                releases,
                [name for name, portfolio in content.portfolios.items() if key in portfolio.products],
            )
        )
    return listed
