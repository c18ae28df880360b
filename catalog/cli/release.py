"""`catalog release`: check the template, freeze it, and add it to the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.checked_content import require_clean
from catalog.cli.completing import complete_products
from catalog.cli.gate import require_gate
from catalog.cli.options import json_option
from catalog.cli.output import may_ask, note, print_json
from catalog.cli.terminal import one_line
from catalog.cli.workspace import Workspace, pass_workspace, today
from catalog.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from catalog.content.config import Config
    from catalog.content.render import Rendered
    from catalog.model.definition import ProductDefinition
    from catalog.releases import Release, ReleaseDraft

EPILOG = """\b
Examples:
  catalog release kms_key --dry-run
  catalog release kms_key --bump auto --notes "Alarm on deletion."
  catalog release kms_key --notes "Alarm on deletion."
  catalog release kms_key --json

Writes products/releases/PRODUCT/VERSION.yaml, and adds it to ledger.yaml in the same folder. The file and its digest
never change again. You can edit notes, guidance and active in the ledger.

With --bump, the version in the product file is edited first, at its place: auto chooses the smallest number that the
version gate accepts. Notes are those of --notes, or a version_description that no release has. Without either, they are
asked for in a terminal.

Exit codes: 0 released, now or before; 2 the version cannot be released, or has no notes; 3 the checks found errors.
"""
BUMPS = ("auto", "patch", "minor", "major")


@click.command(epilog=EPILOG)
@click.argument("product", shell_complete=complete_products)
@click.option("--bump", type=click.Choice(BUMPS), help="Raise the version in the product file, after the last release.")
@click.option("--name", default="", metavar="NAME", help="Its name in AWS, such as v1.0. Default: the version.")
@click.option("--notes", metavar="TEXT", help="Notes, shown with the version. Default: its version_description.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Date of the release. Default: today (UTC).")
@click.option("--dry-run", is_flag=True, help="Run all checks, show what would be written, and stop.")
@json_option
@pass_workspace
def release(
    workspace: Workspace,
    product: str,
    bump: str | None,
    name: str,
    notes: str | None,
    day: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Freeze the rendered template of PRODUCT as a release, which publish then uploads."""
    from catalog.content.load import load_product
    from catalog.content.render import render
    from catalog.releases import load_releases, read_day, version_in_file

    config = workspace.config()
    definition = load_product(config, product)
    when = read_day("--date", day) if day else today()
    rendered = render(product, definition)
    releases = load_releases(config, product, unfinished=definition.version)
    version = chosen_version(config, definition, rendered, releases, bump)
    drafting = Drafting(config, product, when, notes if notes is not None else definition.version_description, name)
    draft = drafting.checked(definition, replace(rendered, version=version))
    if not draft.done:
        text = ReleaseNotes(product, version, releases, bump is not None).chosen(definition, notes, dry_run=dry_run)
        draft = replace(draft, release=replace(draft.release, notes=text))
        drafting = replace(drafting, notes=text)
    if not draft.done and not dry_run:
        if version != definition.version:
            with version_in_file(config, product, version):
                draft = drafting.again(draft)
        draft.freeze()
    report(draft, definition, dry_run, as_json)


def chosen_version(
    config: Config, definition: ProductDefinition, rendered: Rendered, releases: Sequence[Release], bump: str | None
) -> str:
    """The version of the product file, or the one that --bump asks for."""
    from catalog.versions import bumped_version, load_examples

    if bump is None:
        return definition.version
    return bumped_version(rendered, releases, bump, examples=load_examples(config, definition), regions=config.regions)


