"""The software bill of materials: what an installation of the wheel has, as CycloneDX 1.6 in JSON.

Made from pyproject.toml and requirements.lock alone, so that it is the same on every machine: the lock has each package
with its version, its digests and what requires it ("via"). What only developers need is left out; what only an extra
needs is `optional`. Sources: CycloneDX 1.6 JSON reference (cyclonedx.org/docs/1.6/json); package-url/purl-spec for
`pkg:pypi`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ \\]+)(?: ; (?P<marker>[^\\]+?))? \\?")
DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")
REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Pin:
    """A package of the lock file."""

    name: str
    version: str
    marker: str
    """The environments in which it is installed; empty for all."""
    digests: tuple[str, ...]
    """SHA-256 of each file that may be installed: wheels and sdist."""
    via: tuple[str, ...]
    """What requires it: names of packages, and `service-catalog-publisher (pyproject.toml)` or the same with `:dev`."""

    @property
    def purl(self) -> str:
        """The package URL."""
        return f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"


def sbom(project: Mapping[str, Any], version: str, lock: str, epoch: int) -> dict[str, Any]:
    """The document for a version of the project, whose table in pyproject.toml is given."""
    pins, name = list(read_lock(lock)), str(project["name"])
    own = names(project["dependencies"])
    direct = own.union(*map(names, project.get("optional-dependencies", {}).values()))
    required, installed = closure(pins, own), closure(pins, direct)
    listed = [pin for pin in pins if pin.name in installed]
    ref = f"pkg:pypi/{name}@{version}"
    edges: dict[str, list[str]] = {ref: [pin.purl for pin in listed if pin.name in direct]}
    for pin in listed:
        edges[pin.purl] = [other.purl for other in listed if pin.name in other.via]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"{ref}\n{lock}").urn,
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).isoformat().replace("+00:00", "Z"),
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": ref,
                "name": name,
                "version": version,
                "purl": ref,
                "licenses": [{"expression": project["license"]}],
            },
        },
        "components": [component(pin, "required" if pin.name in required else "optional") for pin in listed],
        "dependencies": [{"ref": package, "dependsOn": sorted(others)} for package, others in edges.items()],
    }


def component(pin: Pin, scope: str) -> dict[str, Any]:
    """A package with all that the lock file says of it."""
    properties = [{"name": "requirements.lock:sha256", "value": digest} for digest in pin.digests]
    if pin.marker:
        properties.insert(0, {"name": "requirements.lock:marker", "value": pin.marker})
    return {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": pin.version,
        "scope": scope,
        "purl": pin.purl,
        "properties": properties,
    }


def read_lock(text: str) -> Iterable[Pin]:
    """The packages of a lock file as uv writes it; `ValueError` for a line of another form."""
    for block in re.split(r"\n(?=\S)", text.strip("\n")):
        lines = block.split("\n")
        head = PIN.fullmatch(lines[0])
        digests = tuple(DIGEST.findall(block))
        if head is None or not digests:
            raise ValueError(f"requirements.lock: not a package with its digests: {lines[0]}")
        comments = [line.removeprefix("    #").strip() for line in lines if line.startswith("    #")]
        via = tuple(filter(None, (comment.removeprefix("via").strip() for comment in comments)))
        yield Pin(head["name"], head["version"], head["marker"] or "", digests, via)


def names(requirements: Iterable[str]) -> set[str]:
    """The packages that requirements of pyproject.toml name."""
    return {match[0].lower() for match in map(REQUIREMENT.match, requirements) if match}


def closure(pins: Iterable[Pin], chosen: set[str]) -> set[str]:
    """These packages and all that they require. `ValueError` for one that the lock file does not have."""
    pins = tuple(pins)
    if missing := chosen - {pin.name for pin in pins}:
        raise ValueError(f"requirements.lock lacks {', '.join(sorted(missing))}: run `make lock`")
    while more := {pin.name for pin in pins if pin.name not in chosen and chosen.intersection(pin.via)}:
        chosen = chosen | more
    return chosen
