"""Where the value of a parameter becomes part of a property, and where it only names something.

In `{{resolve:secretsmanager:${Stack}-db:SecretString:password}}`, Stack is part of a name: CloudFormation reads the
secret after it has filled the text. The same holds for the name of an export, the keys of Fn::FindInMap, the index of
Fn::Select and the condition of Fn::If.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog.cfn.names import VARIABLE
from catalog.check.controls._control import Path

Piece = str | tuple[Path, str]
"""Literal text, or (path of the function, name) for a value that is filled in."""

OPEN, CLOSE = "{{resolve:", "}}"
"""The ends of a dynamic reference (CloudFormation user guide, "Get values stored in other services using dynamic
references")."""

BREAK = "\0"
"""Between values that are not parts of the same text."""


def values_at(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path of the function, name) of each parameter or resource whose value becomes part of `node`'s value."""
    inside = ""
    for piece in pieces(node, path):
        if not isinstance(piece, str):
            if OPEN not in inside:
                yield piece
        else:
            inside = "" if piece == BREAK else unclosed(inside + piece)


def unclosed(text: str) -> str:
    """The end of `text` that can still be part of a dynamic reference."""
    start = text.rfind(OPEN)
    if start >= 0 and CLOSE not in text[start:]:
        return text[start:]
    return text[text.rfind(CLOSE) + len(CLOSE) :][-len(OPEN) :] if CLOSE in text else text[-len(OPEN) :]


def pieces(node: Any, path: Path) -> Iterator[Piece]:
    """What the value of `node` is made of, in order. The branches of a Fn::If come one after the other."""
    if isinstance(node, Mapping):
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function in FUNCTIONS:
                yield from FUNCTIONS[function](argument, path)
                return
        for key, value in node.items():
            yield from separate(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from separate(value, (*path, index))
    else:
        yield str(node)


def separate(node: Any, path: Path) -> Iterator[Piece]:
    """The pieces of a value that is not part of the text around it."""
    yield BREAK
    yield from pieces(node, path)
    yield BREAK


def of_ref(argument: Any, path: Path) -> Iterator[Piece]:
    """The value of a parameter or resource."""
    if isinstance(argument, str):
        yield path, argument


def of_attribute(argument: Any, path: Path) -> Iterator[Piece]:
    """The attribute of a resource, by the resource's name."""
    first = argument[0] if isinstance(argument, list) and argument else argument
    if isinstance(first, str):
        yield path, first.split(".")[0]


def of_sub(argument: Any, path: Path) -> Iterator[Piece]:
    """The text of a Fn::Sub, and the values of its variables where the text has them."""
    paired = isinstance(argument, list) and len(argument) == 2
    text, own = argument if paired else (argument, {})
    if not isinstance(text, str):
        return
    position = 0
    for match in VARIABLE.finditer(text):
        yield text[position : match.start()]
        position, name = match.end(), match.group(1)
        if isinstance(own, Mapping) and name in own:
            yield from pieces(own[name], (*path, "Fn::Sub", 1, name))
        else:
            yield path, name.split(".")[0]
    yield text[position:]


def of_join(argument: Any, path: Path) -> Iterator[Piece]:
    """The members of a Fn::Join, with its delimiter between them."""
    if not isinstance(argument, list) or len(argument) != 2:
        return
    delimiter, members = argument
    if not isinstance(members, list):
        yield from pieces(members, (*path, "Fn::Join", 1))
        return
    for index, member in enumerate(members):
        if index and isinstance(delimiter, str):
            yield delimiter
        yield from pieces(member, (*path, "Fn::Join", 1, index))


def of_if(argument: Any, path: Path) -> Iterator[Piece]:
    """Both branches; the condition is a name."""
    if isinstance(argument, list):
        for index, branch in enumerate(argument[1:], start=1):
            yield from pieces(branch, (*path, "Fn::If", index))


def of_find_in_map(argument: Any, path: Path) -> Iterator[Piece]:
    """The default of a Fn::FindInMap; the map and its keys are names."""
    if isinstance(argument, list) and len(argument) == 4 and isinstance(argument[3], Mapping):
        yield from pieces(argument[3].get("DefaultValue", ""), (*path, "Fn::FindInMap", 3, "DefaultValue"))


def of_member(name: str) -> Callable[[Any, Path], Iterator[Piece]]:
    """The second member of an argument such as that of Fn::Select: the first is an index or a delimiter."""

    def second(argument: Any, path: Path) -> Iterator[Piece]:
        if isinstance(argument, list) and len(argument) == 2:
            yield from pieces(argument[1], (*path, name, 1))

    return second


def of_whole(name: str) -> Callable[[Any, Path], Iterator[Piece]]:
    """The whole argument."""

    def whole(argument: Any, path: Path) -> Iterator[Piece]:
        yield from pieces(argument, (*path, name))

    return whole


def nothing(argument: Any, path: Path) -> Iterator[Piece]:
    """A function whose argument is a name, or whose value has no part of it."""
    yield from ()


FUNCTIONS: Mapping[Any, Callable[[Any, Path], Iterator[Piece]]] = {
    "Ref": of_ref,
    "Fn::GetAtt": of_attribute,
    "Fn::Sub": of_sub,
    "Fn::Join": of_join,
    "Fn::If": of_if,
    "Fn::FindInMap": of_find_in_map,
    "Fn::Select": of_member("Fn::Select"),
    "Fn::Split": of_member("Fn::Split"),
    "Fn::Base64": of_whole("Fn::Base64"),
    "Fn::ToJsonString": of_whole("Fn::ToJsonString"),
    "Fn::ImportValue": nothing,
    "Fn::GetStackOutput": nothing,
    "Fn::Length": nothing,
    "Fn::GetAZs": nothing,
    "Condition": nothing,
}
"""Function → the pieces of its value."""
