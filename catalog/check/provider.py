"""The resource provider schemas that cfn-lint ships, read as the JSON files that they are.

Not through cfn-lint: its import takes half a second, and left to itself it prefers newer schemas of the user's cache,
with which the same template would come out differently on another machine.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.errors import CatalogError, ContentError

Schema = Mapping[str, Any]


@functools.cache
def data() -> Path:
    """The data folder of the installed cfn-lint."""
    spec = importlib.util.find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        raise CatalogError("cfn-lint is not installed", hint="Install catalog with its dependencies.")
    return Path(spec.submodule_search_locations[0]) / "data"


def regions() -> tuple[str, ...]:
    """All that have schemas, us-east-1 first, which has nearly all types."""
    found = sorted(file.stem for file in (data() / "schemas" / "providers").glob("*.json"))
    return ("us-east-1", *(region for region in found if region != "us-east-1"))


@functools.cache
def region_types(region: str) -> Mapping[str, str]:
    """Resource type → name of its schema file. Raises `ContentError` for a Region that cfn-lint does not know."""
    file = data() / "schemas" / "providers" / f"{region}.json"
    if not re.fullmatch(r"[a-z0-9-]+", region) or not file.exists():
        raise ContentError(
            f"regions of [tool.catalog]: cfn-lint does not know Region {region!r}",
            hint="A newer cfn-lint may know a newer Region.",
        )
    types: dict[str, str] = json.loads(file.read_bytes())
    return types


@functools.cache
def schema(digest: str) -> Schema:
    """A resource provider schema."""
    found: dict[str, Any] = json.loads((data() / "schemas" / "resources" / f"{digest}.json").read_bytes())
    return found


def schemas(resource_type: str, wanted: Sequence[str]) -> Iterator[Schema]:
    """The different schemas of a type in the Regions that have it: they may be at different ones."""
    listed = [region_types(region) for region in wanted]
    yield from map(schema, dict.fromkeys(types[resource_type] for types in listed if resource_type in types))
