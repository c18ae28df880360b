"""The version of a product that a launch uses."""

from __future__ import annotations

from collections.abc import Sequence

from semver import Version

from catalog.content.load import Catalog, check_product
from catalog.content.render import Rendered, render
from catalog.errors import ContentError
from catalog.releases.ledger import load_releases
from catalog.releases.release import Release, default_version, find_release, unknown_version
from catalog.releases.working import pre_release


def choose_version(catalog: Catalog, product: str, version: str | None) -> Rendered | None:
    """The named release, or the default version without a name. For a pre-release, what the working tree renders.

    None if `version` is a pre-release that the working tree does not render: it may exist in AWS only. `ContentError`
    if the version is unknown, or blocked for new launches.
    """
    check_product(catalog.config, product)
    releases = load_releases(catalog.config, product)
    if version and "-" in version and Version.is_valid(version):
        rendered = pre_release(render(product, catalog.products[product]), releases)
        return rendered if rendered and rendered.version == version else None
    release = find_release(releases, version) if version else default_version(releases)
    if release is None:
        raise unknown_version(product, version, releases) if version else nothing_to_launch(product, releases)
    if not release.launchable:
        state = "deprecated" if release.active else "inactive"
        default = default_version(releases)
        raise ContentError(
            f"{product} {release.version} is {state}: new launches are blocked",
            hint=f"Omit --version to launch {default.version}." if default else "",
        )
    return release.rendered


def nothing_to_launch(product: str, releases: Sequence[Release]) -> ContentError:
    """The error if no version is named and the product has no default version."""
    if releases:
        return ContentError(
            f"all releases of {product} are inactive or deprecated: new launches are blocked",
            hint=f"Edit products/releases/{product}/ledger.yaml: `catalog reactivate {product} VERSION`.",
        )
    return ContentError(
        f"{product} has no release", hint=f"Run `catalog release {product}`, or name a pre-release with --version."
    )
