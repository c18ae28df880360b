"""The versions of a product, the newest first, and what each one changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from catalog.releases import Release
from catalog.review.differences import DifferenceLine, difference_lines
from catalog.review.sides import Side
from catalog.site.offer import OfferState, state_of
from catalog.versions import Difference, compare

LAUNCHES = {
    OfferState.DEFAULT: "A launch without a version gets it.",
    OfferState.ACTIVE: "It can be launched by its name.",
    OfferState.DEPRECATED: "It can no longer be launched. What was launched stays, and can be updated to it.",
    OfferState.RETIRED: "It can no longer be launched, and nothing can be updated to it. What was launched stays.",
}


@dataclass(frozen=True, slots=True)
class SiteVersion:
    """A released version."""

    version: str
    published_name: str
    """The name in AWS."""
    date: str
    notes: str
    state: OfferState
    digest: str
    previous: str
    """The version that it is compared with; empty for the first."""
    level: str
    changes: tuple[DifferenceLine, ...]

    @property
    def launches(self) -> str:
        """What the state means for people."""
        return LAUNCHES[self.state]


def site_versions(key: str, side: Side) -> tuple[SiteVersion, ...]:
    """All releases of a product."""
    releases = side.releases[key]
    compared = differences(key, side)
    return tuple(site_version(release, releases, compared) for release in reversed(releases))


def differences(key: str, side: Side) -> dict[str, Difference]:
    """Version → how it differs from the one before."""
    return {
        new.version: compare(old.rendered, new.rendered, examples=side.examples[key], regions=side.config.regions)
        for old, new in pairwise(side.releases[key])
    }


def site_version(release: Release, releases: tuple[Release, ...], compared: Mapping[str, Difference]) -> SiteVersion:
    """One release."""
    difference = compared.get(release.version)
    return SiteVersion(
        release.version,
        release.published_name,
        release.date.isoformat(),
        release.notes,
        state_of(release, releases),
        release.digest,
        difference.old.version if difference else "",
        difference.verdict.level.word if difference else "",
        tuple(difference_lines(difference.changes)) if difference else (),
    )
