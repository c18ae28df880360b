"""Fn::ForEach without a stack: a loop over a known list is expanded, any other loop is one member.

`catalog.cfn.language` expands the loops of one launch; here no parameter has a value. What such a loop makes has the
name that it writes (`Bucket${Name}`), and what it loops over counts as part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.language import LOOP, replaced
from catalog.cfn.template import is_list, text_of

TRANSFORM = "Fn::Transform"
"""Instead of a member: a macro writes the content."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a section, and the loops around it."""

    name: str
    body: Any
    loops: tuple[str, ...] = ()
    """The names of the loops."""
    open: tuple[str, ...] = ()
    """The loops over an unknown collection, each with that collection."""


def members_of(section: Any, value: Callable[[Any], Any], key: Callable[[Any], str]) -> Iterator[Member]:
    """The members of a section; `value` says what a collection is, `key` writes one down."""

    def within(part: Any, loops: tuple[str, ...], open_: tuple[str, ...]) -> Iterator[Member]:
        for name, body in part.items() if isinstance(part, Mapping) else ():
            if not str(name).startswith(LOOP):
                if name != TRANSFORM:
                    yield Member(str(name), body, loops, open_)
            elif is_list(body) and len(body) == 3:
                variable, collection, inner = str(body[0]), value(body[1]), body[2]
                texts = [text_of(each) for each in collection] if is_list(collection) else [None]
                if None in texts:
                    yield from within(inner, (*loops, str(name)), (*open_, f"{name} over {key(collection)}"))
                for text in texts if None not in texts else ():
                    yield from within(replaced(inner, variable, str(text)), (*loops, str(name)), open_)

    yield from within(section, (), ())
