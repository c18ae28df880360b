"""`catalog diff` inside a plan: what a version that it creates changes against the version before it."""

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

if TYPE_CHECKING:  # catalog.versions takes a second to import, and few plans create a version
    from catalog.versions.compare import Difference, Version

LINES = 40
"""Limit on the lines of a difference in the text of a plan; `catalog diff` prints all of them."""


@dataclass(slots=True)
class Comparisons:
    """Compares each pair of templates once, also for several targets: a comparison takes up to a second."""

    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    known: dict[tuple[str, str, str], Difference] = field(default_factory=dict)

    def compare(self, publication: Publication, product: str, old: Version, new: Version) -> Difference:
        """The difference of two versions of a product, as in `catalog diff`."""
        from catalog.versions import compare, load_examples

        with self.lock:
            key = (product, old.digest, new.digest)
            if key not in self.known:
                config, definition = publication.catalog.config, publication.catalog.products[product]
                examples = load_examples(config, definition)
                self.known[key] = compare(old, new, examples=examples, regions=config.regions)
            return self.known[key]


@dataclass(frozen=True, slots=True)
class Differences:
    """Finds the version before each one that a plan creates, and compares the two."""

    publication: Publication
    reader: Reader
    observed: Observation
    comparisons: Comparisons

    def version_diffs(self, changes: tuple[Change, ...]) -> Iterator[tuple[Address, VersionDiff]]:
        """The difference for each change that creates a version of a product that exists."""
        created: dict[str, list[str]] = {}
        for change in changes:
            if isinstance(change, CreateProvisioningArtifact):
                names = created.setdefault(change.product, [])
                if diff := self.version_diff(change.product, change.artifact, names):
                    yield change.address, diff
                names.append(change.artifact.name)

    def version_diff(self, product: str, artifact: ProvisioningArtifact, created: list[str]) -> VersionDiff | None:
        """The difference from the version before; the plan creates the versions in `created` before this one."""
        versions = known_versions(self.publication, product)
        numbers = self.publication.numbers(product)
        name = highest_below(artifact.name, [*self.published(product), *created], numbers)
        name = name or highest_below(artifact.name, versions, numbers)
        if not name or product not in self.observed.state.products:
            return None
        old = self.version(product, name, versions)
        if old is None:
            return VersionDiff((f"since {name}: unknown, AWS does not return its template",))
        return as_version_diff(
            product, self.comparisons.compare(self.publication, product, old, versions[artifact.name])
        )

    def published(self, product: str) -> Mapping[str, ProvisioningArtifact]:
        """Versions that the account has of a product."""
        observed = self.observed.state.products.get(product)
        return {artifact.name: artifact for artifact in observed.artifacts} if observed else {}

    def version(self, product: str, name: str, versions: Mapping[str, Version]) -> Version | None:
        """A version as it was published: from the ledger if it has the bytes, else from AWS; None if neither has."""
        artifact = self.published(product).get(name)
        if artifact is None:
            return versions[name]
        for version in versions.values():
            if version.digest == artifact.digest:
                return version
        body = self.template(product, name)
        try:
            template = None if body is None else read_template(f"product/{product} {name}: the file in AWS", body)
        except ContentError:  # created by others, and adopted
            return None
        return Rendered(product, name, body, digest_of(body), template) if body and template else None

    def template(self, product: str, name: str) -> bytes | None:
        """The template that AWS has; None if the caller may not read it."""
        ids = self.observed.ids
        try:
            return self.reader.template(ids[addresses.product(product)], ids[addresses.version(product, name)])
        except AwsCallError as error:
            if not error.code.startswith("AccessDenied"):
                raise
            return None


def known_versions(publication: Publication, product: str) -> dict[str, Version]:
    """Versions whose templates the repository has; the template of a release is read when it is needed."""
    releases = publication.releases.get(product, ())
    versions: dict[str, Version] = {release.published_name: release for release in releases}
    pre_release = publication.pre_releases.get(product)
    return versions | ({pre_release.version: pre_release} if pre_release else {})


def highest_below(name: str, others: Iterable[str], numbers: Mapping[str, str]) -> str:
    """The highest of the `others` that is below the version `name`; empty if none is.

    `numbers` are the versions of the repository, by name in AWS; other names count if they are versions.
    """

    def number(other: str) -> semver.Version:
        return semver.Version.parse(numbers.get(other, other))

    lower = [other for other in others if semver.Version.is_valid(numbers.get(other, other))]
    return max((other for other in lower if number(other) < number(name)), key=number, default="")


def as_version_diff(product: str, difference: Difference) -> VersionDiff:
    """A difference for text, JSON and Markdown."""
    from catalog.versions import report

    level, old, new = difference.verdict.level.word, difference.old.version, difference.new.version
    widens = ", widens access" if difference.widens_access else ""
    lines = [line for change in difference.changes for line in (report.marked(change), *report.values(change))]
    if len(lines) > LINES:
        more = f"… and {len(lines) - LINES} more lines: `catalog diff {product} {old} {new}`"
        lines = [*lines[:LINES], more]
    return VersionDiff(
        (f"since {old}: {level}{widens}", *(f"  {line}" for line in lines)), report.as_data(product, difference)
    )
