"""The number of a new version: the smallest one that the gate accepts, or the one that was asked for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semver import Version as SemVer

from catalog.check.versions.e9205_exports import ExportsStay
from catalog.versions.change import Level
from catalog.versions.compare import compare
from catalog.versions.gate import Gate, Released, Working, bumped, highest, is_pre_release, parsed
from catalog.versions.variations import Parameters

AUTO = "auto"
BUMPS = (AUTO, Level.PATCH.word, Level.MINOR.word, Level.MAJOR.word)


@dataclass(frozen=True)
class NumberedWorking:
    """The working tree under another version number."""

    working: Working
    version: str

    @property
    def product(self) -> str:
        """The product's key."""
        return self.working.product

    @property
    def shown_file(self) -> str:
        """The file that declares the product, in messages."""
        return self.working.shown_file

    @property
    def body(self) -> bytes:
        """The template's bytes."""
        return self.working.body

    @property
    def digest(self) -> str:
        """`sha256:<hex>` of the bytes."""
        return self.working.digest

    @property
    def template(self) -> Mapping[str, object]:
        """The template as data."""
        return self.working.template


def bumped_version(
    new: Working,
    releases: Sequence[Released],
    bump: str,
    *,
    examples: Mapping[str, Parameters] | None = None,
    regions: Sequence[str] = ("us-east-1",),
) -> str:
    """The version after the highest release, with the bump that was asked for; `auto`: that the changes need.

    The version of the product file stays if there is no release yet, if the template is released already, or if it is
    enough for `auto`; a pre-release becomes the version that it is for.
    """
    own = SemVer.parse(new.version).finalize_version()
    latest = highest(release for release in releases if not is_pre_release(release))
    if latest is None or latest.digest == new.digest:
        return str(own)
    if bump != AUTO:
        return str(bumped(parsed(latest), Level[bump.upper()]))
    level = compare(latest, new, examples=examples, regions=regions).verdict.level
    least = bumped(parsed(latest), level)
    gate = Gate(NumberedWorking(new, str(least)), tuple(releases), (), dict(examples or {}), tuple(regions))
    if any(finding.id == ExportsStay.id for release in gate.origins for finding in gate.exports(release)):
        least = parsed(latest).bump_major()
    return str(max(own, least))
