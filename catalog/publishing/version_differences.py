"""What a version that a plan creates changes against the version before it: `catalog diff` inside a plan."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import semver

from catalog.aws.observation import Observation
from catalog.aws.reader import Reader
from catalog.content.render import Rendered
from catalog.content.template_files import read_template
from catalog.errors import AwsCallError, ContentError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.product import ProvisioningArtifact
from catalog.plan.changes import Change, VersionDiff
from catalog.plan.kinds.version import CreateProvisioningArtifact
from catalog.publishing.desired import Publication
from catalog.releases.release import digest_of

if TYPE_CHECKING:  # what compares versions takes a second to import, and few plans create one
    from catalog.versions.compare import Difference, Version

LINES = 40
"""So many lines of a difference stand in the text of a plan; `catalog diff` has all of them."""


@dataclass(slots=True)
class Comparisons:
    """Compares each pair of templates once, also for several targets: it may take some hundred milliseconds."""

    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    known: dict[tuple[str, str, str], Difference] = field(default_factory=dict)

    def compare(self, found: Publication, product: str, old: Version, new: Version) -> Difference:
        """The difference of two versions of a product, as `catalog diff` has it."""
        from catalog.versions import compare, load_examples

        with self.lock:
            key = (product, old.digest, new.digest)
            if key not in self.known:
                config, definition = found.catalog.config, found.catalog.products[product]
                examples = load_examples(config, definition)
                self.known[key] = compare(old, new, examples=examples, regions=config.regions)
            return self.known[key]


@dataclass(frozen=True, slots=True)
class Differences:
    """Finds what stands before each version that a plan creates."""

    publication: Publication
    reader: Reader
    observed: Observation
    comparisons: Comparisons

    def version_diffs(self, changes: tuple[Change, ...]) -> Iterator[tuple[Address, VersionDiff]]:
        """The difference for each change that creates a version of a product that exists."""
        coming: dict[str, list[str]] = {}
        for change in changes:
            if isinstance(change, CreateProvisioningArtifact):
                made = coming.setdefault(change.product, [])
                if diff := self.of(change.product, change.artifact, made):
                    yield change.address, diff
                made.append(change.artifact.name)

    def of(self, product: str, artifact: ProvisioningArtifact, coming: list[str]) -> VersionDiff | None:
        """The difference from the version before; `coming` are those that the plan creates before this one."""
        versions = known_versions(self.publication, product)
        name = before(artifact.name, [*self.published(product), *coming]) or before(artifact.name, versions)
        if not name or product not in self.observed.state.products:
            return None
        old = self.version(product, name, versions)
        if old is None:
            return VersionDiff((f"since {name}: not known, AWS does not tell its template",))
        return told(product, self.comparisons.compare(self.publication, product, old, versions[artifact.name]))

    def published(self, product: str) -> Mapping[str, ProvisioningArtifact]:
        """Versions that the account has of a product."""
        found = self.observed.state.products.get(product)
        return {one.name: one for one in found.artifacts} if found else {}

    def version(self, product: str, name: str, versions: Mapping[str, Version]) -> Version | None:
        """A version as it was published: from the ledger when that has the bytes, else from AWS; None when it is told
        by neither.
        """
        there = self.published(product).get(name)
        known = [one for one in versions.values() if one.digest == there.digest] if there else [versions[name]]
        if known:
            return known[0]
        body = self.template(product, name)
        try:
            read = None if body is None else read_template(f"product/{product} {name}: AWS has", body)
        except ContentError:  # made by others, and adopted
            return None
        return Rendered(product, name, body, digest_of(body), read) if body and read else None

    def template(self, product: str, name: str) -> bytes | None:
        """The template that AWS has; None when whoever plans may not ask for it."""
        ids = self.observed.ids
        try:
            return self.reader.template(ids[addresses.product(product)], ids[addresses.version(product, name)])
        except AwsCallError as error:
            if not error.code.startswith("AccessDenied"):
                raise
            return None


def known_versions(found: Publication, product: str) -> dict[str, Version]:
    """Versions whose templates the repository has; a release is read when its template is asked for."""
    known: dict[str, Version] = {one.version: one for one in found.releases.get(product, ())}
    pre_release = found.pre_releases.get(product)
    return known | ({pre_release.version: pre_release} if pre_release else {})


def before(name: str, others: Iterable[str]) -> str:
    """The highest of the `others` below a version; empty when none is."""
    valid, parse = semver.Version.is_valid, semver.Version.parse
    lower = [one for one in others if valid(one) and parse(one) < parse(name)]
    return max(lower, key=parse, default="")


def told(product: str, found: Difference) -> VersionDiff:
    """A difference for text, JSON and Markdown."""
    from catalog.versions import report

    level, old, new = found.verdict.level.word, found.old.version, found.new.version
    widens = ", widens access" if found.widens_access else ""
    head = f"since {old}: {level}{widens}"
    listed = [line for change in found.changes for line in (report.marked(change), *report.values(change))]
    if len(listed) > LINES:
        more = f"… and {len(listed) - LINES} more lines: `catalog diff {product} {old} {new}`"
        listed = [*listed[:LINES], more]
    lines = (head, *(f"  {line}" for line in listed))
    return VersionDiff(lines, report.as_data(product, found))
