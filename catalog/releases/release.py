"""Releases as values, and the default and the latest of several. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

from semver import Version

from catalog.content.render import Rendered
from catalog.content.template_files import read_template
from catalog.errors import ContentError
from catalog.model.limits import listed, shown
from catalog.model.product import Guidance

ADVICE = re.compile(r"^Deprecated(: use .{1,100}?)?\. ")


@dataclass(frozen=True)
class Release:
    """A released version of a product. Its template never changes; its other fields in the ledger can."""

    product: str
    """The product's key."""
    version: str
    digest: str
    """`sha256:<hex>` of `body`."""
    date: date
    """The date of its release."""
    notes: str
    """The release notes, which people see in the Service Catalog console."""
    guidance: Guidance
    """DEPRECATED: new launches are blocked. Provisioned products stay and can be updated."""
    active: bool
    """False: launches and updates to the version are blocked."""
    body: bytes
    """The template."""
    default: bool = False
    """The ledger names it as the default. At most one release of a product is marked."""
    name: str = ""
    """The name in AWS, which pipelines pass; empty: the version."""

    @property
    def published_name(self) -> str:
        """The name in AWS."""
        return self.name or self.version

    @property
    def semver(self) -> Version:
        """The version as a value that compares by precedence."""
        return Version.parse(self.version)

    @property
    def launchable(self) -> bool:
        """Whether people can launch it."""
        return self.active and self.guidance is not Guidance.DEPRECATED

    @property
    def shown_file(self) -> str:
        """The file of the template, relative to the repository."""
        return f"products/releases/{self.product}/{self.version}.yaml"

    @cached_property
    def template(self) -> Mapping[str, Any]:
        """`body` as data, parsed on first use; `ContentError` if it is not a template."""
        return read_template(self.shown_file, self.body)

    @property
    def rendered(self) -> Rendered:
        """The release in the form that checks and launches use."""
        return Rendered(self.product, self.version, self.body, self.digest, self.template, name=self.name)


def digest_of(body: bytes) -> str:
    """`sha256:<hex>` of `body`, the identity of a version."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def in_order(releases: Sequence[Release]) -> tuple[Release, ...]:
    """The releases by precedence (semver.org, 11), the lowest version first, whatever their dates."""
    return tuple(sorted(releases, key=lambda release: release.semver))


def default_version(releases: Sequence[Release]) -> Release | None:
    """What a launch without a version gets: the release that the ledger names, else the highest that can be launched.

    It is never a pre-release.
    """
    launchable = [each for each in reversed(in_order(releases)) if each.launchable and each.semver.prerelease is None]
    return next((release for release in launchable if release.default), next(iter(launchable), None))


def successor(release: Release, releases: Sequence[Release]) -> Release | None:
    """What people should launch instead of a deprecated release: the default version, if it has the same MAJOR.

    Else the highest release above it with the same MAJOR, because a new MAJOR needs a change by its users. If there is
    none, the default version.
    """
    default = default_version(releases)
    if default is None or default.semver.major == release.semver.major:
        return default
    same_major = [each for each in releases if each.launchable and each.semver.major == release.semver.major]
    above = [each for each in same_major if each.semver > release.semver]
    return max(above, key=lambda each: each.semver, default=default)


def description(release: Release, releases: Sequence[Release]) -> str:
    """The description of the version in AWS: its notes, preceded by what to use instead if it is deprecated.

    It depends on the ledger only, so it changes only when the ledger does. An inactive release is not shown to anyone,
    and gets no advice: each new default would change its description.
    """
    if release.guidance is not Guidance.DEPRECATED or not release.active:
        return release.notes
    better = successor(release, releases)
    return f"Deprecated: use {better.published_name}. {release.notes}" if better else f"Deprecated. {release.notes}"


def without_advice(text: str) -> str:
    """A description without the advice that `description` puts before the notes."""
    return ADVICE.sub("", text)


def latest_release(releases: Sequence[Release]) -> Release | None:
    """The release with the highest version, even if it cannot be launched."""
    return max(releases, key=lambda release: release.semver, default=None)


def find_release(releases: Sequence[Release], version: str) -> Release | None:
    """The release of this version, or with this name in AWS."""
    by_version = (release for release in releases if release.version == version)
    by_name = (release for release in releases if release.name == version)
    return next(chain(by_version, by_name), None) if version else None


def numbered(release: Release) -> str:
    """`1.0.0`, or `1.0.0 (v1.0)` if it has another name in AWS."""
    return f"{release.version} ({release.name})" if release.name else release.version


def unknown_version(product: str, version: str, releases: Sequence[Release]) -> ContentError:
    """The error for a version that was not released."""
    versions = listed([*map(numbered, releases)], version)
    return ContentError(f"unknown version {shown(version)} of {product}; released: {versions}")
