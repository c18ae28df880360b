"""Unreleased changes in the working tree, and the pre-release that `catalog publish --dev` makes of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from semver import Version

from catalog.content.render import Rendered
from catalog.model.version import dev_version
from catalog.releases.release import Release, find_release, latest_release


def is_released(rendered: Rendered, releases: Sequence[Release]) -> bool:
    """Whether the working tree renders the same template as the release of its version."""
    release = find_release(releases, rendered.version)
    return release is not None and release.digest == rendered.digest


def pre_release(rendered: Rendered, releases: Sequence[Release]) -> Rendered | None:
    """The template of the working tree as a pre-release; None if it is the template of a release."""
    if any(release.digest == rendered.digest for release in releases):
        return None
    return replace(rendered, version=dev_version(next_version(rendered.version, releases), rendered.digest))


def next_version(version: str, releases: Sequence[Release]) -> Version:
    """The version that the pre-release precedes: that of the product file, or the next free patch if it is released."""
    base = Version.parse(version).finalize_version()
    taken = {release.version for release in releases}
    while str(base) in taken:
        base = base.bump_patch()
    return base


def unreleased(rendered: Rendered, releases: Sequence[Release]) -> str:
    """A line that says what is not released. Empty if there are no unreleased changes."""
    if is_released(rendered, releases):
        return ""
    if same := find_release(releases, rendered.version):
        return f"{rendered.shown_source} renders {rendered.digest}, but release {same.version} is {same.digest}"
    return unreleased_version(rendered.shown_file, rendered.version, releases, rendered.digest)


def unreleased_version(file: str, version: str, releases: Sequence[Release], digest: str = "") -> str:
    """A line that says that the version of a product, which `file` names, is not released. Empty if it is."""
    if find_release(releases, version):
        return ""
    latest = latest_release(releases)
    other = f"the latest release is {latest.version}" if latest else "no version is"
    return f"version {version} of {file}{f' ({digest})' if digest else ''} is not released; {other}"


def remedy(key: str, version: str, releases: Sequence[Release], file: str) -> str:
    """How to release the unreleased changes of a product, whose `file` names this version."""
    command = f"`catalog release {key}`"
    if find_release(releases, version):
        return f"raise the version in {file}, then run {command}"
    return f"run {command}"
