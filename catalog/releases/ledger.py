"""The ledger of a product's releases: products/releases/<key>/ledger.yaml and the bytes beside it.

Reading is strict, for these files decide what people can launch: unknown and missing keys, a version that stands twice,
bytes that are not those that were released, and files that no ledger names are all `ContentError`s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from catalog.content.config import Config
from catalog.content.yaml_files import TextLoader, YamlDocument, read_yaml
from catalog.errors import ContentError
from catalog.model.limits import check_length, check_pattern, shown
from catalog.model.product import Guidance
from catalog.model.version import parse_version
from catalog.releases.release import Release, digest_of, in_order

LEDGER = "ledger.yaml"
DEFAULT = "default"
FIELDS = ("version", "sha256", "date", "notes", "guidance", "active")
HEX = re.compile(r"[0-9a-f]{64}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NOTES_LIMIT = 8000
"""The API's Description has 8192 characters, and carries the digest (73) and what to use instead (92) too."""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""No text: control characters but tab and line feed, and halves of a character of UTF-16."""
SPECIAL = re.compile("[\xa0\u2028\u2029\ufeff\ufffe\uffff]")
"""Text that JSON leaves as it is, but YAML takes for a line break or refuses."""

HEADER = """\
# The releases of {key}, oldest version first. `catalog release {key}` writes this file; what each line means:
#   sha256    of {version}.yaml beside this file: the bytes that publish pushes. Neither may ever change.
#   notes     what people read beside the version in the console: may be edited
#   guidance  DEFAULT, or DEPRECATED: nobody can launch the version anew; may be edited
#   active    false: nobody can launch the version or update to it; may be edited
# `catalog publish` brings edits to AWS. Comments of your own are lost when the next version is released.
"""


def folder(config: Config, key: str) -> Path:
    """Where a product's releases lie."""
    return config.root / "products" / "releases" / key


def products_with_ledgers(config: Config) -> frozenset[str]:
    """Keys of the products that have a ledger, whether or not their file is still there."""
    return frozenset(file.parent.name for file in (config.root / "products" / "releases").glob(f"*/{LEDGER}"))


def load_releases(config: Config, key: str, *, unfinished: str = "") -> tuple[Release, ...]:
    """A product's releases by precedence, the oldest version first; none when nothing was released.

    `ContentError` names every fault with file and line. `unfinished` is a version that is being released: its bytes
    may lie there without an entry, for a run that was cut off writes them first.
    """
    place = folder(config, key)
    ledger = place / LEDGER
    releases: list[Release] = []
    problems: list[str] = []
    if ledger.exists():
        document = read_yaml(ledger, config.shown(ledger), TextLoader)
        for index, entry in enumerate(entries(document)):
            try:
                releases.append(read_entry(config, key, document, index, entry))
            except ContentError as error:
                problems.append(str(error))
        problems += twice(document, releases)
        if not problems and DEFAULT in document.data:
            releases = marked(document, releases)
    known = {LEDGER, f"{unfinished}.yaml", *(f"{release.version}.yaml" for release in releases)}
    if not problems:  # a file whose entry is wrong is not lost
        problems += strays(config, key, known)
    if problems:
        raise ContentError(f"the releases of {key} are not as they were released", problems=tuple(problems))
    return in_order(releases)


def entries(document: YamlDocument) -> list[Any]:
    """The list under `releases`; `ContentError` when the file has another shape."""
    data = document.data
    if not isinstance(data, dict) or set(data) - {DEFAULT} != {"releases"} or not isinstance(data["releases"], list):
        raise ContentError(
            f"{document.shown}:1: must be a mapping with the one key releases, a list, and at most {DEFAULT}, a version"
        )
    return data["releases"]


def marked(document: YamlDocument, releases: Sequence[Release]) -> list[Release]:
    """The releases with the one marked that `default` names; `ContentError` unless people can launch that one."""
    name = document.data[DEFAULT]
    where = f"{document.where((DEFAULT,))}: {DEFAULT}"
    chosen = next((one for one in releases if one.version == name), None)
    hint = "Name one that is, or take the line out: then it is the highest of these."
    if chosen is None:
        known = ", ".join(one.version for one in releases if one.launchable) or "none"
        raise ContentError(f"{where} must be a release that people can launch ({known}), got {name!r}", hint=hint)
    if not chosen.launchable:
        state = "deprecated" if chosen.active else "inactive"
        raise ContentError(f"{where} must be active and not deprecated, {name} is {state}", hint=hint)
    return [replace(one, default=one is chosen) for one in releases]


def read_entry(config: Config, key: str, document: YamlDocument, index: int, entry: Any) -> Release:
    """One release with its bytes; `ContentError` for the first thing that is wrong with it."""
    path = ("releases", index)
    if not isinstance(entry, dict):
        raise ContentError(f"{document.where(path)}: must be a mapping with the keys {', '.join(FIELDS)}")
    for name in entry:
        if name not in FIELDS:
            where = document.where((*path, name))
            raise ContentError(f"{where}: unknown key {name!r}; allowed are {', '.join(FIELDS)}")
    for name in FIELDS:
        if name not in entry:
            raise ContentError(f"{document.where(path)}: lacks {name}; needed are {', '.join(FIELDS)}")
        if not isinstance(entry[name], str):
            raise ContentError(f"{document.where((*path, name))}: {name} must be one value, got {entry[name]!r}")
    release = Field(document, path, entry).release(key)
    file = folder(config, key) / f"{release.version}.yaml"
    body = read_body(config, file, document.where((*path, "version")))
    if digest_of(body) != release.digest:
        raise ContentError(
            f"{document.where((*path, 'sha256'))}: {config.shown(file)} was edited: it has {digest_of(body)}, and "
            f"{release.digest} was released",
            hint=f"Restore the file from the commit that released it. To change the product, raise the version in "
            f"products/{key}.py and run `catalog release {key}`.",
        )
    return replace(release, body=body)


