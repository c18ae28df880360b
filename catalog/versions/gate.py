"""The version gate: what a new version may not do to people who have launched an older one. Pure.

Two questions with two answers. Whether the number says enough (E9201, E9202, E9205) is asked of the highest release
below the new version. Whether something would be lost (E9203, E9204) is asked of every release, also of those that were
made inactive since: who has launched one can still update. No number excuses a loss, only a declared Migration does.

Pre-releases are for trying out: no number is measured by one, and one that is inactive is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from semver import Version as SemVer

from catalog.check.controls._types import stateful_types
from catalog.check.finding import Finding, in_order
from catalog.check.metadata import Metadata
from catalog.check.registry import severity_of
from catalog.check.versions.e9201_bump import VersionBump
from catalog.check.versions.e9202_released import ReleasedVersion
from catalog.check.versions.e9203_stateful_identity import StatefulIdentity
from catalog.check.versions.e9204_stateful_replacement import StatefulReplacement
from catalog.check.versions.e9205_exports import ExportsStay
from catalog.check.versions.i9201_access import AccessWidened
from catalog.check.versions.w9201_migration import MigrationNeeded
from catalog.check.versions.w9202_unseen import UnseenParts
from catalog.model.definition import Migration
from catalog.versions.change import Aspect, Level, Path, TemplateChange
from catalog.versions.compare import Difference, Version, compare
from catalog.versions.lines import line_of
from catalog.versions.resources import IDENTITY, REPLACEMENT, placed
from catalog.versions.variations import Parameters

NESTED = "AWS::CloudFormation::Stack"
INSIDE = (("Properties", "TemplateURL"), ("Properties", "Parameters"))
"""What decides about the resources of a nested stack."""
EXPORT_GONE = frozenset({Aspect.EXPORT_REMOVED, Aspect.EXPORT_RENAMED})


class Released(Version, Protocol):
    """What the gate reads of a release."""

    @property
    def active(self) -> bool:
        """Whether people can launch it or update to it; who has launched it can update from it all the same."""


class Working(Version, Protocol):
    """What the gate reads of the version that is to be released."""

    @property
    def product(self) -> str:
        """The product's key."""

    @property
    def body(self) -> bytes:
        """The template's bytes."""


