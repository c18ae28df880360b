"""`catalog release`: check the template, freeze it, and add it to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from catalog.cli.checked_content import require_clean
from catalog.cli.gate import require_gate
from catalog.cli.options import json_option
from catalog.cli.output import print_json
from catalog.cli.workspace import Workspace, pass_workspace, today

if TYPE_CHECKING:
    from catalog.releases import Release, ReleaseDraft

EPILOG = """\b
Examples:
  catalog release kms_key --dry-run
  catalog release kms_key --notes "Alarm on deletion."
  catalog release kms_key --json

Writes products/releases/PRODUCT/VERSION.yaml, and adds it to ledger.yaml in the same folder. The file and its digest
never change again. You can edit notes, guidance and active in the ledger.

Exit codes: 0 released, now or before; 2 the version cannot be released; 3 the checks found errors.
"""


@click.command(epilog=EPILOG)
@click.argument("product")
@click.option("--notes", metavar="TEXT", help="Notes, shown with the version. Default: its version_description.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Date of the release. Default: today (UTC).")
@click.option("--dry-run", is_flag=True, help="Run all checks, show what would be written, and stop.")
@json_option
@pass_workspace
def release(
    workspace: Workspace, product: str, notes: str | None, day: str | None, dry_run: bool, as_json: bool
) -> None:
    """Freeze the rendered template of PRODUCT as a release, which publish then uploads."""
    from catalog.check.run import Content
    from catalog.content.load import Catalog, load_portfolios, load_product
    from catalog.content.render import render
    from catalog.publishing.desired import check_released
    from catalog.releases import draft_release, read_day

    config = workspace.config()
    definition = load_product(config, product)
    when = read_day("--date", day) if day else today()
    text = definition.version_description if notes is None else notes
    draft = draft_release(config, render(product, definition), text, when)
    if not draft.done:
        portfolios = {key: file for key, file in load_portfolios(config).items() if product in file.products}
        for portfolio in portfolios.values():  # publish would refuse the release, which cannot be undone
            check_released(portfolio, product, [draft.release])
        catalog = Catalog(config, {product: definition}, portfolios)
        # As of today, whatever --date is: a date in the past must not bring back an expired suppression.
        require_clean(Content(catalog, (draft.release.rendered,)), today(), templates=True)
        require_gate(config, draft.release.rendered)
        if not dry_run:
            draft.freeze()
    report(draft, dry_run, as_json)


def report(draft: ReleaseDraft, dry_run: bool, as_json: bool) -> None:
    """Print what was written and what to do next."""
    release = draft.release
    files = [draft.config.shown(file) for file in draft.files]
    status = "already released" if draft.done else "not written (--dry-run)" if dry_run else "released"
    if as_json:
        print_json({"status": status, **as_data(release), "files": files})
        return
    click.echo(f"{release.product} {release.version}: {status}, {release.digest}")
    if draft.done:
        click.echo("Nothing was written. You can edit notes, guidance and active in the ledger: " + files[1])
        return
    for file in files:
        click.echo(f"  {file}")
    click.echo(
        "Next: run the command without --dry-run." if dry_run else "Next: commit both files, then `catalog publish`."
    )


def as_data(release: Release) -> dict[str, Any]:
    """A release as JSON-like data, in the order of its fields in the ledger."""
    return {
        "product": release.product,
        "version": release.version,
        "digest": release.digest,
        "date": release.date.isoformat(),
        "notes": release.notes,
        "guidance": release.guidance.value,
        "active": release.active,
    }
