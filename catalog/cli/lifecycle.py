"""`catalog deprecate`, `retire`, `reactivate`, `promote`, `rollback`: edits of a ledger, which publish then applies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.completing import complete_products, complete_versions
from catalog.cli.options import json_option
from catalog.cli.output import print_json
from catalog.cli.workspace import Workspace, pass_workspace

if TYPE_CHECKING:
    from catalog.content.config import Config
    from catalog.lifecycle.verbs import Edit

EPILOG = """\b
Examples:
  catalog {verb} kms_key 1.0.0
  catalog {verb} kms_key 1.0.0 --dry-run{more}

Edits only the entries of these versions in products/releases/PRODUCT/ledger.yaml, and does not call AWS. Commit the
file, then run `catalog publish`. See `catalog help lifecycle.md`.

Exit codes: 0 edited, or no change; 2 unknown version, or no version would be left to launch.
"""
BEFORE = "\n  catalog rollback kms_key              (to the version before the default)"


def edit_options(command: Callable[..., None]) -> Callable[..., None]:
    """--dry-run and --json."""
    dry_run = click.option("--dry-run", is_flag=True, help="Show the edits, and stop.")
    return dry_run(json_option(pass_workspace(command)))


@click.command(epilog=EPILOG.format(verb="deprecate", more=""))
@click.argument("product", shell_complete=complete_products)
@click.argument("version", shell_complete=complete_versions)
@edit_options
def deprecate(workspace: Workspace, product: str, version: str, dry_run: bool, as_json: bool) -> None:
    """Deprecate VERSION of PRODUCT: block new launches.

    Its provisioned products stay and can be updated. Its description in AWS names the version to use instead.
    """
    run(workspace, "deprecate", product, version, dry_run, as_json)


@click.command(epilog=EPILOG.format(verb="retire", more=""))
@click.argument("product", shell_complete=complete_products)
@click.argument("version", shell_complete=complete_versions)
@edit_options
def retire(workspace: Workspace, product: str, version: str, dry_run: bool, as_json: bool) -> None:
    """Retire VERSION of PRODUCT: hide it, and block launches and updates to it.

    Its provisioned products stay. The plan of `catalog publish` shows how many there are.
    """
    run(workspace, "retire", product, version, dry_run, as_json)


@click.command(epilog=EPILOG.format(verb="reactivate", more=""))
@click.argument("product", shell_complete=complete_products)
@click.argument("version", shell_complete=complete_versions)
@edit_options
def reactivate(workspace: Workspace, product: str, version: str, dry_run: bool, as_json: bool) -> None:
    """Reactivate VERSION of PRODUCT: allow launches and updates to it again."""
    run(workspace, "reactivate", product, version, dry_run, as_json)


@click.command(epilog=EPILOG.format(verb="promote", more=""))
@click.argument("product", shell_complete=complete_products)
@click.argument("version", shell_complete=complete_versions)
@edit_options
def promote(workspace: Workspace, product: str, version: str, dry_run: bool, as_json: bool) -> None:
    """Make VERSION the default of PRODUCT, which a launch without --version gets.

    It stays the default when a higher version is released, until another version is promoted. After the highest version
    is promoted, each new release becomes the default.
    """
    run(workspace, "promote", product, version, dry_run, as_json)


@click.command(epilog=EPILOG.format(verb="rollback", more=BEFORE))
@click.argument("product", shell_complete=complete_products)
@click.argument("version", default="", shell_complete=complete_versions)
@edit_options
def rollback(workspace: Workspace, product: str, version: str, dry_run: bool, as_json: bool) -> None:
    """Make an earlier VERSION of PRODUCT the default again, and deprecate newer versions.

    Without VERSION, it is the highest version below the default that people can launch. Nothing is deleted: provisioned
    products of the newer versions stay.
    """
    run(workspace, "rollback", product, version, dry_run, as_json)


def run(workspace: Workspace, verb: str, product: str, version: str, dry_run: bool, as_json: bool) -> None:
    """Edit the ledger of one product, and report the edit."""
    from catalog.content.load import check_product
    from catalog.lifecycle.verbs import VERBS
    from catalog.releases import ledger_lock, load_releases

    config = workspace.config()
    check_product(config, product)
    with ledger_lock(config):
        edit = VERBS[verb](product, load_releases(config, product), version)
        check(config, edit)
        if edit.differs and not dry_run:
            write(config, edit)
    data = edit_data(config, edit, dry_run)
    if as_json:
        print_json({"verb": verb, **data})
        return
    for line in edit_lines(data):
        click.echo(line)


def check(config: Config, edit: Edit) -> None:
    """`ContentError` if a release becomes launchable that does not fit the rules of a portfolio, as publish does."""
    from catalog.content.load import load_portfolios
    from catalog.publishing.desired import check_released

    if releases := list(edit.launchable_again()):
        for portfolio in load_portfolios(config).values():
            if edit.product in portfolio.products:
                check_released(portfolio, edit.product, releases)


def write(config: Config, edit: Edit) -> None:
    """Write the edit into the ledger."""
    from catalog.releases import edit_ledger

    edit_ledger(config, edit.product, edit.after)


def edit_data(config: Config, edit: Edit, dry_run: bool) -> dict[str, Any]:
    """An edit as JSON-like data."""
    from catalog.releases.ledger import LEDGER, folder

    old, new = edit.defaults
    return {
        "product": edit.product,
        "status": "unchanged" if not edit.differs else "not written (--dry-run)" if dry_run else "edited",
        "file": config.shown(folder(config, edit.product) / LEDGER),
        "changes": [
            {"version": change.version, "field": change.field, "old": change.old, "new": change.new}
            for change in edit.changes
        ],
        "default_version": {"old": old or None, "new": new, "promoted": bool(edit.promoted)},
    }


def edit_lines(data: dict[str, Any]) -> list[str]:
    """An edit as lines of text."""
    default = data["default_version"]
    shown = f"{default['new']} (promoted)" if default["promoted"] else default["new"]
    lines = [f"{data['product']}: {data['status']}, {data['file']}"]
    lines += [
        f"  {change['version']}  {change['field']}: {change['old']} → {change['new']}" for change in data["changes"]
    ]
    moved = default["old"] != default["new"]
    lines.append(f"  default version: {default['old'] or 'none'} → {shown}" if moved else f"  default version: {shown}")
    if data["status"] == "edited":
        lines.append("Next: commit the ledger, then `catalog publish`.")
    elif data["status"] != "unchanged":
        lines.append("Next: run the command without --dry-run.")
    return lines
