"""The ledger of a product's releases, products/releases/<key>/ledger.yaml, and the templates in its folder.

Reading is strict, because these files decide what people can launch. Unknown and missing keys, a repeated version, a
template that changed after its release, and a file that is not in the ledger are `ContentError`s.
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
from catalog.content.files import check_readable, read_file
from catalog.content.yaml_files import TextLoader, YamlDocument, read_yaml
from catalog.errors import ContentError
from catalog.model.limits import check_length, check_pattern, shown
from catalog.model.product import Guidance
from catalog.model.version import check_artifact_name, parse_version
from catalog.releases.release import Release, digest_of, in_order

LEDGER = "ledger.yaml"
DEFAULT = "default"
FIELDS = ("version", "sha256", "date", "notes", "guidance", "active")
NAME = "name"
"""The optional field of an entry."""
HEX = re.compile(r"[0-9a-f]{64}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NOTES_LIMIT = 8000
"""The Description in the API has 8192 characters, with the digest (74) and the advice to use another version (118)."""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that are not text: control characters except tab and line feed, and surrogates of UTF-16."""
SPECIAL = re.compile("[\xa0\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON does not escape, but that YAML reads as line breaks or rejects."""

HEADER = """\
# The releases of {key}, oldest version first. `catalog release {key}` writes this file. The fields:
#   sha256    digest of {version}.yaml in this folder, the template that publish uploads. Neither ever changes.
{name}#   notes     what people read with the version in the console. You can edit it.
#   guidance  DEFAULT, or DEPRECATED: new launches are blocked. You can edit it.
#   active    false: launches and updates to the version are blocked. You can edit it.
# `catalog publish` applies your edits to AWS. The next release removes comments that you add.
"""
HEADER_OF_NAMES = "#   name      the name in AWS, if it is not the version. A published version keeps it.\n"


def folder(config: Config, key: str) -> Path:
    """The folder of a product's releases."""
    return config.root / "products" / "releases" / key


def products_with_ledgers(config: Config) -> frozenset[str]:
    """Keys of the products that have a ledger, even if their product file was deleted."""
    return frozenset(file.parent.name for file in (config.root / "products" / "releases").glob(f"*/{LEDGER}"))


def load_releases(config: Config, key: str, *, unfinished: str = "") -> tuple[Release, ...]:
    """A product's releases by precedence, the oldest version first. Empty if nothing was released.

    `ContentError` lists every fault with file and line. `unfinished` is a version that is being released: its template
    can exist without an entry, because it is written first.
    """
    ledger = folder(config, key) / LEDGER
    releases: list[Release] = []
    problems: list[str] = []
    check_readable(config.root, ledger)
    if ledger.exists():
        document = read_yaml(ledger, config.shown(ledger), TextLoader)
        for index, fields in enumerate(listed_releases(document)):
            try:
                releases.append(read_release(config, key, document, index, fields))
            except ContentError as error:
                problems.append(str(error))
        problems += repeated_versions(document, releases)
        if not problems and DEFAULT in document.data:
            releases = with_default(document, releases)
    expected = {LEDGER, f"{unfinished}.yaml", *(f"{release.version}.yaml" for release in releases)}
    if not problems:  # otherwise the file of a wrong entry would be reported too
        problems += stray_files(config, key, expected)
    if problems:
        raise ContentError(f"the releases of {key} have errors", problems=tuple(problems))
    return in_order(releases)


def listed_releases(document: YamlDocument) -> list[Any]:
    """The list under `releases`; `ContentError` if the file has another form."""
    data = document.data
    if not isinstance(data, dict) or set(data) - {DEFAULT} != {"releases"} or not isinstance(data["releases"], list):
        raise ContentError(
            f"{document.shown}:1: must be a mapping with the key releases, a list, and optionally {DEFAULT}, a version"
        )
    return data["releases"]


def with_default(document: YamlDocument, releases: Sequence[Release]) -> list[Release]:
    """The releases, with the default marked that the ledger names; `ContentError` unless people can launch it."""
    name = document.data[DEFAULT]
    where = f"{document.where((DEFAULT,))}: {DEFAULT}"
    default = next((release for release in releases if release.version == name), None)
    hint = "Name another release, or remove the line: the default is then the highest release that people can launch."
    if default is None:
        launchable = ", ".join(release.version for release in releases if release.launchable) or "none"
        raise ContentError(f"{where} must be a release that people can launch ({launchable}), got {name!r}", hint=hint)
    if not default.launchable:
        state = "deprecated" if default.active else "inactive"
        raise ContentError(f"{where} must be active and not deprecated, {name} is {state}", hint=hint)
    return [replace(release, default=release is default) for release in releases]


def read_release(config: Config, key: str, document: YamlDocument, index: int, fields: Any) -> Release:
    """One release with its template; `ContentError` for its first fault."""
    path = ("releases", index)
    if not isinstance(fields, dict):
        raise ContentError(f"{document.where(path)}: must be a mapping with the keys {', '.join(FIELDS)}")
    for name in fields:
        if name not in (*FIELDS, NAME):
            where = document.where((*path, name))
            raise ContentError(f"{where}: unknown key {name!r}; allowed are {', '.join((*FIELDS, NAME))}")
    for name in FIELDS:
        if name not in fields:
            raise ContentError(f"{document.where(path)}: {name} is missing; required are {', '.join(FIELDS)}")
    for name in fields:
        if not isinstance(fields[name], str):
            raise ContentError(f"{document.where((*path, name))}: {name} must be one value, got {fields[name]!r}")
    release = LedgerEntry(document, path, fields).release(key)
    file = folder(config, key) / f"{release.version}.yaml"
    body = read_body(config, file, document.where((*path, "version")))
    if digest_of(body) != release.digest:
        raise ContentError(
            f"{document.where((*path, 'sha256'))}: {config.shown(file)} was edited: its digest is {digest_of(body)}, "
            f"but {release.digest} was released",
            hint=f"Restore the file from the commit that released it. To change the product, raise its version "
            f"and run `catalog release {key}`.",
        )
    return replace(release, body=body)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The fields of one entry. Errors have the line of the field."""

    document: YamlDocument
    path: tuple[str | int, ...]
    fields: Mapping[str, str]

    def release(self, key: str) -> Release:
        """The entry as a release, without its template."""
        version, name = self.version(), self.name()
        fields = (self.digest(), self.day(), self.notes(), self.guidance(), self.active())
        return Release(key, version, *fields, b"", name="" if name == version else name)

    def where(self, name: str) -> str:
        """`file:line: name`."""
        return f"{self.document.where((*self.path, name))}: {name}"

    def version(self) -> str:
        """A semantic version. Pre-releases come from `catalog publish --dev` and are never released."""
        text = self.fields["version"]
        if parse_version(self.where("version"), text).prerelease is not None:
            raise ContentError(f"{self.where('version')} must not be a pre-release, got {shown(text)}")
        return text

    def name(self) -> str:
        """The name in AWS: the version, unless the entry has another one."""
        if NAME not in self.fields:
            return self.version()
        return check_artifact_name(self.where(NAME), self.fields[NAME], self.version())

    def digest(self) -> str:
        """The digest of the template."""
        check_pattern(self.where("sha256"), self.fields["sha256"], HEX, "64 hexadecimal digits, lower case")
        return f"sha256:{self.fields['sha256']}"

    def day(self) -> date:
        """The date of the release."""
        return read_day(self.where("date"), self.fields["date"])

    def notes(self) -> str:
        """The release notes."""
        return checked_notes(self.where("notes"), self.fields["notes"])

    def guidance(self) -> Guidance:
        """The guidance, as in the API."""
        text = self.fields["guidance"]
        if text not in list(Guidance):
            raise ContentError(f"{self.where('guidance')} must be {' or '.join(Guidance)}, got {shown(text)}")
        return Guidance(text)

    def active(self) -> bool:
        """`true` or `false`; no other boolean of YAML, such as `yes`."""
        text = self.fields["active"]
        if text not in ("true", "false"):
            raise ContentError(f"{self.where('active')} must be true or false, got {shown(text)}")
        return text == "true"


def checked_notes(label: str, text: str) -> str:
    """`text`, if AWS accepts it as a Description; `ContentError` if it is too long or has control characters."""
    check_length(label, text, 0, NOTES_LIMIT)
    if match := CONTROL.search(text):
        raise ContentError(f"{label} must be text without control characters, got {match.group()!r}")
    return text


def read_day(label: str, text: str) -> date:
    """YYYY-MM-DD as a date; `ContentError` if it is not one."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ContentError(f"{label} must be a date, YYYY-MM-DD, got {shown(text)}")


def read_body(config: Config, file: Path, where: str) -> bytes:
    """A released template; `ContentError` if the file cannot be read."""
    check_readable(config.root, file)
    try:
        return read_file(file, config.shown(file))
    except FileNotFoundError as error:
        raise ContentError(
            f"{where}: {config.shown(file)} cannot be read: {error.strerror}",
            hint="Restore it from the commit that released it. People may have launched it.",
        ) from error


def repeated_versions(document: YamlDocument, releases: Sequence[Release]) -> Iterator[str]:
    """An error for each version or name that is repeated."""
    seen: set[str] = set()
    for index, release in enumerate(releases):
        if release.version in seen:
            yield f"{document.where(('releases', index))}: version {release.version} is repeated"
        if release.name and release.name in seen:
            yield f"{document.where(('releases', index))}: name {release.name!r} is repeated"
        seen |= {release.version, release.published_name}


def stray_files(config: Config, key: str, expected: set[str]) -> Iterator[str]:
    """An error for each file in the folder that is not in the ledger. Hidden files are ignored."""
    releases_folder = folder(config, key)
    try:
        files = sorted(releases_folder.iterdir()) if releases_folder.is_dir() else []
    except OSError as error:
        raise ContentError(f"{config.shown(releases_folder)}: cannot be read: {error.strerror}") from error
    for file in files:
        if file.name not in expected and not file.name.startswith("."):
            yield (
                f"{config.shown(file)} is not in the ledger: if `catalog release {key}` was interrupted, run it again; "
                f"else delete the file, or restore its entry in {config.shown(releases_folder / LEDGER)}"
            )


def ledger_text(key: str, releases: Sequence[Release]) -> str:
    """The ledger in its canonical form."""
    names = HEADER_OF_NAMES if any(release.name for release in releases) else ""
    lines = [HEADER.format(key=key, version="<version>", name=names)]
    lines += [default_line(release.version) for release in releases if release.default]
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
            if name == FIELDS[0] and release.name:
                lines.append(f"    {NAME}: {quoted(release.name)}\n")
    return "".join(lines)


def default_line(version: str) -> str:
    """The line that makes `version` the default."""
    return f"{DEFAULT}: {version}  # what a launch without --version gets; `catalog promote` edits it\n"


def quoted(text: str) -> str:
    """`text` on one line in double quotes of YAML, whose escapes include those of JSON."""
    return SPECIAL.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False))
