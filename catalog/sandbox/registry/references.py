"""What calls name and their service looks for: a call that names something that does not exist is refused.

The table is in `named_things`: it has only what AWS refuses. A thing of another account, of AWS, or one that the
sandbox made up, cannot be looked for, and passes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.sandbox.registry import calls
from catalog.sandbox.registry.calls import CallFailed, CallRefused
from catalog.sandbox.registry.naming import INVENTED, StackPlace


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of thing, and the call that finds one."""

    service: str
    operation: str
    parameters: Callable[[Any], Mapping[str, Any]]
    """From the id, the name or the ARN that a call gives, or from the part of it that has them."""
    answers: Callable[[Mapping[str, Any], Any], Any] = lambda answer, name: True
    """Whether an answer has the thing, for a call that lists."""
    known: Callable[[str], bool] = lambda name: True
    """Whether the sandbox can know it by this name."""
    region: Callable[[Any], str] = lambda name: ""
    """The Region in which it must be; empty for that of its ARN, or of the stack."""
    beside: Sequence[str] = ()
    """Parameters of the call that those of `operation` have too."""


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A parameter that names a thing, and how its service refuses the name of nothing."""

    path: str
    """`A.B`; `*` stands for each member of a list."""
    thing: Thing
    code: str
    message: str
    """`{it}` is the name; `{part}` is what follows its first `/`, `{last}` what follows the last `/` or `:`."""


def each(references: Mapping[tuple[str, ...], tuple[NamedThing, ...]]) -> dict[tuple[str, str], tuple[NamedThing, ...]]:
    """The references by (service, operation), of a table by (service, operation, operation, …)."""
    return {(keys[0], operation): named for keys, named in references.items() for operation in keys[1:]}


def check(references: tuple[NamedThing, ...], place: StackPlace, parameters: Mapping[str, Any]) -> None:
    """Raise the error of a service for the first parameter that names nothing."""
    for reference in references:
        for value in _values(parameters, reference.path.split(".")):
            where = _where(reference.thing, place, value if isinstance(value, Mapping) else str(value))
            beside = {name: parameters.get(name) for name in reference.thing.beside}
            if where and not _exists(reference.thing, where, value, beside):
                parts = str(value).split("/")
                names = {"last": parts[-1].rpartition(":")[2], "part": parts[1] if parts[1:] else ""}
                message = reference.message.format(it=value, account=place.account, **names)
                raise CallRefused(reference.thing.service, reference.code, message)


def _values(node: Any, steps: list[str]) -> Iterator[Any]:
    """The values at a path."""
    if not steps:
        if node:
            # what is not given is null in the words of AWS's services [assumed]
            yield defaultdict(lambda: "null", node) if isinstance(node, Mapping) else node
    elif steps[0] == "*":
        for each in node if isinstance(node, list | tuple) else ():
            yield from _values(each, steps[1:])
    elif isinstance(node, Mapping):
        yield from _values(node.get(steps[0]), steps[1:])


def _where(thing: Thing, place: StackPlace, value: Any) -> StackPlace | None:
    """The account and Region in which a thing is to be looked for; None if the sandbox cannot know it."""
    if isinstance(value, Mapping):
        return replace(place, region=thing.region(value) or place.region)
    if value in INVENTED or not thing.known(value):
        return None
    if not value.startswith("arn:"):
        return place
    _, partition, _, region, account = [*value.split(":"), "", "", ""][:5]
    if partition != place.partition or account not in ("", place.account):
        return None
    return replace(place, region=thing.region(value) or region or place.region)


def _exists(thing: Thing, place: StackPlace, value: Any, beside: Mapping[str, Any]) -> bool:
    try:
        answer = calls.call(thing.service, thing.operation, place, {**beside, **thing.parameters(value)})
        return bool(thing.answers(answer, value))
    except (CallRefused, CallFailed):
        return False