@dataclass(frozen=True, slots=True)
class Field:
    """The fields of one entry, read one by one, with the line of each for errors."""

    document: YamlDocument
    path: tuple[str | int, ...]
    entry: Mapping[str, str]

    def release(self, key: str) -> Release:
        """The entry as a release, its bytes still missing."""
        return Release(
            key, self.version(), self.digest(), self.day(), self.notes(), self.guidance(), self.active(), b""
        )

    def where(self, name: str) -> str:
        """`file:line: name`."""
        return f"{self.document.where((*self.path, name))}: {name}"

    def version(self) -> str:
        """A semantic version; pre-releases are made by `catalog publish --dev` and never released."""
        text = self.entry["version"]
        if parse_version(self.where("version"), text).prerelease is not None:
            raise ContentError(f"{self.where('version')} must not be a pre-release, got {shown(text)}")
        return text

    def digest(self) -> str:
        """The digest of the bytes."""
        check_pattern(self.where("sha256"), self.entry["sha256"], HEX, "64 hexadecimal digits, lower case")
        return f"sha256:{self.entry['sha256']}"

    def day(self) -> date:
        """A date of the calendar."""
        return read_day(self.where("date"), self.entry["date"])

    def notes(self) -> str:
        """Text for people."""
        return checked_notes(self.where("notes"), self.entry["notes"])

    def guidance(self) -> Guidance:
        """AWS's own word."""
        text = self.entry["guidance"]
        if text not in list(Guidance):
            raise ContentError(f"{self.where('guidance')} must be {' or '.join(Guidance)}, got {shown(text)}")
        return Guidance(text)

    def active(self) -> bool:
        """YAML's own words for a boolean, nothing like `yes`."""
        text = self.entry["active"]
        if text not in ("true", "false"):
            raise ContentError(f"{self.where('active')} must be true or false, got {shown(text)}")
        return text == "true"


def checked_notes(what: str, text: str) -> str:
    """`text`, which AWS must take as a Description; `ContentError` when it is too long or no text."""
    check_length(what, text, 0, NOTES_LIMIT)
    if found := CONTROL.search(text):
        raise ContentError(f"{what} must be text without control characters, got {found.group()!r}")
    return text


def read_day(what: str, text: str) -> date:
    """YYYY-MM-DD as a date; `ContentError` when it is none."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ContentError(f"{what} must be a date, YYYY-MM-DD, got {shown(text)}")


def read_body(config: Config, file: Path, where: str) -> bytes:
    """The released bytes; `ContentError` when the ledger's file is not there."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise ContentError(
            f"{where}: {config.shown(file)} cannot be read: {error.strerror}",
            hint="Restore it from the commit that released it: people have launched these bytes.",
        ) from error


def twice(document: YamlDocument, releases: Sequence[Release]) -> Iterator[str]:
    """A line for each version that stands twice."""
    seen: set[str] = set()
    for index, release in enumerate(releases):
        if release.version in seen:
            yield f"{document.where(('releases', index))}: version {release.version} stands twice"
        seen.add(release.version)


def strays(config: Config, key: str, known: set[str]) -> Iterator[str]:
    """A line for each file in the folder that stands in no ledger; hidden files are nobody's business."""
    place = folder(config, key)
    try:
        files = sorted(place.iterdir()) if place.is_dir() else []
    except OSError as error:
        raise ContentError(f"{config.shown(place)}: cannot be read: {error.strerror}") from error
    for file in files:
        if file.name not in known and not file.name.startswith("."):
            yield (
                f"{config.shown(file)} stands in no ledger: when `catalog release {key}` was cut off, run it again; "
                f"else delete the file, or restore its entry in {config.shown(place / LEDGER)}"
            )


def ledger_text(key: str, releases: Sequence[Release]) -> str:
    """The ledger in its one canonical form."""
    lines = [HEADER.format(key=key, version="<version>")]
    lines += [default_line(one.version) for one in releases if one.default]
    lines.append("releases:\n" if releases else "releases: []\n")
    for release in in_order(releases):
        values = (
            release.version,
            release.digest.removeprefix("sha256:"),
            release.date.isoformat(),
            quoted(release.notes),
            release.guidance.value,
            "true" if release.active else "false",
        )
        for name, value in zip(FIELDS, values, strict=True):
            lines.append(f"  {'-' if name == FIELDS[0] else ' '} {name}: {value}\n")
    return "".join(lines)


def default_line(version: str) -> str:
    """The line that makes `version` the default."""
    return f"{DEFAULT}: {version}  # what people get who name no version; `catalog promote` edits it\n"


def quoted(text: str) -> str:
    """`text` on one line, in YAML's double quotes, whose escapes are JSON's and more."""
    return SPECIAL.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False))
