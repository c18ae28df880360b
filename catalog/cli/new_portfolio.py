"""`catalog new portfolio`: who may launch which products."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_products
from catalog.cli.options import json_option
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.cli.written import answered, asks_person, force_option, report_written

if TYPE_CHECKING:
    from catalog.content.load import Catalog

STAGES = ("dev", "test", "staging", "prod")
EPILOG = """\b
Examples:
  catalog new portfolio platform-prod --stage prod --principal role/deploy --product bucket
  catalog new portfolio data-dev --principal "role/dev-*" --product bucket --product queue

A principal with * or ? stands for every role, user or group whose name matches. It is also added to
principal_patterns in pyproject.toml.

Exit codes: 0 written; 2 wrong input, or the file exists.
"""


@click.command(epilog=EPILOG)
@click.argument("name")
@click.option("--principal", "principals", metavar="role/NAME", multiple=True, help="Who may launch. May be repeated.")
@click.option(
    "--product",
    "products",
    metavar="P",
    multiple=True,
    shell_complete=complete_products,
    help="What it offers. May be repeated.",
)
@click.option("--stage", type=click.Choice(STAGES), default="dev", show_default=True, help="What it is for.")
@click.option("--display-name", metavar="TEXT", help="The name that people see.  [default: from NAME]")
@click.option("--team", metavar="TEXT", help="The provider that people see.  [default: that of another portfolio]")
@force_option
@json_option
@pass_workspace
def portfolio(
    workspace: Workspace,
    name: str,
    principals: tuple[str, ...],
    products: tuple[str, ...],
    stage: str,
    display_name: str | None,
    team: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the portfolio NAME: who may launch which products."""
    from catalog.scaffolds.portfolios import NewPortfolio, check_portfolio_key
    from catalog.scaffolds.products import words_of
    from catalog.scaffolds.writing import Scaffold, write_scaffold

    check_portfolio_key(name)
    catalog = workspace.catalog()
    check_unpackaged(catalog, name)
    asks = asks_person(as_json)
    if asks and not principals:
        principals = tuple(answered(None, "Who may launch, such as role/dev-*", "role/developer", asks=True).split())
    draft = NewPortfolio(
        name,
        answered(display_name, "Name that people see", words_of(name), asks=asks),
        answered(team, "Team that people ask for help", usual_provider(catalog), asks=asks),
        stage,
        given_principals(principals),
        chosen_products(catalog, products),
    )
    edited = permitted(catalog, principals)
    done = write_scaffold(workspace.root, Scaffold({draft.path: draft.body()}, edited), force=force)
    report_written(
        workspace.root,
        done,
        ["catalog validate", "catalog publish --local"],
        as_json=as_json,
        portfolio=name,
    )


def check_unpackaged(catalog: Catalog, name: str) -> None:
    """`ContentError` if the portfolio is of an installed package: two with one key are an error."""
    from catalog.errors import ContentError

    portfolio = catalog.portfolios.get(name)
    if portfolio and portfolio.package:
        words = f"package {portfolio.package} has portfolio {name!r} already"
        raise ContentError(words, hint="Choose another NAME, or leave that one out of package_portfolios.")


def given_principals(principals: tuple[str, ...]) -> tuple[str, ...]:
    """The principals; `ContentError` without one, because nobody could launch."""
    from catalog.errors import ContentError

    if not principals:
        raise ContentError("a portfolio without principals helps nobody", hint="Pass --principal role/NAME.")
    return principals


def chosen_products(catalog: Catalog, products: tuple[str, ...]) -> tuple[str, ...]:
    """The products, or the only one of the repository; `ContentError` if one is unknown or none is chosen."""
    from catalog.errors import ContentError
    from catalog.model.limits import listed, shown

    keys = tuple(catalog.products)
    chosen = products or (keys if len(keys) == 1 else ())
    if not chosen:
        raise ContentError("name what the portfolio offers", hint=f"Pass --product. products/ has {listed(keys)}.")
    for key in chosen:
        if key not in keys:
            raise ContentError(f"unknown product {shown(key)}; products/ has {listed(keys, key)}")
    return tuple(dict.fromkeys(chosen))


def usual_provider(catalog: Catalog) -> str:
    """The provider of the first portfolio, else the owner tag."""
    providers = [str(file.document.data["provider"]) for file in catalog.portfolios.values()]
    return next(iter((*providers, catalog.config.owner)))


def permitted(catalog: Catalog, principals: tuple[str, ...]) -> dict[PurePosixPath, bytes]:
    """pyproject.toml with the patterns among the principals; control E9103 asks for them there."""
    from catalog.content.files import read_text
    from catalog.scaffolds.edits import with_member
    from catalog.scaffolds.portfolios import is_pattern

    path = PurePosixPath("pyproject.toml")
    text = before = read_text(catalog.config.root / path, str(path))
    for principal in principals:
        name = principal.rpartition("::")[2].partition(":")[2] if principal.startswith("arn:") else principal
        if is_pattern(principal) and name not in catalog.config.principal_patterns:
            text = with_member(text, str(path), ("tool", "catalog"), "principal_patterns", name)
    return {path: text.encode()} if text != before else {}
