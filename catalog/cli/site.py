"""`catalog site`: the catalogue as a static web site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.formats import CONTENT_FORMATS, check_failed
from catalog.cli.options import json_option
from catalog.cli.progress import steps
from catalog.cli.site_folder import SiteFolder
from catalog.cli.target_run import TargetOptions, targets_options
from catalog.cli.usage_report import UsageQuery
from catalog.cli.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catalog.cli.site_folder import FolderChanges
    from catalog.site.usage import ProductUsage
    from catalog.web.site_pages import SitePage

EPILOG = """\b
Examples:
  catalog site -o public
  catalog site -o public --url https://catalogue.example.com
  catalog site -o public --usage --profile hub --region eu-west-1
  catalog site -o public --usage --to all
  catalog site -o public --json

Open index.html: it needs no server and no network. Shows what is released: of each product the version that a launch
gets. Calls nothing in AWS without --usage. The same repository gives the same files.
See `catalog help site.md`.

Exit codes: 0 done; 1 an account did not answer; 2 a folder that is not of catalog, or content that cannot be read.
"""


@click.command(epilog=EPILOG)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    required=True,
    help="The folder of the site: new, empty, or written by this command.",
)
@click.option("--title", metavar="TEXT", default="", help="The title of the site.  [default: Catalogue of OWNER]")
@click.option("--url", metavar="URL", default="", help="Where the site will be: the links of its feed are then whole.")
@click.option(
    "--usage", "with_usage", is_flag=True, help="Add how many provisioned products are on which version, from AWS."
)
@json_option
@targets_options
def site(
    workspace: Workspace, to: TargetOptions, folder: Path, title: str, url: str, with_usage: bool, as_json: bool
) -> None:
    """Write the catalogue as a static web site: products, portfolios, who may launch what, and a feed of changes."""
    from catalog.web.page import environment

    check_options(to, url, with_usage=with_usage)
    target = SiteFolder.open(folder)
    environment()  # says what is missing, before anything is read
    usage = asked_usage(workspace, to) if with_usage else None
    pages = made_pages(workspace, title, url, usage)
    report = SiteReport(folder, pages, target.write(pages))
    CONTENT_FORMATS["json" if as_json else "text"].print_content(report)


def check_options(to: TargetOptions, url: str, *, with_usage: bool) -> None:
    """`UsageError` for an option that has no effect, and a URL that is none."""
    if url and not url.startswith(("https://", "http://")):
        raise click.UsageError(f"--url must begin with https:// or http://, got {url!r}")
    where = to.where
    given = {"--to": to.names, "--profile": where.profile, "--region": where.region, "--local": where.local}
    if not with_usage and (names := [name for name, value in given.items() if value]):
        raise click.UsageError(f"{names[0]} says where to ask for the usage: it needs --usage")


def asked_usage(workspace: Workspace, to: TargetOptions) -> dict[str, tuple[ProductUsage, ...]]:
    """Product → its use in each account and Region. An account that does not answer is an error."""
    from catalog.site.usage import usage_by_product

    run = to.run()
    reports = UsageQuery.read(workspace.config(), ()).ask(run)
    for report in reports:
        if report.error and run.named:
            run.note(report.target, str(report.error))
    check_failed(run, reports)
    usages = [usage for report in reports if report.content for usage in report.content.usages]
    return usage_by_product(usages, in_sandbox=any(run.open(target).is_sandbox for target in run.targets))


def made_pages(
    workspace: Workspace, title: str, url: str, usage: Mapping[str, tuple[ProductUsage, ...]] | None
) -> tuple[SitePage, ...]:
    """The files of the site."""
    from catalog.check.lint_cache import LintCache
    from catalog.kept import cache_folder
    from catalog.site.catalogue import site_of
    from catalog.site.offer import read_offer
    from catalog.web.site_pages import site_pages

    with steps(0, "making the site") as step:
        step("reading the repository")
        side = read_offer(workspace.root)
        cache = LintCache(cache_folder()) if side.config.controls.findings_can_be_kept else None
        made = site_of(side, title=title, usage=usage, cache=cache, step=step)
        step("writing pages")
        return tuple(site_pages(made, url))


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was written."""

    folder: Path
    pages: Sequence[SitePage]
    changes: FolderChanges

    def lines(self) -> Iterator[str]:
        """Where to begin, and what happened to files of earlier runs."""
        counts = [
            f"{number} {word}{'' if number == 1 else 's'}"
            for word in ("product", "portfolio")
            if (number := sum(page.kind == word for page in self.pages))
        ]
        yield f"Written: {self.folder / 'index.html'} ({', '.join(counts) or 'an empty catalogue'})"
        yield from (f"Removed: {self.folder / path}" for path in self.changes.removed)
        yield from (f"Kept: {self.folder / path}, which was edited" for path in self.changes.kept)

    def data(self) -> dict[str, Any]:
        """The document of --json."""
        return {
            "format": 1,
            "folder": str(self.folder),
            "pages": [
                {"path": page.path, "kind": page.kind, "title": page.title, "bytes": len(page.body)}
                for page in self.pages
            ],
            "removed": list(self.changes.removed),
            "kept": list(self.changes.kept),
        }
