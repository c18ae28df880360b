"""Editing a ledger in place: what is to change changes, and nothing else in the file moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from catalog.content.config import Config
from catalog.content.yaml_files import TextLoader
from catalog.errors import ContentError
from catalog.releases.freeze import write
from catalog.releases.ledger import DEFAULT, LEDGER, default_line, folder, ledger_text
from catalog.releases.release import Release

Splice = tuple[int, int, str]
"""From and to which character of the text, and what stands there instead."""


def edit_ledger(config: Config, key: str, releases: Sequence[Release]) -> None:
    """Bring guidance, active and default of the ledger to `releases`, which it was read as before."""
    file = folder(config, key) / LEDGER
    try:
        text = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{config.shown(file)}: cannot be read: {error}") from error
    write(config, file, edited(text, key, releases).encode())


def edited(text: str, key: str, releases: Sequence[Release]) -> str:
    """`text` with what differs replaced where it stands: comments, order and quotes of people's own stay.

    A style that is not edited like this (a flow mapping as the whole file) is written anew in the canonical form.
    """
    wanted = meaning(releases)
    result = text
    for start, end, new in sorted(splices(text, wanted), reverse=True):
        result = result[:start] + new + result[end:]
    return result if read(result) == wanted else ledger_text(key, releases)


def meaning(releases: Sequence[Release]) -> dict[str, Any]:
    """What an edit may change: the default, and guidance and active of each version, as the ledger has them."""
    fields = {one.version: (one.guidance.value, "true" if one.active else "false") for one in releases}
    return {DEFAULT: next((one.version for one in releases if one.default), None), "releases": fields}


def read(text: str) -> dict[str, Any] | None:
    """The meaning of a ledger's text; None when it is none."""
    try:
        data = yaml.load(text, Loader=TextLoader)  # noqa: S506  # a safe loader
        fields = {entry["version"]: (entry["guidance"], entry["active"]) for entry in data["releases"]}
    except (yaml.YAMLError, TypeError, KeyError):
        return None
    return {DEFAULT: data.get(DEFAULT), "releases": fields}


def splices(text: str, wanted: dict[str, Any]) -> Iterator[Splice]:
    """What to replace in the text of a ledger that was read without a fault."""
    root = yaml.compose(text, Loader=TextLoader)
    if not isinstance(root, yaml.MappingNode):  # read without a fault: it is one
        raise TypeError(f"a ledger is a mapping, got {root!r}")
    nodes = {name.value: (name, value) for name, value in root.value}
    yield from default_splices(text, nodes, wanted[DEFAULT])
    for entry in nodes["releases"][1].value:
        fields = {name.value: value for name, value in entry.value}
        guidance, active = wanted["releases"][fields["version"].value]
        for node, new in ((fields["guidance"], guidance), (fields["active"], active)):
            if node.value != new:
                yield node.start_mark.index, node.end_mark.index, new


def default_splices(text: str, nodes: dict[str, Any], version: str | None) -> Iterator[Splice]:
    """The line of the default: made above the releases, changed, or taken out."""
    if DEFAULT not in nodes:
        if version is not None:
            place = nodes["releases"][0].start_mark.index
            yield place, place, default_line(version)
        return
    name, value = nodes[DEFAULT]
    if version is None:
        line_end = text.find("\n", value.end_mark.index)
        yield name.start_mark.index, line_end + 1 if line_end >= 0 else len(text), ""
    elif value.value != version:
        yield value.start_mark.index, value.end_mark.index, version
