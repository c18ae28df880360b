"""Edits of a ledger in place: values change, and the rest of the file stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from catalog.content.config import Config
from catalog.content.files import read_file
from catalog.content.yaml_files import TextLoader
from catalog.errors import ContentError
from catalog.releases.freeze import write
from catalog.releases.ledger import DEFAULT, LEDGER, default_line, folder, ledger_text
from catalog.releases.release import Release

Splice = tuple[int, int, str]
"""(start, end, replacement): positions in the text, and the text that replaces what is between them."""


def edit_ledger(config: Config, key: str, releases: Sequence[Release]) -> None:
    """Write guidance, active and default of `releases` into the ledger."""
    file = folder(config, key) / LEDGER
    try:
        text = read_file(file, config.shown(file)).decode()
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise ContentError(f"{config.shown(file)}: cannot be read: {error}") from error
    write(config, file, edited(text, key, releases).encode())


def edited(text: str, key: str, releases: Sequence[Release]) -> str:
    """`text` with the values that differ replaced in place: comments, order and quotes stay.

    If that is not possible (the whole file is a flow mapping), the canonical form of the ledger.
    """
    target = editable_values(releases)
    result = text
    for start, end, new in sorted(splices(text, target), reverse=True):
        result = result[:start] + new + result[end:]
    return result if read(result) == target else ledger_text(key, releases)


def editable_values(releases: Sequence[Release]) -> dict[str, Any]:
    """What an edit can change: the default, and guidance and active of each version, spelled as in the ledger."""
    fields = {each.version: (each.guidance.value, "true" if each.active else "false") for each in releases}
    return {DEFAULT: next((each.version for each in releases if each.default), None), "releases": fields}


def read(text: str) -> dict[str, Any] | None:
    """The editable values in the text of a ledger; None if it is not a ledger."""
    try:
        data = yaml.load(text, Loader=TextLoader)  # noqa: S506  # a safe loader
        fields = {item["version"]: (item["guidance"], item["active"]) for item in data["releases"]}
    except (yaml.YAMLError, TypeError, KeyError):
        return None
    return {DEFAULT: data.get(DEFAULT), "releases": fields}


def splices(text: str, target: dict[str, Any]) -> Iterator[Splice]:
    """The replacements that bring the text of a valid ledger to the target values."""
    root = yaml.compose(text, Loader=TextLoader)
    if not isinstance(root, yaml.MappingNode):  # never: the ledger is valid
        raise TypeError(f"a ledger is a mapping, got {root!r}")
    nodes = {name.value: (name, value) for name, value in root.value}
    yield from default_splices(text, nodes, target[DEFAULT])
    for item in nodes["releases"][1].value:
        fields = {name.value: value for name, value in item.value}
        guidance, active = target["releases"][fields["version"].value]
        for node, new in ((fields["guidance"], guidance), (fields["active"], active)):
            if node.value != new:
                yield node.start_mark.index, node.end_mark.index, new


def default_splices(text: str, nodes: dict[str, Any], version: str | None) -> Iterator[Splice]:
    """The line of the default: added above the releases, changed or removed."""
    if DEFAULT not in nodes:
        if version is not None:
            start = nodes["releases"][0].start_mark.index
            yield start, start, default_line(version)
        return
    name, value = nodes[DEFAULT]
    if version is None:
        line_end = text.find("\n", value.end_mark.index)
        yield name.start_mark.index, line_end + 1 if line_end >= 0 else len(text), ""
    elif value.value != version:
        yield value.start_mark.index, value.end_mark.index, version
