"""What of the working tree is not released, and the pre-release that `--dev` publishes of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from semver import Version

from catalog.content.render import Rendered
from catalog.model.version import dev_version
from catalog.releases.release import Release, find_release, latest_release


def is_released(rendered: Rendered, releases: Sequence[Release]) -> bool:
    """Whether the working tree renders what was released under the version that its product file names."""
    release = find_release(releases, rendered.version)
    return release is not None and release.digest == rendered.digest


def pre_release(rendered: Rendered, releases: Sequence[Release]) -> Rendered | None:
    """The working tree's template under a pre-release's name; None when these bytes are those of a release."""
    if any(release.digest == rendered.digest for release in releases):
        return None
    return replace(rendered, version=dev_version(next_version(rendered.version, releases), rendered.digest))


def next_version(version: str, releases: Sequence[Release]) -> Version:
    """The version that the working tree may become: the product file's, or the next free patch when it is released."""
    base = Version.parse(version).finalize_version()
    taken = {release.version for release in releases}
    while str(base) in taken:
        base = base.bump_patch()
    return base


def unreleased(rendered: Rendered, releases: Sequence[Release]) -> str:
    """What is not released, as one line for people; empty when all is."""
    if is_released(rendered, releases):
        return ""
    file = f"products/{rendered.product}.py"
    same = find_release(releases, rendered.version)
    latest = latest_release(releases)
    if same:
        return f"{file} renders {rendered.digest}, release {same.version} is {same.digest}"
    if latest:
        return (
            f"version {rendered.version} of {file} ({rendered.digest}) is not released, the latest is {latest.version}"
        )
    return f"version {rendered.version} of {file} ({rendered.digest}) is not released, and no other is"


def remedy(rendered: Rendered, releases: Sequence[Release]) -> str:
    """How what is not released gets released."""
    command = f"`catalog release {rendered.product}`"
    if find_release(releases, rendered.version):
        return f"raise the version in products/{rendered.product}.py, then run {command}"
    return f"run {command}"
