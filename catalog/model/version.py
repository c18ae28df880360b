"""Names of versions: semantic versions (semver.org) without build metadata, and those of pre-releases. Pure."""

from __future__ import annotations

from semver import Version

from catalog.errors import ContentError
from catalog.model.limits import check_length, shown

MEANING = "MAJOR.MINOR.PATCH (semver.org) without build metadata, such as 1.0.0"
NAME_LIMIT = 80
"""The name of a version has at most 100 characters (CDK). The name of its pre-release has 18 more."""
DIGEST_LETTERS = 12
"""Number of hex digits of the digest in the name of a pre-release, as git shows of commits in large repositories."""


def parse_version(label: str, text: str) -> Version:
    """`text` as a semantic version; `ContentError` if it is not one.

    Build metadata is an error: precedence ignores it, so it could not order two versions.
    """
    check_length(label, text, 1, NAME_LIMIT)
    version = Version.parse(text) if Version.is_valid(text) else None
    if version is None or version.build is not None:
        raise ContentError(f"{label} must be {MEANING}, got {shown(text)}")
    return version


def dev_version(base: Version, digest: str) -> str:
    """`1.1.0-dev.3fa9c0d1e2b4`: the pre-release of `base` whose template has `digest` (`sha256:<hex>`).

    An identifier of digits only is a number, which must not start with 0 (semver.org, 9), so it gets an x in front.
    """
    letters = digest.removeprefix("sha256:")[:DIGEST_LETTERS]
    return f"{base.finalize_version()}-dev.{'x' if letters.isdigit() else ''}{letters}"


def is_dev_version(name: str, digest: str) -> bool:
    """Whether a published version is a pre-release of catalog: its name has that form and contains its digest."""
    return Version.is_valid(name) and bool(digest) and name == dev_version(Version.parse(name), digest)
