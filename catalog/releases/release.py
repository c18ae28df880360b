"""A release as a value, and which of several is meant. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from semver import Version

from catalog.content.render import Rendered
from catalog.content.template_files import read_template
from catalog.errors import ContentError
from catalog.model.product import Guidance

ADVICE = re.compile(r"^Deprecated(: use \S+)?\. ")


@dataclass(frozen=True)
class Release:
    """A version of a product as it was frozen: its bytes never change, what the ledger says of it may."""

    product: str
    """The product's key."""
    version: str
    digest: str
    """`sha256:<hex>` of `body`."""
    date: date
    """The day of its release."""
    notes: str
    """What people read beside the version in the Service Catalog console."""
    guidance: Guidance
    """DEPRECATED: what was launched may stay and be updated, but nobody can launch it anew."""
    active: bool
    """False: people can neither launch the version nor update to it."""
    body: bytes
    default: bool = False
    """The ledger names it as the one that people get who name no version; at most one of a product is."""

    @property
    def semver(self) -> Version:
        """The version as a value that compares by precedence."""
        return Version.parse(self.version)

    @property
    def launchable(self) -> bool:
        """Whether people can launch it anew."""
        return self.active and self.guidance is not Guidance.DEPRECATED

    @cached_property
    def template(self) -> Mapping[str, Any]:
        """What `body` says, read when it is first asked for; `ContentError` when it is no template."""
        return parse_template(f"{self.product} {self.version}", self.body)

    @property
    def rendered(self) -> Rendered:
        """The release as what renders, checks and launches take."""
        return Rendered(self.product, self.version, self.body, self.digest, self.template)


def parse_template(what: str, body: bytes) -> Mapping[str, Any]:
    """The data that `body` says; `ContentError` when it is no template."""
    return read_template(f"{what}: the released bytes are", body)


def digest_of(body: bytes) -> str:
    """`sha256:<hex>` of `body`, the identity of a version."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def in_order(releases: Sequence[Release]) -> tuple[Release, ...]:
    """By precedence (semver.org, 11), the oldest version first, whenever it was released."""
    return tuple(sorted(releases, key=lambda release: release.semver))


def default_version(releases: Sequence[Release]) -> Release | None:
    """What people get who name no version: the one that the ledger names, else the highest that can be launched.

    A pre-release never is.
    """
    known = [one for one in reversed(in_order(releases)) if one.launchable and one.semver.prerelease is None]
    return next((one for one in known if one.default), next(iter(known), None))


def successor(release: Release, releases: Sequence[Release]) -> Release | None:
    """What people shall launch instead of a deprecated release: the default, when it has the same MAJOR.

    Else the highest of the same MAJOR that is above it, for a new MAJOR asks something of those who move to it; and
    the default when there is none.
    """
    default = default_version(releases)
    if default is None or default.semver.major == release.semver.major:
        return default
    near = [one for one in releases if one.launchable and one.semver.major == release.semver.major]
    return max((one for one in near if one.semver > release.semver), key=lambda one: one.semver, default=default)


def description(release: Release, releases: Sequence[Release]) -> str:
    """What people read beside the version at AWS: its notes, and before them what to use instead of a deprecated one.

    It follows from the ledger alone, so it is told to AWS when the ledger changes, and never else. A release that is
    inactive is shown to nobody: it would be written anew with each new default, for ever.
    """
    if release.guidance is not Guidance.DEPRECATED or not release.active:
        return release.notes
    better = successor(release, releases)
    return f"Deprecated: use {better.version}. {release.notes}" if better else f"Deprecated. {release.notes}"


def without_advice(words: str) -> str:
    """A description without what `description` puts before the notes."""
    return ADVICE.sub("", words)


def latest_release(releases: Sequence[Release]) -> Release | None:
    """The highest version, whether or not it can be launched."""
    return max(releases, key=lambda release: release.semver, default=None)


def find_release(releases: Sequence[Release], version: str) -> Release | None:
    """The release called `version`."""
    return next((release for release in releases if release.version == version), None)


def unknown_version(product: str, version: str, releases: Sequence[Release]) -> ContentError:
    """The error for a version that was not released."""
    known = ", ".join(release.version for release in releases) or "none"
    return ContentError(f"unknown version {version!r} of {product}; released: {known}")
