"""Checks what a command printed with --json against its schema, which must name every member."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import click
import fastjsonschema

from catalog.cli import main
from catalog.content.schema_files import schema_text

DEFAULT_SUBCOMMANDS = {"runs": "list"}
"""What a group does without a subcommand."""


def kind_of(arguments: Sequence[str]) -> str:
    """The kind of schema of a command line: `output:role-check` of `-v role check … --json`."""
    command: click.Command = main
    names: list[str] = []
    for word in arguments:
        if isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
            names.append(word)
    if isinstance(command, click.Group):
        names.append(DEFAULT_SUBCOMMANDS[names[-1]])
    return f"output:{'-'.join(names)}"


def closed(part: Any) -> Any:
    """A schema in which objects have no other members than those that it names."""
    if isinstance(part, list):
        return [closed(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    inner = {name: closed(value) for name, value in part.items()}
    if isinstance(part.get("properties"), dict) and part.get("type") == "object":
        inner.setdefault("additionalProperties", False)
    return inner


@cache
def check_of(kind: str) -> Callable[[Any], Any]:
    """The closed schema as code."""
    check: Callable[[Any], Any] = fastjsonschema.compile(closed(json.loads(schema_text(kind))))
    return check


def check_output(arguments: Sequence[str], output: str) -> None:
    """Fail if the output is not the document of the command."""
    try:
        check_of(kind_of(arguments))(json.loads(output))
    except fastjsonschema.JsonSchemaValueException as error:
        raise AssertionError(f"{kind_of(arguments)}: {error.message}") from error
