"""The folder of a site: only what `catalog site` wrote there is replaced and removed.

`.catalog-site.json` names the files of the last run with their digests. It is written before they are, so that a run
that was stopped leaves a folder that the next run knows.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from catalog.cli.output import write_file
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.web.site_pages import SitePage

MARKER = ".catalog-site.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """What happened to files of earlier runs that the site no longer has."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    """Somebody edited them."""


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """A folder that is ours: new, empty, or written by an earlier run."""

    path: Path
    files: Mapping[str, str]
    """The files of the last run with their digests."""

    @classmethod
    def open(cls, path: Path) -> SiteFolder:
        """The folder; `ContentError` if it has something else. Nothing is written yet."""
        try:
            names = sorted(os.listdir(path)) if path.exists() else []
        except OSError as error:
            raise ContentError(f"{path}: cannot be read: {error.strerror}") from error
        if MARKER in names:
            return cls(path, read_marker(path / MARKER))
        if names:
            raise ContentError(
                f"{path} is not empty, and is not a site of catalog: it has {names[0]}",
                hint="Name a new or an empty folder. Nothing was changed.",
            )
        return cls(path, {})

    def write(self, pages: Sequence[SitePage]) -> FolderChanges:
        """Write the pages, and remove those of the last run that are gone. Other files are never touched."""
        bodies = {page.path: page.body for page in pages}
        self.check(bodies)
        digests = {path: digest(body) for path, body in bodies.items()}
        self.mark({**self.files, **digests})
        for path, body in bodies.items():
            self.write_page(path, body)
        removed, kept = [], []
        for path in sorted(self.files.keys() - bodies.keys()):
            if self.remove(path):
                removed.append(path)
            elif self.target(path).exists():
                kept.append(path)
        self.mark(digests)
        return FolderChanges(tuple(removed), tuple(kept))

    def target(self, path: str) -> Path:
        """A file of the site."""
        return self.path / path

    def check(self, bodies: Mapping[str, bytes]) -> None:
        """`ContentError` before anything is written, if a page would replace a file that is not ours."""
        for path in bodies:
            target = self.target(path)
            if linked := next((each for each in (target, *self.folders(path)) if each.is_symlink()), None):
                raise foreign(linked, "is a link")
            if path not in self.files and target.exists():
                raise foreign(target, "exists, and is not of the site")
            if blocked := next((each for each in self.folders(path) if each.exists() and not each.is_dir()), None):
                raise foreign(blocked, "is a file, and the site needs a folder of this name")

    def folders(self, path: str) -> Iterator[Path]:
        """The folders of a file inside the site."""
        return (self.path / parent for parent in PurePosixPath(path).parents if parent != PurePosixPath("."))

    def write_page(self, path: str, body: bytes) -> None:
        """Write a file, unless it has these bytes already."""
        target = self.target(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            same = target.is_file() and target.read_bytes() == body
        except OSError as error:
            raise ContentError(f"{target}: cannot be written: {error.strerror}") from error
        if not same:
            write_file(target, body)

    def remove(self, path: str) -> bool:
        """Remove a file of the last run, and its folder if that is empty then; False if it was edited or is gone."""
        target = self.target(path)
        if any(each.is_symlink() for each in (target, *self.folders(path))) or not target.is_file():
            return False
        try:
            if digest(target.read_bytes()) != self.files[path]:
                return False
            target.unlink()
            if target.parent != self.path and not any(target.parent.iterdir()):
                target.parent.rmdir()
        except OSError as error:
            raise ContentError(f"{target}: cannot be removed: {error.strerror}") from error
        return True

    def mark(self, files: Mapping[str, str]) -> None:
        """Write the marker."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ContentError(f"{self.path}: cannot be created: {error.strerror}") from error
        marker = self.path / MARKER
        if marker.is_symlink():
            raise foreign(marker, "is a link")
        text = json.dumps({"format": FORMAT, "files": dict(sorted(files.items()))}, indent=2)
        write_file(marker, f"{text}\n".encode())


def foreign(path: Path, why: str) -> ContentError:
    """The error about a file that stays as it is."""
    return ContentError(f"{path} {why}", hint="Move it away, or name another folder. Nothing was changed.")


def digest(body: bytes) -> str:
    """`sha256:<hex>`."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def read_marker(file: Path) -> dict[str, str]:
    """The files of the last run; `ContentError` if it has another form, or names files outside of the folder."""
    try:
        data: Any = json.loads(file.read_text())
    except (OSError, ValueError, RecursionError):
        data = None
    files = data.get("files") if isinstance(data, dict) and data.get("format") == FORMAT else None
    if not isinstance(files, dict) or not all(is_ours(path, value) for path, value in files.items()):
        raise ContentError(
            f"{file}: is not a list of the files of a site (format {FORMAT})",
            hint="Name a new or an empty folder. Nothing was changed.",
        )
    return files


def is_ours(path: object, value: object) -> bool:
    """Whether a line of the marker can be one that we wrote."""
    if not isinstance(path, str) or not isinstance(value, str):
        return False
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path and "\0" not in path
