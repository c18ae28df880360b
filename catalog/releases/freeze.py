"""Releasing: which versions may be released, and how the bytes and the ledger are written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from semver import Version

from catalog.content.config import Config
from catalog.content.render import Rendered
from catalog.errors import ContentError
from catalog.model.product import Guidance
from catalog.model.version import parse_version
from catalog.releases.ledger import LEDGER, checked_notes, folder, ledger_text, load_releases
from catalog.releases.release import Release, find_release, latest_release


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """A version on its way to be released, with the releases that are there."""

    config: Config
    release: Release
    releases: tuple[Release, ...]
    done: bool
    """These very bytes are released under this version already."""

    @property
    def files(self) -> tuple[Path, Path]:
        """The bytes and the ledger, in the order in which they are written."""
        place = folder(self.config, self.release.product)
        return place / f"{self.release.version}.yaml", place / LEDGER

    def freeze(self) -> None:
        """Write the bytes, then the ledger: a run that is cut off leaves bytes that the next run finds and enters."""
        if self.done:
            return
        body, ledger = self.files
        write(self.config, body, self.release.body)
        text = ledger_text(self.release.product, (*self.releases, self.release))
        write(self.config, ledger, text.encode())


def draft_release(config: Config, rendered: Rendered, notes: str, day: date) -> ReleaseDraft:
    """What releasing `rendered` would write; `ContentError` when its version may not be released."""
    key, version = rendered.product, rendered.version
    releases = load_releases(config, key, unfinished=version)
    known = find_release(releases, version)
    if known and known.digest == rendered.digest:
        return ReleaseDraft(config, known, releases, done=True)
    if known:
        raise ContentError(
            f"{key} {version} is released as {known.digest}, products/{key}.py renders {rendered.digest}: a released "
            "version never changes",
            hint=f"Raise the version in products/{key}.py; `catalog diff {key}` says by how much.",
        )
    check_order(key, version, releases)
    text = checked_notes(f"{key} {version}: notes", notes)
    fresh = Release(key, version, rendered.digest, day, text, Guidance.DEFAULT, True, rendered.body)
    found = ReleaseDraft(config, fresh, releases, done=False)
    check_leftover(found)
    return found


def check_order(key: str, version: str, releases: Sequence[Release]) -> None:
    """`ContentError` unless the version is the highest of all, or a patch of a line (MAJOR.MINOR) that was released.

    A patch for those who stay on an older line is what people release under a lower number than the latest; a minor
    version below the latest would be one that nobody who goes by the numbers ever meets.
    """
    file = f"products/{key}.py"
    wanted = parse_version(f"{file}: version", version)
    if wanted.prerelease is not None:
        raise ContentError(
            f"{file}: version {version} is a pre-release, which is never released",
            hint=f"Name the version that it shall become, {wanted.finalize_version()}; `catalog publish --dev` "
            "publishes what is not released yet.",
        )
    latest = latest_release(releases)
    if latest is None or wanted > latest.semver:
        return
    line = [one.semver for one in releases if one.semver.to_tuple()[:2] == wanted.to_tuple()[:2]]
    if not line or wanted < max(line):
        raise ContentError(
            f"{file}: version {version} is lower than {max(line, default=latest.semver)}, which is released",
            hint=f"Give it a number above {latest.version}, or the next patch of an older line: "
            f"{', '.join(patches(releases))}.",
        )


def patches(releases: Sequence[Release]) -> list[str]:
    """The next patch of each line, the oldest line first."""
    highest: dict[tuple[int, ...], Version] = {}
    for release in releases:  # by precedence: the last of a line is its highest
        highest[release.semver.to_tuple()[:2]] = release.semver
    return [str(version.bump_patch()) for version in highest.values()]


def check_leftover(found: ReleaseDraft) -> None:
    """`ContentError` when there are bytes of this version already, and they are others: nobody knows whose."""
    body, _ = found.files
    if body.is_file() and body.read_bytes() != found.release.body:
        raise ContentError(
            f"{found.config.shown(body)} stands in no ledger, and is not what products/{found.release.product}.py "
            "renders",
            hint="Restore its entry in the ledger when it was released; else delete the file, and release again.",
        )


def write(config: Config, file: Path, content: bytes) -> None:
    """Put `content` in place at once, so that no reader ever sees half of it; `ContentError` when it cannot be."""
    partial = file.with_name(f".{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise ContentError(f"{config.shown(file)}: cannot be written: {error.strerror}") from error
