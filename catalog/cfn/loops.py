"""The members of a template section without a launch: `Fn::ForEach` over a written list is expanded.

`catalog.cfn.language` expands the loops of one launch; without a launch, no parameter has a value. A loop whose
collection depends on a parameter gives one member with the name as written (`Bucket${Name}`); the collection counts as
part of the member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.language import replaced
from catalog.cfn.template import LOOP, is_list, text_of

TRANSFORM = "Fn::Transform"
"""In place of a member: a macro that writes the content."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a section, and the loops around it."""

    name: str
    body: Any
    loops: tuple[str, ...] = ()
    """Names of the loops around the member, outermost first."""
    open: tuple[str, ...] = ()
    """The loops whose collection depends on the launch, each with its collection: `Fn::ForEach::Names over …`."""


def members_of(section: Any, value: Callable[[Any], Any], key: Callable[[Any], str]) -> Iterator[Member]:
    """The members of a section; `value` rewrites a collection, `key` turns it into text."""

    def within(part: Any, loops: tuple[str, ...], open_: tuple[str, ...]) -> Iterator[Member]:
        for name, body in part.items() if isinstance(part, Mapping) else ():
            if not str(name).startswith(LOOP):
                if name != TRANSFORM:
                    yield Member(str(name), body, loops, open_)
            elif is_list(body) and len(body) == 3:
                variable, collection, inner = str(body[0]), value(body[1]), body[2]
                texts = [text_of(item) for item in collection] if is_list(collection) else [None]
                if None in texts:
                    yield from within(inner, (*loops, str(name)), (*open_, f"{name} over {key(collection)}"))
                for text in texts if None not in texts else ():
                    yield from within(replaced(inner, variable, str(text)), (*loops, str(name)), open_)

    yield from within(section, (), ())
