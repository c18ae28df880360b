"""Names of versions: semantic versions (semver.org) without build metadata, and those of pre-releases. Pure."""

from __future__ import annotations

import re

from semver import Version

from catalog.errors import ContentError
from catalog.model.limits import check_length, check_pattern, shown

MEANING = "MAJOR.MINOR.PATCH (semver.org) without build metadata, such as 1.0.0"
NAME_LIMIT = 80
"""The name of a version has at most 100 characters (CDK). The name of its pre-release has 18 more."""
ARTIFACT_NAME_LIMIT = 100
"""Limit on the characters of the name of a version in AWS (CDK)."""
ARTIFACT_NAME = re.compile(r"[^\s/\x00-\x1f\x7f-\x9f]([^/\x00-\x1f\x7f-\x9f]*[^\s/\x00-\x1f\x7f-\x9f])?")
"""A name without slashes, which would make another level in an Address, and without control characters."""
SHORT_NUMBER = re.compile(r"[vV]?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?", re.ASCII)
DIGEST_LETTERS = 12
"""Number of hex digits of the digest in the name of a pre-release, as git shows of commits in large repositories."""


def parse_version(label: str, text: str) -> Version:
    """`text` as a semantic version; `ContentError` if it is not one.

    Build metadata is an error: precedence ignores it, so it could not order two versions.
    """
    check_length(label, text, 1, NAME_LIMIT)
    version = Version.parse(text) if Version.is_valid(text) else None
    if version is None or version.build is not None:
        number = version_in_name(text)
        hint = f"Write {number}. `catalog release --name {text}` gives a release this name in AWS." if number else ""
        raise ContentError(f"{label} must be {MEANING}, got {shown(text)}", hint=hint)
    return version


def check_artifact_name(label: str, name: str, version: str) -> str:
    """`name`, if the version can have it in AWS; `ContentError` if not.

    A name that is a semantic version must be the release's own: it could be taken for another release.
    """
    check_length(label, name, 1, ARTIFACT_NAME_LIMIT)
    check_pattern(label, name, ARTIFACT_NAME, "text without slashes and control characters, such as v1.0")
    if name != version and Version.is_valid(name):
        raise ContentError(f"{label} must be {version} or no semantic version, got {shown(name)}")
    return name


def version_in_name(name: str) -> str:
    """The version that a name like `v1.0` means, 1.0.0; empty if it means none."""
    if Version.is_valid(name):
        version = Version.parse(name)
        return "" if version.prerelease or version.build else name
    match = SHORT_NUMBER.fullmatch(name)
    return ".".join(part or "0" for part in match.groups()) if match else ""


def dev_version(base: Version, digest: str) -> str:
    """`1.1.0-dev.3fa9c0d1e2b4`: the pre-release of `base` whose template has `digest` (`sha256:<hex>`).

    An identifier of digits only is a number, which must not start with 0 (semver.org, 9), so it gets an x in front.
    """
    letters = digest.removeprefix("sha256:")[:DIGEST_LETTERS]
    return f"{base.finalize_version()}-dev.{'x' if letters.isdigit() else ''}{letters}"


def is_dev_version(name: str, digest: str) -> bool:
    """Whether a published version is a pre-release of catalog: its name has that form and contains its digest."""
    return Version.is_valid(name) and bool(digest) and name == dev_version(Version.parse(name), digest)