@dataclass(frozen=True)
class Drafting:
    """Drafts a release and runs all checks on it."""

    config: Config
    product: str
    day: date
    notes: str
    name: str
    """Its name in AWS; empty: the version."""

    def checked(self, definition: ProductDefinition, rendered: Rendered) -> ReleaseDraft:
        """The draft; an error of the checks if it cannot be released. Nothing is checked if it is released already."""
        from catalog.check.run import Content
        from catalog.content.load import Catalog, load_portfolios
        from catalog.publishing.desired import check_released
        from catalog.releases import draft_release

        draft = draft_release(self.config, rendered, self.notes, self.day, self.name)
        if draft.done:
            return draft
        portfolios = {key: file for key, file in load_portfolios(self.config).items() if self.product in file.products}
        for portfolio in portfolios.values():  # publish would refuse the release, which cannot be undone
            check_released(portfolio, self.product, [draft.release])
        catalog = Catalog(self.config, {self.product: definition}, portfolios)
        # As of today, whatever --date is: a date in the past must not bring back an expired suppression.
        # What it will be as a release, with the files of which findings name the lines.
        working = replace(
            draft.release.rendered,
            source=rendered.source,
            file=rendered.file,
            template_file=rendered.template_file,
        )
        require_clean(Content(catalog, (working,)), today(), templates=True)
        require_gate(catalog, working)
        return draft

    def again(self, draft: ReleaseDraft) -> ReleaseDraft:
        """The draft of the edited product file, whose template may hold the version: checked again if it differs."""
        from catalog.content.load import load_product
        from catalog.content.render import render

        definition = load_product(self.config, self.product)
        if definition.version != draft.release.version:
            raise ContentError(
                f"{definition.shown(self.product)}: the version is {definition.version} after the edit, not "
                f"{draft.release.version}",
                hint=f"Set the version to {draft.release.version} yourself, then run `catalog release {self.product}`.",
            )
        rendered = render(self.product, definition)
        return draft if rendered.digest == draft.release.digest else self.checked(definition, rendered)


@dataclass(frozen=True)
class ReleaseNotes:
    """Chooses the notes of a release."""

    product: str
    version: str
    releases: Sequence[Release]
    needed: bool
    """Whether the notes cannot be empty."""

    def chosen(self, definition: ProductDefinition, given: str | None, *, dry_run: bool) -> str:
        """--notes, or the version_description if it is not that of a release; else asked for in a terminal."""
        from catalog.releases import checked_notes

        text = definition.version_description
        if given is None and (problem := self.problem(text)):
            if dry_run:
                note(f"notes are missing: {problem}")
            elif may_ask():
                note(f"{self.product} {self.version} has no notes yet: {problem}.")
                given = click.prompt(one_line(f"Notes of {self.product} {self.version}"), err=True)
            else:
                raise ContentError(
                    f"{self.product} {self.version} has no notes: {problem}",
                    hint=f"Add --notes TEXT, or describe the change in {definition.shown(self.product)}.",
                )
        return checked_notes(f"{self.product} {self.version}: notes", text if given is None else given)

    def problem(self, text: str) -> str:
        """Why the version_description cannot be the notes; empty if it can."""
        old = next((release for release in reversed(self.releases) if release.notes.strip() == text.strip()), None)
        if text.strip() and old is not None:
            return f"version_description is still that of {old.version}"
        return "version_description is empty" if self.needed and not text.strip() else ""


def report(draft: ReleaseDraft, definition: ProductDefinition, dry_run: bool, as_json: bool) -> None:
    """Print what was written and what to do next; `definition` is that of before the edit."""
    from catalog.releases import numbered

    release = draft.release
    files = [draft.config.shown(file) for file in draft.files]
    old = definition.version
    edited = old != release.version and not draft.done
    product_file = definition.shown(release.product)
    status = "already released" if draft.done else "not written (--dry-run)" if dry_run else "released"
    if as_json:
        listed = [product_file, *files] if edited else files
        print_json({"status": status, **as_data(release), "files": listed})
        return
    click.echo(f"{release.product} {numbered(release)}: {status}, {release.digest}")
    if draft.done:
        click.echo("Nothing was written. You can edit notes, guidance and active in the ledger: " + files[1])
        return
    if edited:
        click.echo(f"  {product_file}: version {old} → {release.version}")
    for file in files:
        click.echo(f"  {file}")
    written = "the three files" if edited else "both files"
    click.echo(
        "Next: run the command without --dry-run." if dry_run else f"Next: commit {written}, then `catalog publish`."
    )


def as_data(release: Release) -> dict[str, Any]:
    """A release as JSON-like data, in the order of its fields in the ledger."""
    return {
        "product": release.product,
        "version": release.version,
        **({"name": release.name} if release.name else {}),
        "digest": release.digest,
        "date": release.date.isoformat(),
        "notes": release.notes,
        "guidance": release.guidance.value,
        "active": release.active,
    }