@dataclass(frozen=True)
class Gate:
    """One new version against the releases of its product."""

    new: Working
    releases: tuple[Released, ...]
    migrations: tuple[Migration, ...] = ()
    examples: Mapping[str, Parameters] = field(default_factory=dict)
    regions: tuple[str, ...] = ("us-east-1",)
    compared: dict[tuple[str, str], Difference] = field(default_factory=dict)
    """Differences that have been made, by both digests."""

    def findings(self) -> Iterator[Finding]:
        """All that is wrong; none when nothing was released."""
        same = next((release for release in self.releases if release.version == self.new.version), None)
        if same is not None and same.digest != self.new.digest:
            yield self.released_anew(same)
        base = self.base
        if base is not None and same is None:
            yield from self.bump(base)
        against = base if same is None else same
        if against is not None:
            yield from self.remarks(against)
        for release in self.origins:
            yield from self.losses(release)
            yield from self.exports(release)
        yield from self.needless()

    @property
    def version(self) -> SemVer:
        """The new version as a value."""
        return SemVer.parse(self.new.version)

    @property
    def base(self) -> Released | None:
        """The highest release below the new version, pre-releases left out."""
        return highest(
            release for release in self.releases if not is_pre_release(release) and parsed(release) < self.version
        )

    @property
    def origins(self) -> list[Released]:
        """The releases that people may update from, the new version's own bytes excepted."""
        return [
            release
            for release in self.releases
            if (release.active or not is_pre_release(release)) and release.digest != self.new.digest
        ]

    def difference(self, old: Version, new: Version) -> Difference:
        """`compare`, once for each pair."""
        key = (old.digest, new.digest)
        if key not in self.compared:
            self.compared[key] = compare(old, new, examples=self.examples, regions=self.regions)
        return self.compared[key]

    def released_anew(self, same: Released) -> Finding:
        """The version is taken by other bytes."""
        base = highest(release for release in self.releases if not is_pre_release(release)) or same
        asked = self.difference(base, self.new).verdict
        least = parsed(same).bump_prerelease() if is_pre_release(same) else bumped(parsed(base), asked.level)
        return self.finding(
            ReleasedVersion,
            f"{same.version} is released, with other bytes ({same.digest}); bump to {least} at least: "
            f"{because(asked.level, asked.reasons)}",
        )

    def bump(self, base: Released) -> Iterator[Finding]:
        """The number must grow by at least the verdict."""
        asked = self.difference(base, self.new).verdict
        least = bumped(parsed(base), asked.level)
        if self.version.finalize_version() < least:
            yield self.finding(
                VersionBump,
                f"{self.new.version} is {article(bump_of(parsed(base), self.version))} after "
                f"{base.version}, and the changes need {article(asked.level)} version, at least {least}: "
                f"{because(asked.level, asked.reasons)}",
            )

    def remarks(self, base: Released) -> Iterator[Finding]:
        """What a reviewer should know, whatever the number."""
        difference = self.difference(base, self.new)
        if gained := difference.widens_access:
            words = "; ".join(dict.fromkeys(change.detail for change in gained[:3]))
            more = f"; and {len(gained) - 3} more" if len(gained) > 3 else ""
            yield self.finding(AccessWidened, f"widens access against {base.version}: {words}{more}", gained[0].path)
        for change in difference.changes:
            if change.aspect is Aspect.TRANSFORM_CHANGED or self.is_inside(base, change):
                yield self.finding(
                    UnseenParts,
                    f"{change.where} differs from {base.version}; what is behind it is not compared",
                    change.path,
                )

    def is_inside(self, base: Released, change: TemplateChange) -> bool:
        """Whether a change may do more than it shows: in a nested stack or a module."""
        if change.path[0] != "Resources" or len(change.path) < 2 or change.level < Level.MINOR:
            return False
        sides = (placed(template).get(str(change.path[1])) for template in (base.template, self.new.template))
        kinds = {side.kind for side in sides if side}
        nested = NESTED in kinds and change.path[2:4] in INSIDE
        return nested or any(kind.endswith("::MODULE") for kind in kinds)

    def losses(self, release: Released) -> Iterator[Finding]:
        """Stateful resources that an update from `release` would lose, and no migration covers."""
        for logical_id, changes in self.lost(release, self.new).items():
            if self.covering(release, logical_id):
                continue
            for change in changes:
                control = StatefulIdentity if change.aspect in IDENTITY else StatefulReplacement
                yield self.finding(control, f"against {release.version}: {sentence(change)}", change.path)

    def lost(self, old: Version, new: Version) -> dict[str, list[TemplateChange]]:
        """Logical id of a stateful resource of `old` → what the update to `new` does to it."""
        olds = placed(old.template)
        changes: dict[str, list[TemplateChange]] = {}
        for change in self.difference(old, new).changes:
            if change.path[0] != "Resources" or change.aspect not in IDENTITY | REPLACEMENT:
                continue
            resource = olds.get(str(change.path[1]))
            if resource and resource.kind in stateful_types():
                changes.setdefault(resource.logical_id, []).append(change)
        return changes

    def covering(self, release: Released, logical_id: str) -> Migration | None:
        """The migration that allows what happens to a resource between `release` and the new version.

        It is declared for the new version, or for one between the two that is released and did the very same.
        """
        for migration in self.migrations:
            if migration.resource == logical_id and self.is_between(release, migration.version):
                through = next((each for each in self.releases if each.version == migration.version), None)
                if migration.version == self.new.version or (
                    through is not None
                    and self.signs(release, through, logical_id) == self.signs(release, self.new, logical_id)
                ):
                    return migration
        return None

    def is_between(self, release: Released, version: str) -> bool:
        """Whether an update between `release` and the new version passes the one that brought the migration."""
        ends = sorted([parsed(release), self.version])
        return ends[0] < SemVer.parse(version) <= ends[1]

    def signs(self, old: Version, new: Version, logical_id: str) -> set[tuple[Aspect, Path, str]]:
        """What happens to a resource, comparable."""
        changes = self.lost(old, new).get(logical_id, [])
        return {(change.aspect, change.path, repr(change.after)) for change in changes}

    def exports(self, release: Released) -> Iterator[Finding]:
        """Exports of `release` that are gone within its own major version."""
        if parsed(release).major != self.version.major or parsed(release) > self.version:
            return
        for change in self.difference(release, self.new).changes:
            if change.aspect in EXPORT_GONE:
                yield self.finding(
                    ExportsStay,
                    f"against {release.version}: {sentence(change)}; bump to {self.version.bump_major()} at least",
                    change.path,
                )

    def needless(self) -> Iterator[Finding]:
        """Migrations that allow nothing."""
        lost = [(release, self.lost(release, self.new)) for release in self.origins]
        for migration in self.migrations:
            used = any(
                migration.resource in found and self.covering(release, migration.resource) == migration
                for release, found in lost
            )
            if not used:
                known = migration.version == self.new.version or any(
                    release.version == migration.version for release in self.releases
                )
                why = (
                    f"no release loses {migration.resource} by updating to {self.new.version}"
                    if known
                    else f"{migration.version} is neither released nor the version at hand, {self.new.version}"
                )
                words = f"the migration of {migration.resource} for {migration.version} is not needed: {why}"
                yield self.finding(MigrationNeeded, words, ("Resources", migration.resource))

    def finding(self, control: type[Metadata], message: str, path: Path = ()) -> Finding:
        """A fault at a place of the new template, or at the nearest part of that place that it still has."""
        return Finding(
            id=control.id,
            severity=severity_of(control),
            message=message,
            file=f"products/{self.new.product}.py",
            line=line_of(self.new.body, path),
            path=path,
            source_url=control.source_url,
            product=self.new.product,
            title=control.shortdesc,
        )


