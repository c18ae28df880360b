"""Releasing a version: whether it can be released, and writing its template and the ledger."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from semver import Version

from catalog.content.config import Config
from catalog.content.files import check_inside
from catalog.content.render import Rendered
from catalog.errors import ContentError
from catalog.model.product import Guidance
from catalog.model.version import check_artifact_name, parse_version
from catalog.releases.ledger import LEDGER, checked_notes, folder, ledger_text, load_releases
from catalog.releases.lock import ledger_lock
from catalog.releases.release import Release, find_release, latest_release


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """A version that can be released, with the existing releases of the product."""

    config: Config
    release: Release
    releases: tuple[Release, ...]
    done: bool
    """The version was released before, with the same template."""

    @property
    def files(self) -> tuple[Path, Path]:
        """The template and the ledger, in the order in which they are written."""
        releases_folder = folder(self.config, self.release.product)
        return releases_folder / f"{self.release.version}.yaml", releases_folder / LEDGER

    def freeze(self) -> None:
        """Write the template, then the ledger. If a run stops between the two, the next run completes it.

        The ledger is read again under its lock, so that edits of other commands stay; `ContentError` when another
        command has released a version since the draft was checked.
        """
        if self.done:
            return
        body, ledger = self.files
        with ledger_lock(self.config):
            releases = load_releases(self.config, self.release.product, unfinished=self.release.version)
            if [each.version for each in releases] != [each.version for each in self.releases]:
                raise ContentError(
                    f"{self.config.shown(ledger)}: another command has released a version of {self.release.product} "
                    f"while {self.release.version} was checked",
                    hint="Run the same command again: the version is then compared with that release.",
                )
            write(self.config, body, self.release.body)
            write(self.config, ledger, ledger_text(self.release.product, (*releases, self.release)).encode())


def draft_release(config: Config, rendered: Rendered, notes: str, day: date, name: str = "") -> ReleaseDraft:
    """What releasing `rendered` would write; `ContentError` if its version cannot be released.

    `name` is its name in AWS; empty: the version.
    """
    key, version = rendered.product, rendered.version
    releases = load_releases(config, key, unfinished=version)
    existing = find_release(releases, version)
    if existing and existing.digest == rendered.digest:
        return ReleaseDraft(config, existing, releases, done=True)
    if existing:
        raise ContentError(
            f"{key} {version} was released as {existing.digest}, {rendered.shown_source} renders {rendered.digest}: "
            "a released version never changes",
            hint=f"Raise the version in {rendered.shown_file}, or run `catalog release {key} --bump auto`.",
        )
    check_order(key, version, releases, rendered.shown_file)
    text = checked_notes(f"{key} {version}: notes", notes)
    check_name(name, version, releases)
    release = Release(
        key,
        version,
        rendered.digest,
        day,
        text,
        Guidance.DEFAULT,
        True,
        rendered.body,
        name="" if name == version else name,
    )
    draft = ReleaseDraft(config, release, releases, done=False)
    check_existing_file(draft, rendered.shown_source)
    return draft


def check_name(name: str, version: str, releases: Sequence[Release]) -> None:
    """`ContentError` if the version cannot have this name in AWS, or another release has it."""
    if not name:
        return
    check_artifact_name("--name", name, version)
    same = next((release for release in releases if release.published_name == name), None)
    if same is not None:
        raise ContentError(f"--name {name}: release {same.version} has this name", hint="Choose another name.")


def check_order(key: str, version: str, releases: Sequence[Release], file: str) -> None:
    """`ContentError` unless the version is the highest, or the next patch of a line (MAJOR.MINOR) that was released.

    A number below the latest is for a patch, for people who stay on an older line. A new minor version below the latest
    would never be noticed. `file` declares the version.
    """
    number = parse_version(f"{file}: version", version)
    if number.prerelease is not None:
        raise ContentError(
            f"{file}: version {version} is a pre-release, which cannot be released",
            hint=f"Set the version to {number.finalize_version()}, or run `catalog release {key} --bump auto`. "
            "`catalog publish --dev` publishes unreleased changes.",
        )
    latest = latest_release(releases)
    if latest is None or number > latest.semver:
        return
    line = [release.semver for release in releases if release.semver.to_tuple()[:2] == number.to_tuple()[:2]]
    if not line or number < max(line):
        raise ContentError(
            f"{file}: version {version} is lower than {max(line, default=latest.semver)}, which is released",
            hint=f"Use a version above {latest.version}, or the next patch of an older line: "
            f"{', '.join(patches(releases))}.",
        )


def patches(releases: Sequence[Release]) -> list[str]:
    """The next patch of each line (MAJOR.MINOR), the oldest line first."""
    highest: dict[tuple[int, ...], Version] = {}
    for release in releases:  # sorted: the last of a line is its highest
        highest[release.semver.to_tuple()[:2]] = release.semver
    return [str(version.bump_patch()) for version in highest.values()]


def check_existing_file(draft: ReleaseDraft, source: str) -> None:
    """`ContentError` if a file of this version exists that the ledger does not list, with another template.

    `source` is the file that renders the template of the draft.
    """
    body, _ = draft.files
    if body.is_file() and body.read_bytes() != draft.release.body:
        raise ContentError(
            f"{draft.config.shown(body)} is not in the ledger, and differs from what {source} renders",
            hint="If it was released, restore its entry in the ledger. Else delete the file and release again.",
        )


def write(config: Config, file: Path, content: bytes) -> None:
    """Write `content` atomically, so that readers never see a part of it; `ContentError` if that fails.

    `ContentError` too if a symbolic link leads out of the repository: a pull request could bring one.
    """
    check_inside(config.root, file)
    partial = file.with_name(f".{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)  # of a run that was stopped, or a link
        with partial.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise ContentError(f"{config.shown(file)}: cannot be written: {error.strerror}") from error
