"""Deprecate, retire, reactivate, promote, roll back: pure functions from releases to an `Edit` of the ledger.

Each raises `ContentError` instead of leaving a product without a version that people can launch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.errors import ContentError
from catalog.model.product import Guidance
from catalog.releases import Release, default_version, find_release, unknown_version

Releases = tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A changed field of a release, with its values as in the ledger."""

    version: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The releases of a product before and after."""

    product: str
    before: Releases
    after: Releases

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """The changed fields, release by release."""
        return tuple(
            FieldChange(old.version, name, old_text, new_text)
            for old, new in zip(self.before, self.after, strict=True)
            for name, old_text, new_text in (
                ("guidance", old.guidance.value, new.guidance.value),
                ("active", yaml_bool(old.active), yaml_bool(new.active)),
            )
            if old_text != new_text
        )

    @property
    def differs(self) -> bool:
        """Whether the ledger changes."""
        return self.before != self.after

    @property
    def defaults(self) -> tuple[str, str]:
        """The default version before and after. Empty if there is none."""
        old, new = (default_version(releases) for releases in (self.before, self.after))
        return old.version if old else "", new.version if new else ""

    @property
    def promoted(self) -> str:
        """The version that the ledger names as the default afterwards. Empty if it names none."""
        return next((release.version for release in self.after if release.default), "")

    def launchable_again(self) -> Iterator[Release]:
        """Releases that people can launch after the edit and not before. The rules of portfolios must fit them."""
        for old, new in zip(self.before, self.after, strict=True):
            if new.launchable and not old.launchable:
                yield new


def yaml_bool(value: bool) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


def deprecate(product: str, releases: Releases, version: str) -> Edit:
    """Block new launches of the version. Its provisioned products stay and can be updated."""
    release = existing_release(product, releases, version)
    after = changed(releases, {release.version}, guidance=Guidance.DEPRECATED)
    return checked_edit(product, releases, after, f"deprecating {version}")


def retire(product: str, releases: Releases, version: str) -> Edit:
    """Block launches and updates to the version. Its provisioned products stay."""
    release = existing_release(product, releases, version)
    after = changed(releases, {release.version}, active=False)
    return checked_edit(product, releases, after, f"retiring {version}")


def reactivate(product: str, releases: Releases, version: str) -> Edit:
    """Allow launches and updates to the version again."""
    release = existing_release(product, releases, version)
    after = changed(releases, {release.version}, guidance=Guidance.DEFAULT, active=True)
    return checked_edit(product, releases, after, f"reactivating {version}")


def promote(product: str, releases: Releases, version: str) -> Edit:
    """Make the version the default. The highest version gets no mark: it is the default without one."""
    release = existing_release(product, releases, version)
    if not release.launchable:
        state = "deprecated" if release.active else "inactive"
        raise ContentError(
            f"{product} {version} is {state}; the default must be a version that people can launch",
            hint=f"Run `catalog reactivate {product} {version}` first, or `catalog rollback {product} {version}`, "
            "which does both and deprecates newer versions.",
        )
    highest = default_version(unmarked(releases))
    marked = highest is not None and highest.version != release.version
    after = tuple(replace(each, default=marked and each is release) for each in releases)
    return checked_edit(product, releases, after, f"promoting {version}")


def rollback(product: str, releases: Releases, version: str = "") -> Edit:
    """Make an earlier version the default again, and deprecate newer versions. Nothing is deleted.

    Without `version`, it is the highest version below the default that people can launch. A named version can be
    deprecated or inactive; it becomes active.
    """
    default = default_version(releases)
    target = existing_release(product, releases, version) if version else previous(product, releases, default)
    if default and target.semver > default.semver:
        raise ContentError(
            f"{product} {target.version} is above the default version {default.version}: a rollback lowers the default",
            hint=f"Run `catalog promote {product} {target.version}` to make it the default.",
        )
    newer = {release.version for release in releases if release.launchable and release.semver > target.semver}
    after = changed(unmarked(releases), newer, guidance=Guidance.DEPRECATED)
    after = changed(after, {target.version}, guidance=Guidance.DEFAULT, active=True)
    return checked_edit(product, releases, after, f"rolling back to {target.version}")


VERBS: dict[str, Callable[[str, Releases, str], Edit]] = {
    "deprecate": deprecate,
    "retire": retire,
    "reactivate": reactivate,
    "promote": promote,
    "rollback": rollback,
}


def existing_release(product: str, releases: Sequence[Release], version: str) -> Release:
    """The release of this version; `ContentError` if there is none."""
    release = find_release(releases, version)
    if release is None:
        raise unknown_version(product, version, releases)
    return release


def previous(product: str, releases: Sequence[Release], default: Release | None) -> Release:
    """The highest release below the default that people can launch; `ContentError` if there is none."""
    below = [release for release in releases if default and release.launchable and release.semver < default.semver]
    if not below:
        missing = (
            f"release below the default version {default.version} that people can launch"
            if default
            else "default version to roll back from"
        )
        others = ", ".join(release.version for release in releases if release is not default)
        choose = f"Name the version to go back to: `catalog rollback {product} VERSION`. Other releases: {others}."
        raise ContentError(
            f"{product} has no {missing}",
            hint=choose if others else "It has no other release. Release a corrected version instead.",
        )
    return max(below, key=lambda release: release.semver)


def changed(
    releases: Releases, versions: set[str], *, guidance: Guidance | None = None, active: bool | None = None
) -> Releases:
    """The releases, with these fields set in the named versions."""
    return tuple(
        replace(
            release,
            guidance=release.guidance if guidance is None else guidance,
            active=release.active if active is None else active,
        )
        if release.version in versions
        else release
        for release in releases
    )


def unmarked(releases: Releases) -> Releases:
    """The releases, without a mark for the default."""
    return tuple(replace(release, default=False) if release.default else release for release in releases)


def or_reactivate(product: str, releases: Releases) -> str:
    """The other way to get a version that people can launch; empty if there is no release to reactivate."""
    blocked = [release.version for release in releases if not release.launchable]
    return f", or run `catalog reactivate {product} {blocked[-1]}`" if blocked else ""


def checked_edit(product: str, before: Releases, after: Releases, action: str) -> Edit:
    """The edit; `ContentError` if no default is left. A release that cannot be launched loses its default mark."""
    if default_version(after) is None:
        raise ContentError(
            f"{action} would leave {product} without a version that people can launch",
            hint=f"Release a newer version first{or_reactivate(product, before)}.",
        )
    marked = (replace(each, default=False) if each.default and not each.launchable else each for each in after)
    return Edit(product, before, tuple(marked))
