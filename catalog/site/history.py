"""The history of a catalogue: its releases, and the commits that changed portfolios, imports and ledgers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from uuid import NAMESPACE_URL, uuid5

from catalog.content.config import Config
from catalog.releases import Release
from catalog.releases.base import is_repository, run_git
from catalog.review.sides import Side

COMMITS = 200
"""The newest commits that are read."""
FOLDERS = ("portfolios", "imports", "products/releases")
FORMAT = "%x00%H%x00%cI%x00%s%x00"
"""No message of a commit has a zero byte."""


@dataclass(frozen=True, slots=True)
class SiteChange:
    """A change, as people of the catalogue read it."""

    id: str
    """A URN that stays the same."""
    moment: str
    """As RFC 3339. A release has only a day, which is its first second."""
    title: str
    text: str
    products: tuple[str, ...] = ()
    portfolios: tuple[str, ...] = ()
    version: str = ""
    """Of a release."""

    @property
    def day(self) -> str:
        """`2026-11-28`."""
        return self.moment[:10]


def site_changes(side: Side) -> tuple[SiteChange, ...]:
    """Releases and commits, the newest first."""
    config = side.config
    changes = [release_change(config, side.catalog.products[key].name, each) for key, each in released(side)]
    changes += commit_changes(config)
    return tuple(sorted(sorted(changes, key=lambda change: change.title), key=instant, reverse=True))


def released(side: Side) -> Iterator[tuple[str, Release]]:
    """(product, release) of all products."""
    for key, releases in side.releases.items():
        yield from ((key, release) for release in releases)


def instant(change: SiteChange) -> datetime:
    """When it was, to sort by."""
    return datetime.fromisoformat(change.moment)


def release_change(config: Config, name: str, release: Release) -> SiteChange:
    """A release."""
    return SiteChange(
        urn_of(config.owner, f"release/{release.product}/{release.version}"),
        f"{release.date.isoformat()}T00:00:00Z",
        f"{name} {release.published_name}",
        release.notes,
        products=(release.product,),
        version=release.version,
    )


def urn_of(owner: str, path: str) -> str:
    """An identity that does not depend on where the site is."""
    return uuid5(NAMESPACE_URL, f"service-catalog-publisher:{owner}/{path}").urn


def commit_changes(config: Config) -> Iterator[SiteChange]:
    """The commits that changed a portfolio, an import or the ledger of a product without releasing it."""
    if not is_repository(config):
        return
    arguments = (f"-n{COMMITS}", f"--format={FORMAT}", "--name-status", "--no-renames", "--relative")
    done = run_git(config, "-c", "core.quotePath=off", "log", *arguments, "--", *FOLDERS)
    if done.returncode:  # before the first commit
        return
    texts = iter(done.stdout.decode(errors="replace").split("\0")[1:])
    for commit, moment, subject, files in zip(texts, texts, texts, texts, strict=False):
        products, portfolios = touched(files)
        if products or portfolios:
            when = datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield SiteChange(urn_of(config.owner, f"commit/{commit}"), when, subject, "", products, portfolios)


def touched(files: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(products whose ledger changed without a release, portfolios and imports) of a commit's `--name-status`."""
    ledgers, released_products, portfolios = dict[str, None](), set[str](), dict[str, None]()
    for status, _, name in (line.partition("\t") for line in files.strip().splitlines()):
        path = PurePosixPath(name)
        if re.fullmatch(r"(portfolios|imports)/[^/]+\.yaml", name):
            portfolios[path.stem] = None
        elif len(path.parts) == 4 and path.name == "ledger.yaml":
            ledgers[path.parts[2]] = None
        elif len(path.parts) == 4 and status == "A":
            released_products.add(path.parts[2])
    return tuple(key for key in ledgers if key not in released_products), tuple(portfolios)
