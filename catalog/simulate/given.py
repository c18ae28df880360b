"""The file of `--given`: values that only the account knows, as YAML. Errors name the file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog.cfn import RuleLookups
from catalog.content.yaml_files import DataPath, TextLoader, YamlDocument, read_yaml
from catalog.errors import ContentError
from catalog.simulate.request import AccountFacts

SHAPES = {
    "ssm": "a mapping of SSM parameters to values",
    "imports": "a mapping of exports to values",
    "zones": "a list of availability zones",
    "ref_all": "a mapping of parameter types to lists of values",
    "value_of": "a mapping of parameters to mappings of attributes to a value or a list of values",
    "value_of_all": "a mapping of parameter types to mappings of attributes to lists of values",
}


def read_facts(file: Path, shown: str) -> AccountFacts:
    """Read the file, scalars as text. `ContentError` names file, line, the value got and what is allowed."""
    document = read_yaml(file, shown, TextLoader, pipe=True)
    if not isinstance(document.data, dict):
        raise ContentError(f"{document.where(())}: must be a mapping; allowed are {', '.join(SHAPES)}")
    for key in document.data:
        if key not in SHAPES:
            raise ContentError(f"{document.where((key,))}: unknown key {key!r}; allowed are {', '.join(SHAPES)}")
    facts = AccountFacts(
        ssm=dict(_texts(document, "ssm", lists=True)),
        imports=dict(_texts(document, "imports")),
        zones=_list(document, ("zones",)) if "zones" in document.data else (),
    )
    lookups = RuleLookups(
        ref_all={kind: _list(document, path) for path, kind, _ in _members(document, ("ref_all",))},
        value_of={key: _value(document, path) for path, key in _pairs(document, "value_of")},
        value_of_all={key: _list(document, path) for path, key in _pairs(document, "value_of_all")},
    )
    return replace(facts, lookups=lookups)


def _at(document: YamlDocument, path: DataPath) -> Any:
    value = document.data
    for part in path:
        value = value[part]
    return value


def _error(document: YamlDocument, path: DataPath) -> ContentError:
    section, got = path[0], _at(document, path)
    return ContentError(f"{document.where(path)}: {section} must be {SHAPES[str(section)]}, got {got!r}")


def _members(document: YamlDocument, path: DataPath) -> Iterator[tuple[DataPath, str, Any]]:
    """(path, key, value) of each member of a mapping; none when the mapping is absent."""
    if path[0] not in document.data:
        return
    mapping = _at(document, path)
    if not isinstance(mapping, Mapping):
        raise _error(document, path)
    for key, value in mapping.items():
        yield (*path, key), key, value


def _texts(document: YamlDocument, section: str, *, lists: bool = False) -> Iterator[tuple[str, str]]:
    for path, key, value in _members(document, (section,)):
        if lists and isinstance(value, list) and all(isinstance(member, str) for member in value):
            yield key, ",".join(value)  # as SSM keeps a StringList
        elif isinstance(value, str):
            yield key, value
        else:
            raise _error(document, path)


def _pairs(document: YamlDocument, section: str) -> Iterator[tuple[DataPath, tuple[str, str]]]:
    for path, name, _ in _members(document, (section,)):
        for inner, attribute, _ in _members(document, path):
            yield inner, (name, attribute)


def _list(document: YamlDocument, path: DataPath) -> tuple[str, ...]:
    value = _at(document, path)
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        raise _error(document, path)
    return tuple(value)


def _value(document: YamlDocument, path: DataPath) -> str | tuple[str, ...]:
    value = _at(document, path)
    return value if isinstance(value, str) else _list(document, path)
