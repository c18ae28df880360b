"""The version gate: what a new version must not do to existing launches of older versions. Pure.

It checks two things. Whether the version bump is large enough (E9201, E9202, E9205): against the highest release below
the new version. Whether an update would lose a stateful resource (E9203, E9204): against every release, inactive ones
too, because an existing launch of an inactive version can still be updated. No version number allows a loss; only a
declared Migration does.

Pre-releases are for tests: version bumps are not measured against them, and an inactive pre-release is ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from semver import Version as SemVer

from catalog.check.finding import Finding, in_order
from catalog.check.metadata import Metadata
from catalog.check.registry import severity_of
from catalog.check.stateful import STATEFUL_TYPES
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
from catalog.versions.report import SAME_MEANING
from catalog.versions.resources import IDENTITY, REPLACEMENT, placed
from catalog.versions.variations import Parameters

NESTED = "AWS::CloudFormation::Stack"
INSIDE = (("Properties", "TemplateURL"), ("Properties", "Parameters"))
"""The properties that decide about the resources of a nested stack."""
EXPORT_GONE = frozenset({Aspect.EXPORT_REMOVED, Aspect.EXPORT_RENAMED})


class Released(Version, Protocol):
    """A release, as the gate reads it."""

    @property
    def active(self) -> bool:
        """Whether people can launch it or update to it. An existing launch can be updated from it in any case."""


class Working(Version, Protocol):
    """The version to be released, as the gate reads it."""

    @property
    def product(self) -> str:
        """The product's key."""

    @property
    def body(self) -> bytes:
        """The template's bytes."""

    @property
    def shown_file(self) -> str:
        """The file that declares the product, in messages."""


