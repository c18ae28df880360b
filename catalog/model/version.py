"""Versions: semantic ones (semver.org) without build metadata, and the names of our pre-releases. Pure."""

from __future__ import annotations

from semver import Version

from catalog.errors import ContentError
from catalog.model.limits import check_length, shown

MEANING = "MAJOR.MINOR.PATCH (semver.org) without build metadata, such as 1.0.0"
NAME_LIMIT = 80
"""A version's name has at most 100 characters (CDK), and a pre-release's is 18 longer."""
DIGEST_LETTERS = 12
"""So many letters of the digest name a pre-release: as many as git shows of a commit in a large repository."""


def parse_version(what: str, text: str) -> Version:
    """`text` as a semantic version; `ContentError` when it is none.

    Build metadata is refused: precedence ignores it, so two versions could not be told apart.
    """
    check_length(what, text, 1, NAME_LIMIT)
    if not Version.is_valid(text):
        raise ContentError(f"{what} must be {MEANING}, got {shown(text)}")
    version = Version.parse(text)
    if version.build is not None:
        raise ContentError(f"{what} must be {MEANING}, got {shown(text)}")
    return version


def dev_version(base: Version, digest: str) -> str:
    """`1.1.0-dev.3fa9c0d1e2b4`: the pre-release of `base` whose template has `digest` (`sha256:<hex>`).

    An identifier of digits alone is a number, which must not start with 0 (semver.org, 9): it gets an x before it.
    """
    letters = digest.removeprefix("sha256:")[:DIGEST_LETTERS]
    return f"{base.finalize_version()}-dev.{'x' if letters.isdigit() else ''}{letters}"


def is_dev_version(name: str, digest: str) -> bool:
    """Whether a published version is a pre-release of ours: its name says so and agrees with its digest."""
    return Version.is_valid(name) and bool(digest) and name == dev_version(Version.parse(name), digest)
