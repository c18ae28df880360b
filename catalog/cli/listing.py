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
    from catalog.content.portfolio_files import PortfolioFile
    from catalog.releases import Release

EPILOG = """\b
Examples:
  catalog list
  catalog list --json

VERSION is the default version: the highest release that people can launch, or the one that the ledger names, with
"(promoted)". It also shows the latest release, if that is another one, and whether there are unreleased changes.
Products of installed packages that no portfolio offers and that have no release here are listed as AVAILABLE. Other
commands leave them out until you name them. Portfolios of installed packages take part if package_portfolios in
pyproject.toml names them.
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
    source: str
    """The file that declares it."""
    package: str
    """The installed package that it comes from; empty for the repository."""

    def cells(self) -> tuple[str, ...]:
        """The row in the table."""
        source = f"package {self.package}" if self.package else self.source
        return self.key, self.versions(), self.name, ", ".join(self.portfolios) or "-", source

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
            "file": self.source,
            "package": self.package or None,
        }


@click.command("list", epilog=EPILOG)
@json_option
@pass_workspace
def list_content(workspace: Workspace, as_json: bool) -> None:
    """List products with their versions, and portfolios."""
    from catalog.content.product_files import product_files

    content = workspace.catalog()
    files = product_files(content.config)
    products, unused = rows(content), [file for key, file in files.items() if key not in content.products]
    portfolios = content.portfolios.values()
    if as_json:
        print_json(
            {
                "products": [row.data() for row in products],
                "portfolios": [portfolio_data(portfolio) for portfolio in portfolios],
                "available": [{"product": each.key, "file": each.shown, "package": each.package} for each in unused],
            }
        )
        return
    packages = any(row.package for row in products)
    titles = ("PRODUCT", "VERSION", "NAME", "PORTFOLIOS", *(["FROM"] if packages else []))
    click.echo(table(titles, (row.cells()[: len(titles)] for row in products)))
    click.echo()
    packages = any(portfolio.package for portfolio in portfolios)
    titles = ("PORTFOLIO", "DISPLAY NAME", "PRODUCTS", *(["FROM"] if packages else []))
    click.echo(table(titles, (portfolio_cells(portfolio)[: len(titles)] for portfolio in portfolios)))
    if unused:
        click.echo()
        click.echo(table(("AVAILABLE", "FROM"), ((each.key, f"package {each.package}") for each in unused)))


def portfolio_cells(portfolio: PortfolioFile) -> tuple[str, ...]:
    """The row of a portfolio in the table."""
    source = f"package {portfolio.package}" if portfolio.package else portfolio.file
    return portfolio.key, portfolio.display_name, ", ".join(portfolio.products), source


def portfolio_data(portfolio: PortfolioFile) -> dict[str, Any]:
    """A portfolio as JSON-like data."""
    return {
        "portfolio": portfolio.key,
        "display_name": portfolio.display_name,
        "products": list(portfolio.products),
        "file": portfolio.file,
        "package": portfolio.package or None,
    }


def rows(content: Catalog) -> list[ListingRow]:
    """All products with their releases and whether they have unreleased changes."""
    from catalog.content.product_files import product_files
    from catalog.content.render import render
    from catalog.releases import default_version, is_released, latest_release, load_releases

    listed, files = [], product_files(content.config)
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
                files[key].shown,
                files[key].package,
            )
        )
    return listed
