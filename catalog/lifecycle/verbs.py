"""Deprecate, retire, reactivate, promote, roll back: pure functions from releases to an `Edit` of the ledger.

None of them may leave a product that people could launch without a version to launch: `ContentError` says why.
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
    """One field of one release, as the ledger spells its values."""

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
        """What differs, release by release."""
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
        """Whether the ledger has to be written."""
        return self.before != self.after

    @property
    def defaults(self) -> tuple[str, str]:
        """The default version before and after; empty when there was none."""
        old, new = (default_version(releases) for releases in (self.before, self.after))
        return old.version if old else "", new.version if new else ""

    @property
    def promoted(self) -> str:
        """The version that the ledger names as the default, afterwards; empty when it is simply the highest."""
        return next((one.version for one in self.after if one.default), "")

    def launchable_again(self) -> Iterator[Release]:
        """Releases that people can launch now and could not before: portfolios' rules must fit them again."""
        for old, new in zip(self.before, self.after, strict=True):
            if new.launchable and not old.launchable:
                yield new


def yaml_bool(value: bool) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


def deprecate(product: str, releases: Releases, version: str) -> Edit:
    """Nobody can launch the version anew; what was launched from it stays, and can be updated."""
    named(product, releases, version)
    after = changed(releases, {version}, guidance=Guidance.DEPRECATED)
    return settled(product, releases, after, f"deprecating {version}")


def retire(product: str, releases: Releases, version: str) -> Edit:
    """Nobody can launch the version or update to it; what was launched stays."""
    named(product, releases, version)
    return settled(product, releases, changed(releases, {version}, active=False), f"retiring {version}")


def reactivate(product: str, releases: Releases, version: str) -> Edit:
    """People can launch the version again, and update to it."""
    named(product, releases, version)
    after = changed(releases, {version}, guidance=Guidance.DEFAULT, active=True)
    return settled(product, releases, after, f"reactivating {version}")


def promote(product: str, releases: Releases, version: str) -> Edit:
    """People who name no version get this one. The highest needs no mark: it is the default without one."""
    release = named(product, releases, version)
    if not release.launchable:
        state = "deprecated" if release.active else "inactive"
        raise ContentError(
            f"{product} {version} is {state}, and the default must be a version that people can launch",
            hint=f"`catalog reactivate {product} {version}` first, or `catalog rollback {product} {version}`, which "
            "does both and deprecates what is newer.",
        )
    highest = default_version(unmarked(releases))
    marked = highest is not None and highest.version != version
    after = tuple(replace(one, default=marked and one is release) for one in releases)
    return settled(product, releases, after, f"promoting {version}")


def rollback(product: str, releases: Releases, version: str = "") -> Edit:
    """An earlier version is the default again, and the newer ones are deprecated; nothing is deleted.

    Without `version` it is the highest below the default that people can launch; one that is named may also be
    deprecated or inactive, and becomes active.
    """
    default = default_version(releases)
    target = named(product, releases, version) if version else previous(product, releases, default)
    if default and target.semver > default.semver:
        raise ContentError(
            f"{product} {target.version} is above the default version, {default.version}: that is no way back",
            hint=f"`catalog promote {product} {target.version}` makes it the default.",
        )
    newer = {one.version for one in releases if one.launchable and one.semver > target.semver}
    after = changed(unmarked(releases), newer, guidance=Guidance.DEPRECATED)
    after = changed(after, {target.version}, guidance=Guidance.DEFAULT, active=True)
    return settled(product, releases, after, f"rolling back to {target.version}")


VERBS: dict[str, Callable[[str, Releases, str], Edit]] = {
    "deprecate": deprecate,
    "retire": retire,
    "reactivate": reactivate,
    "promote": promote,
    "rollback": rollback,
}


def named(product: str, releases: Sequence[Release], version: str) -> Release:
    """The release; `ContentError` when it is none."""
    release = find_release(releases, version)
    if release is None:
        raise unknown_version(product, version, releases)
    return release


def previous(product: str, releases: Sequence[Release], default: Release | None) -> Release:
    """The highest release below the default that people can launch; `ContentError` when there is none."""
    below = [one for one in releases if default and one.launchable and one.semver < default.semver]
    if not below:
        what = f"below the default version, {default.version}," if default else "at all, so no default version, and"
        others = ", ".join(one.version for one in releases if one is not default) or "none"
        raise ContentError(
            f"{product} has no release {what} that people can launch",
            hint=f"Name the one to go back to: `catalog rollback {product} VERSION`; there is {others}.",
        )
    return max(below, key=lambda one: one.semver)


def changed(
    releases: Releases, versions: set[str], *, guidance: Guidance | None = None, active: bool | None = None
) -> Releases:
    """The releases with these fields set in those that are named."""
    return tuple(
        replace(
            one,
            guidance=one.guidance if guidance is None else guidance,
            active=one.active if active is None else active,
        )
        if one.version in versions
        else one
        for one in releases
    )


def unmarked(releases: Releases) -> Releases:
    """The releases when the ledger names no default."""
    return tuple(replace(one, default=False) if one.default else one for one in releases)


def settled(product: str, before: Releases, after: Releases, what: str) -> Edit:
    """The edit, without a mark on what nobody can launch; `ContentError` when no default is left."""
    if default_version(after) is None:
        raise ContentError(
            f"{what} would leave {product} without a version that people can launch",
            hint=f"Release a newer one first, or `catalog reactivate {product}` another.",
        )
    kept = tuple(replace(one, default=False) if one.default and not one.launchable else one for one in after)
    return Edit(product, before, kept)
