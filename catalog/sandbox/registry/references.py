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
from catalog.sandbox.registry.naming import HEX, INVENTED, StackPlace, characters


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
    local: bool = False
    """Whether only the stack's Region is asked, also for an ARN of another one."""
    passed: Sequence[str] = ()
    """Codes of errors that say that it exists."""


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A parameter that names a thing, and how its service refuses the name of nothing."""

    path: str
    """`A.B`; `*` stands for each member of a list."""
    thing: Thing
    code: str
    message: str
    """`{it}` is the name; `{part}` is what follows its first `/`, `{last}` what follows the last `/` or `:`. `{why}` is
    what the service of the thing says, `{given[…]}` a parameter of the call, `{random}` the digits of a new id."""
    elsewhere: tuple[str, str] = ("", "")
    """The code and message for the ARN of a thing of another Region, if they are others."""
    only_with: str = ""
    """A parameter without which nobody looks at this one."""


def each(references: Mapping[tuple[str, ...], tuple[NamedThing, ...]]) -> dict[tuple[str, str], tuple[NamedThing, ...]]:
    """The references by (service, operation), of a table by (service, operation, operation, …)."""
    return {(keys[0], operation): named for keys, named in references.items() for operation in keys[1:]}


def check(references: tuple[NamedThing, ...], place: StackPlace, parameters: Mapping[str, Any]) -> None:
    """Raise the error of a service for the first parameter that names nothing."""
    for reference in references:
        if reference.only_with and not any(_values(parameters, reference.only_with.split("."))):
            continue
        for value in _values(parameters, reference.path.split(".")):
            where = _where(reference.thing, place, value if isinstance(value, Mapping) else str(value))
            beside = {name: parameters.get(name) for name in reference.thing.beside}
            why = _absence(reference.thing, where, value, beside) if where else None
            if why is not None:
                raise _refusal(reference, place, value, why, parameters)


def _refusal(
    reference: NamedThing, place: StackPlace, value: Any, why: str, parameters: Mapping[str, Any]
) -> CallRefused:
    parts = str(value).split("/")
    names = {
        "account": place.account,
        "given": defaultdict(lambda: "null", parameters),
        "last": parts[-1].rpartition(":")[2],
        "part": parts[1] if parts[1:] else "",
        "random": characters(HEX, "0123456789abcdef"),
        "why": why,
    }
    code, message = reference.code, reference.message
    if reference.elsewhere[0] and _region(value) not in ("", place.region):
        code, message = reference.elsewhere
    return CallRefused(reference.thing.service, code, message.format(it=value, **names))


def _region(value: Any) -> str:
    """The Region in an ARN; empty without one."""
    return str(value).split(":", 4)[3] if str(value).startswith("arn:") and str(value).count(":") > 3 else ""


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
    return replace(place, region=thing.region(value) or ("" if thing.local else region) or place.region)


def _absence(thing: Thing, place: StackPlace, value: Any, beside: Mapping[str, Any]) -> str | None:
    """What the service of a thing says about its absence; None if it exists."""
    try:
        answer = calls.call(thing.service, thing.operation, place, {**beside, **thing.parameters(value)})
    except CallRefused as error:
        return None if error.code in thing.passed else str(error.message)
    except CallFailed:
        return ""
    return None if thing.answers(answer, value) else ""