@dataclass(frozen=True)
class Gate:
    """Checks a new version against the releases of its product."""

    new: Working
    releases: tuple[Released, ...]
    migrations: tuple[Migration, ...] = ()
    examples: Mapping[str, Parameters] = field(default_factory=dict)
    regions: tuple[str, ...] = ("us-east-1",)
    compared: dict[tuple[str, str], Difference] = field(default_factory=dict)
    """(old digest, new digest) → the differences, computed once."""

    def findings(self) -> Iterator[Finding]:
        """All findings; none if the product has no release."""
        same = next((release for release in self.releases if release.version == self.new.version), None)
        if same is not None and same.digest != self.new.digest:
            yield self.changed_release(same)
        base = self.base
        if base is not None and same is None:
            yield from self.bump(base)
        against = base if same is None else same
        if against is not None:
            yield from self.remarks(against)
        for release in self.origins:
            yield from self.losses(release)
            yield from self.exports(release)
        yield from self.unneeded_migrations()

    @property
    def version(self) -> SemVer:
        """The new version as a value."""
        return SemVer.parse(self.new.version)

    @property
    def base(self) -> Released | None:
        """The highest release below the new version, without pre-releases."""
        return highest(
            release for release in self.releases if not is_pre_release(release) and parsed(release) < self.version
        )

    @property
    def origins(self) -> list[Released]:
        """The releases that people may update from, except those with the bytes of the new version."""
        return [
            release
            for release in self.releases
            if (release.active or not is_pre_release(release)) and release.digest != self.new.digest
        ]

    def difference(self, old: Version, new: Version) -> Difference:
        """The result of `compare`, computed once for each pair."""
        key = (old.digest, new.digest)
        if key not in self.compared:
            self.compared[key] = compare(old, new, examples=self.examples, regions=self.regions)
        return self.compared[key]

    def changed_release(self, same: Released) -> Finding:
        """E9202: the version is already released with other bytes."""
        base = highest(release for release in self.releases if not is_pre_release(release)) or same
        needed = self.difference(base, self.new).verdict
        least = parsed(same).bump_prerelease() if is_pre_release(same) else bumped(parsed(base), needed.level)
        return self.finding(
            ReleasedVersion,
            f"{same.version} is already released with other bytes ({same.digest}); bump to at least {least}: "
            f"{because(needed.level, needed.reasons)}",
        )

    def bump(self, base: Released) -> Iterator[Finding]:
        """E9201: the version bump must be at least the verdict."""
        needed = self.difference(base, self.new).verdict
        least = bumped(parsed(base), needed.level)
        if self.version.finalize_version() < least:
            yield self.finding(
                VersionBump,
                f"{self.new.version} is {article(bump_of(parsed(base), self.version))} version after "
                f"{base.version}, but the changes need {article(needed.level)} version, at least {least}: "
                f"{because(needed.level, needed.reasons)}",
            )

    def remarks(self, base: Released) -> Iterator[Finding]:
        """I9201 and W9202: what a reviewer should know, whatever the version number."""
        difference = self.difference(base, self.new)
        if gained := difference.widens_access:
            words = "; ".join(dict.fromkeys(change.detail for change in gained[:3]))
            more = f"; and {len(gained) - 3} more" if len(gained) > 3 else ""
            yield self.finding(
                AccessWidened, f"widens access compared with {base.version}: {words}{more}", gained[0].path
            )
        for change in difference.changes:
            if change.aspect is Aspect.TRANSFORM_CHANGED or self.is_inside(base, change):
                yield self.finding(
                    UnseenParts,
                    f"{change.where} differs from {base.version}; the content that it refers to is not compared",
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
        """E9203 and E9204: stateful resources that an update from `release` loses, without a migration."""
        for logical_id, changes in self.lost(release, self.new).items():
            if self.covering(release, logical_id):
                continue
            for change in changes:
                control = StatefulIdentity if change.aspect in IDENTITY else StatefulReplacement
                yield self.finding(control, f"compared with {release.version}: {sentence(change)}", change.path)

    def lost(self, old: Version, new: Version) -> dict[str, list[TemplateChange]]:
        """Logical id of a stateful resource of `old` → the changes by which the update to `new` may lose it."""
        olds = placed(old.template)
        changes: dict[str, list[TemplateChange]] = {}
        for change in self.difference(old, new).changes:
            if change.path[0] != "Resources" or change.aspect not in IDENTITY | REPLACEMENT:
                continue
            resource = olds.get(str(change.path[1]))
            if resource and resource.kind in STATEFUL_TYPES:
                changes.setdefault(resource.logical_id, []).append(change)
        return changes

    def covering(self, release: Released, logical_id: str) -> Migration | None:
        """The migration that allows the changes of a resource between `release` and the new version.

        It is declared for the new version, or for a released version between the two with exactly the same changes.
        """
        for migration in self.migrations:
            if migration.resource == logical_id and self.is_between(release, migration.version):
                through = next((other for other in self.releases if other.version == migration.version), None)
                if migration.version == self.new.version or (
                    through is not None
                    and self.signature(release, through, logical_id) == self.signature(release, self.new, logical_id)
                ):
                    return migration
        return None

    def is_between(self, release: Released, version: str) -> bool:
        """Whether the version of a migration lies between `release` and the new version, in either direction."""
        ends = sorted([parsed(release), self.version])
        return ends[0] < SemVer.parse(version) <= ends[1]

    def signature(self, old: Version, new: Version, logical_id: str) -> set[tuple[Aspect, Path, str]]:
        """The changes of a stateful resource, as values that can be compared."""
        changes = self.lost(old, new).get(logical_id, [])
        return {(change.aspect, change.path, repr(change.after)) for change in changes}

    def exports(self, release: Released) -> Iterator[Finding]:
        """E9205: exports of `release` that are removed within its major version."""
        if parsed(release).major != self.version.major or parsed(release) > self.version:
            return
        for change in self.difference(release, self.new).changes:
            if change.aspect in EXPORT_GONE:
                yield self.finding(
                    ExportsStay,
                    f"compared with {release.version}: {sentence(change)}; "
                    f"bump to at least {self.version.bump_major()}",
                    change.path,
                )

    def unneeded_migrations(self) -> Iterator[Finding]:
        """W9201: migrations that allow nothing."""
        lost = [(release, self.lost(release, self.new)) for release in self.origins]
        for migration in self.migrations:
            used = any(
                migration.resource in losses and self.covering(release, migration.resource) == migration
                for release, losses in lost
            )
            if not used:
                exists = migration.version == self.new.version or any(
                    release.version == migration.version for release in self.releases
                )
                why = (
                    f"an update of a release to {self.new.version} does not lose {migration.resource}"
                    if exists
                    else f"{migration.version} is neither released nor the new version, {self.new.version}"
                )
                words = f"the migration of {migration.resource} for {migration.version} is not needed: {why}"
                yield self.finding(MigrationNeeded, words, ("Resources", migration.resource))

    def finding(self, control: type[Metadata], message: str, path: Path = ()) -> Finding:
        """A finding at a path of the new template, or at the nearest part of the path that still exists."""
        return Finding(
            id=control.id,
            severity=severity_of(control),
            message=message,
            file=self.new.shown_file,
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
    """The findings about releasing `new` after `releases`; none if the product has no release."""
    version_gate = Gate(new, tuple(releases), tuple(migrations), dict(examples or {}), tuple(regions))
    return in_order(version_gate.findings())


def parsed(release: Released) -> SemVer:
    """The version of a release as a value."""
    return SemVer.parse(release.version)


def is_pre_release(release: Released) -> bool:
    """Whether it is a pre-release, such as 1.1.0-rc.1."""
    return bool(parsed(release).prerelease)


def highest(releases: Iterable[Released]) -> Released | None:
    """The release with the highest version; None without releases."""
    return max(releases, key=parsed, default=None)


def bumped(version: SemVer, level: Level) -> SemVer:
    """The smallest version after `version` with a bump of `level`."""
    core = version.finalize_version()
    if level is Level.MAJOR:
        return core.bump_major()
    return core.bump_minor() if level is Level.MINOR else core.bump_patch() if level is Level.PATCH else core


def bump_of(old: SemVer, new: SemVer) -> Level:
    """The part of the version number that grew."""
    if new.major > old.major:
        return Level.MAJOR
    return Level.MINOR if new.minor > old.minor else Level.PATCH


def article(level: Level) -> str:
    """`a minor`."""
    return f"a {level.word}"


def because(level: Level, reasons: Sequence[TemplateChange]) -> str:
    """Up to three reasons in words, and the number of the others."""
    if not reasons:
        return SAME_MEANING if level else "no differences"
    words = "; ".join(sentence(change) for change in reasons[:3])
    return words + (f"; and {len(reasons) - 3} more" if len(reasons) > 3 else "")


def sentence(change: TemplateChange) -> str:
    """A change with its reason, on one line."""
    detail = f" ({change.detail})" if change.detail else ""
    return f"{change.aspect} {change.where}{detail}: {change.reason}"