def gate(
    new: Working,
    releases: Sequence[Released],
    migrations: Sequence[Migration] = (),
    *,
    examples: Mapping[str, Parameters] | None = None,
    regions: Sequence[str] = ("us-east-1",),
) -> tuple[Finding, ...]:
    """What speaks against releasing `new` after `releases`; nothing when none was released."""
    version_gate = Gate(new, tuple(releases), tuple(migrations), dict(examples or {}), tuple(regions))
    return in_order(version_gate.findings())


def parsed(release: Released) -> SemVer:
    """A release's version as a value."""
    return SemVer.parse(release.version)


def is_pre_release(release: Released) -> bool:
    """Whether it is one like 1.1.0-rc.1."""
    return bool(parsed(release).prerelease)


def highest(releases: Iterable[Released]) -> Released | None:
    """The one with the highest version; None of none."""
    return max(releases, key=parsed, default=None)


def bumped(version: SemVer, level: Level) -> SemVer:
    """The least version after `version` that says `level`."""
    core = version.finalize_version()
    if level is Level.MAJOR:
        return core.bump_major()
    return core.bump_minor() if level is Level.MINOR else core.bump_patch() if level is Level.PATCH else core


def bump_of(old: SemVer, new: SemVer) -> Level:
    """Which part of the number grew."""
    if new.major > old.major:
        return Level.MAJOR
    return Level.MINOR if new.minor > old.minor else Level.PATCH


def article(level: Level) -> str:
    """`a minor`."""
    return f"a {level.word}"


def because(level: Level, reasons: Sequence[TemplateChange]) -> str:
    """Up to three reasons in words."""
    if not reasons:
        return "the bytes differ, though nothing that has a meaning does" if level else "nothing differs"
    words = "; ".join(sentence(change) for change in reasons[:3])
    return words + (f"; and {len(reasons) - 3} more" if len(reasons) > 3 else "")


def sentence(change: TemplateChange) -> str:
    """A change with its reason in one line."""
    detail = f" ({change.detail})" if change.detail else ""
    return f"{change.aspect} {change.where}{detail}: {change.reason}"
