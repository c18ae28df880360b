"""The state of a repository that its site shows: of each product the version that a launch gets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from catalog.content.load import load_catalog
from catalog.content.render import Rendered, render
from catalog.model.definition import ProductDefinition
from catalog.model.product import Guidance
from catalog.releases import Release, default_version, latest_release, load_releases
from catalog.review.sides import Side
from catalog.versions import load_examples


class OfferState(StrEnum):
    """Whether people can launch a version."""

    DEFAULT = "default"
    """A launch without a version gets it."""
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"
    UNRELEASED = "not released"


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """The version of a product that its page shows, with its state."""

    rendered: Rendered
    state: OfferState


def read_offer(root: Path) -> Side:
    """The content of a folder. A product is rendered from its working tree only before its first release."""
    catalog = load_catalog(root)
    releases = {key: load_releases(catalog.config, key) for key in catalog.products}
    return Side(
        catalog,
        {key: shown(key, definition, releases[key]).rendered for key, definition in catalog.products.items()},
        releases,
        {key: load_examples(catalog.config, definition) for key, definition in catalog.products.items()},
    )


def shown(key: str, definition: ProductDefinition, releases: tuple[Release, ...]) -> ShownVersion:
    """What a launch gets; else the newest release, which nobody can launch; else what the product file renders."""
    release = default_version(releases) or latest_release(releases)
    if release is None:
        return ShownVersion(render(key, definition), OfferState.UNRELEASED)
    return ShownVersion(release.rendered, state_of(release, releases))


def state_of(release: Release, releases: tuple[Release, ...]) -> OfferState:
    """Whether people can launch the release."""
    if not release.active:
        return OfferState.RETIRED
    if release.guidance is Guidance.DEPRECATED:
        return OfferState.DEPRECATED
    return OfferState.DEFAULT if release == default_version(releases) else OfferState.ACTIVE
