"""What moto's objects do not keep of a request: it is kept beside them, and shown in their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from moto.core.responses import ActionResult

MORE = "sandbox_more"


def members(answer: ActionResult) -> dict[str, Any]:
    """The members of an answer of moto, which can be changed."""
    return cast(dict[str, Any], answer.result)


def keep(target: Any, values: Mapping[str, Any]) -> None:
    """Show values of an object; moto's own attribute of that name gets the value too, as its code reads it."""
    setattr(target, MORE, {**vars(target).get(MORE, {}), **values})
    for name, value in values.items():
        attribute = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        for known in (name, attribute):
            if known in vars(target):
                setattr(target, known, value)


def kept(target: Any) -> dict[str, Any]:
    """What is kept beside an object."""
    more: dict[str, Any] = vars(target).get(MORE, {})
    return more


def complete(kind: type, *methods: str) -> None:
    """Let the methods of a class of moto, which give the answers of its objects, show what is kept too."""
    for name in methods:
        if hasattr(kind, name):
            setattr(kind, name, _completed(getattr(kind, name)))


def _completed(shown: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def completed(target: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        return {**shown(target, *arguments, **options), **kept(target)}

    return completed
