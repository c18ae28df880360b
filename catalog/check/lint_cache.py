"""Findings about templates, kept between runs of `catalog validate` in the user's cache folder (ADR 34).

An entry is found only with the same template bytes, rules, settings, Regions and tools. It is a help and no proof: a
release, a plan and a publish never read it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import stat
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import catalog
from catalog.check.finding import Finding
from catalog.content.control_settings import ControlSettings

TOOLS = ("cfn-lint", "regex", "pyyaml", "jsonschema", "awacs", "networkx", "sympy", "boto3", "botocore")
"""Packages whose versions can change what a rule finds. cfn-lint's version also stands for its schemas: `lint` reads
those of the package, and never those that `cfn-lint --update-specs` writes to the user's cache."""
MOST_ENTRIES = 1000
MOST_BYTES = 1_000_000
"""Bytes of an entry. A finding has about 500."""
FAILED_RULE = "E0002"
"""cfn-lint's finding that a rule of its own failed: the next run tries again."""
NAMES = tuple(field.name for field in fields(Finding))
Lint = Callable[[], Sequence[Finding]]


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the entries: in XDG_CACHE_HOME, which counts only if it is absolute (XDG Base Directory).

    For a user without a home, as in a container, it is one that this user cannot make: then nothing is kept.
    """
    cache = environment.get("XDG_CACHE_HOME", "")
    base = Path(cache) if os.path.isabs(cache) else Path("/", os.path.expanduser("~"), ".cache")
    return base / "catalog" / "findings"


class LintCache:
    """The entries of one folder. An entry that is damaged, or that others can write, counts as missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def findings(
        self, product: str, file: str, body: bytes, regions: Sequence[str], settings: ControlSettings, lint: Lint
    ) -> list[Finding]:
        """The findings of an entry; without one those of `lint`, which become an entry.

        Own controls can read whatever they like, so a repository that has some keeps no entries.
        """
        if settings.folders or settings.entry_points:
            return list(lint())
        key = digest([*rules(), product, file, list(regions), repr(settings), hashlib.sha256(body).hexdigest()])
        kept = self.read(key)
        if kept is None:
            kept = list(lint())
            if all(finding.id != FAILED_RULE for finding in kept):
                self.write(key, kept)
        return kept

    def read(self, key: str) -> list[Finding] | None:
        """The findings of an entry; None if there is none that can be read and is the user's alone."""
        file = self.folder / f"{key}.json"
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)  # a named pipe may have no writer
            with open(descriptor, "rb") as stream:
                return parsed(json.load(stream), key) if is_private(os.fstat(descriptor), os.getuid()) else None
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None

    def write(self, key: str, findings: Sequence[Finding]) -> None:
        """Keep findings, with mode 0600. A folder that cannot be written costs nothing but time."""
        content = [asdict(finding) for finding in findings]
        text = json.dumps({"of": digest([key, content]), "findings": content})
        if len(text) > MOST_BYTES:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            # The draft is in the folder, so that it replaces the entry in one step.
            with tempfile.TemporaryDirectory(dir=self.folder) as drafts:
                draft = Path(drafts) / "draft"
                draft.touch(mode=0o600)
                draft.write_text(text, encoding="utf-8")
                draft.replace(self.folder / f"{key}.json")
            self.remove_old()

    def remove_old(self) -> None:
        """Remove the oldest entries above the limit."""
        entries = sorted(self.folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in entries[MOST_ENTRIES:]:
            file.unlink(missing_ok=True)


def is_private(status: os.stat_result, user: int) -> bool:
    """Whether a file is a regular one of this user, which nobody else can read or write, and no larger than entries."""
    mine = status.st_uid == user and not status.st_mode & 0o077
    return mine and stat.S_ISREG(status.st_mode) and status.st_size <= MOST_BYTES


def parsed(entry: Any, key: str) -> list[Finding] | None:
    """The findings of an entry; None if it is not the whole entry of this key."""
    if not isinstance(entry, dict) or entry.get("of") != digest([key, entry.get("findings")]):
        return None
    return [Finding(**{**finding, "path": tuple(finding["path"])}) for finding in entry["findings"]]


def digest(content: object) -> str:
    """SHA-256 of JSON content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@functools.cache
def rules() -> tuple[str, ...]:
    """What finds: the files of this package, the tools with their versions, and Python's."""
    code = hashlib.sha256()
    root = Path(catalog.__file__).parent
    for file in sorted(file for file in root.rglob("*") if file.is_file() and file.suffix != ".pyc"):
        code.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return code.hexdigest(), platform.python_version(), *map(version_of, TOOLS), *NAMES


def version_of(package: str) -> str:
    """The version of an installed package; empty without it."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""
