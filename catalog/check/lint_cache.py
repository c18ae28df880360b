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
"""Packages whose versions can change what a rule finds."""
MOST_ENTRIES = 1000
FAILED_RULE = "E0002"
"""cfn-lint's finding that a rule of its own failed: the next run tries again."""
NAMES = tuple(field.name for field in fields(Finding))
Lint = Callable[[], Sequence[Finding]]


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the entries: in XDG_CACHE_HOME, which counts only if it is absolute (XDG Base Directory)."""
    home = environment.get("XDG_CACHE_HOME", "")
    base = Path(home) if os.path.isabs(home) else Path.home() / ".cache"
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
            with file.open("rb") as stream:
                status = os.fstat(stream.fileno())
                if status.st_uid != os.getuid() or status.st_mode & 0o077:
                    return None
                return parsed(json.load(stream), key)
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None

    def write(self, key: str, findings: Sequence[Finding]) -> None:
        """Keep findings, with mode 0600. A folder that cannot be written costs nothing but time."""
        content = [asdict(finding) for finding in findings]
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            with tempfile.NamedTemporaryFile("w", dir=self.folder, delete=False, encoding="utf-8") as draft:
                json.dump({"of": digest([key, content]), "findings": content}, draft)
            try:
                Path(draft.name).replace(self.folder / f"{key}.json")
            except OSError:
                Path(draft.name).unlink()
            self.remove_old()

    def remove_old(self) -> None:
        """Remove the oldest entries above the limit."""
        entries = sorted(self.folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in entries[MOST_ENTRIES:]:
            file.unlink(missing_ok=True)


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
    """What finds: the source code of this package, the tools with their versions, and Python's."""
    code = hashlib.sha256()
    root = Path(catalog.__file__).parent
    for file in sorted(root.rglob("*.py")):
        code.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return code.hexdigest(), platform.python_version(), *map(version_of, TOOLS), *NAMES


def version_of(package: str) -> str:
    """The version of an installed package; empty without it."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""
