"""What generated pages share: links to other pages, references in a schema, and its limits in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def linked(text: str) -> str:
    """A text with links to the pages that it names, except where it has a link already."""
    return re.sub(r"`catalog help ([\w/-]+\.md)`|\b(?<!\]\()docs/([\w-]+\.md)", link_of, text)


def link_of(match: re.Match[str]) -> str:
    """The link to a page that a text names as a file, or by the command that prints it."""
    page = match[1] or match[2]
    return f"[{page}]({page})"


def resolved(schema: Schema, root: Schema) -> Schema:
    """The schema that a reference means, with what stands beside it."""
    if "$ref" not in schema:
        return schema
    target = root
    for step in schema["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return {**resolved(target, root), **{name: value for name, value in schema.items() if name != "$ref"}}


def limits(schema: Schema) -> Iterator[str]:
    """The limits in words; a pattern is in the description."""
    if "maxLength" in schema:
        yield f"{schema.get('minLength', 0)} to {schema['maxLength']} characters"
    if "maximum" in schema:
        yield f"{schema['minimum']} to {schema['maximum']}"
    least, most = schema.get("minItems"), schema.get("maxItems") or schema.get("maxProperties")
    if least and most:
        yield f"{least} to {most} members"
    elif most:
        yield f"at most {most} members"
    elif least:
        yield f"at least {least} {'member' if least == 1 else 'members'}"
    if schema.get("uniqueItems"):
        yield "no member twice"
