"""Short forms for the rows of `tables`: types whose operations are called as most services call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Parameters, Tagging

ENDED = ("INACTIVE", "deleted", "deleting", "DELETED", "DELETING", "DRAINING")
STATES = ("status", "Status", "LifeCycleState", "clusterStatus")


def regional(subject: ApiResource, service: str, resource: str) -> str:
    """An ARN in the Region of the stack."""
    place = subject.place
    return f"arn:{place.partition}:{service}:{place.region}:{place.account}:{resource}"


def at(node: Any, path: str) -> Any:
    """What is at a path `A.B.0.C` of an answer; None without it."""
    for step in path.split("."):
        if isinstance(node, Mapping):
            node = node.get(step)
        else:
            node = node[int(step)] if isinstance(node, list) and len(node) > int(step) else None
    return node


def taken(**paths: str) -> Callable[[ApiResource, Any], Mapping[str, Any]]:
    """Values by their paths in an answer; without those that it does not have."""

    def values(_: ApiResource, answer: Any) -> Mapping[str, Any]:
        given = {name.replace("__", "."): at(answer, path) for name, path in paths.items()}
        return {name: value for name, value in given.items() if value is not None}

    return values


def inside(path: str) -> Callable[[ApiResource, Mapping[str, Any]], Any]:
    """What is at a path of an answer, unless it says that it is deleted."""

    def shown(_: ApiResource, answer: Mapping[str, Any]) -> Any:
        node = at(answer, path)
        over = isinstance(node, Mapping) and any(node.get(state) in ENDED for state in STATES)
        return None if over else node

    return shown


def ending(source: str, separator: str, *names: str) -> Callable[[ApiResource], Mapping[str, Any]]:
    """Identifiers that are what follows the last separator of another one, such as the name in an ARN."""
    return lambda it: {name: str(it[source]).rpartition(separator)[2] for name in names}


def by(*names: str, **more: str) -> Parameters:
    """Parameters whose values are those of the subject: by the same name, or `parameter="Name"`."""
    pairs = {**{name: name for name in names}, **more}
    return lambda it: {parameter: it[name] for parameter, name in pairs.items()}


def tagged(
    parameter: str,
    value: str | Callable[[ApiResource], Any],
    at_creation: str = "",
    *,
    tag: str = "TagResource",
    untag: str = "UntagResource",
    more: Mapping[str, Any] | None = None,
    tags_in: str = "Tags",
    keys_in: str = "TagKeys",
) -> Tagging:
    """The calls that tag a resource by one parameter, which is a value of the subject or a function of it."""

    def parameters(it: ApiResource) -> dict[str, Any]:
        return {parameter: it[value] if isinstance(value, str) else value(it), **(more or {})}

    return Tagging(ApiCall(tag, parameters), ApiCall(untag, parameters), at_creation, tags_in=tags_in, keys_in=keys_in)


def plain(
    name: str,
    service: str,
    identity: Sequence[str],
    *,
    noun: str = "",
    create: str | ApiCall = "Create",
    read: str | ApiCall | None = "Describe",
    update: str | ApiCall | None = "Update",
    delete: str | Sequence[ApiCall] = "Delete",
    renamed: Mapping[str, str] | None = None,
    **more: Any,
) -> ApiType:
    """A type with one operation for each step: a verb and the name of the type, or another noun.

    The values of `identity` go to each call, under their names; the properties to those that create and change.
    """
    noun = noun or name.rpartition("::")[2]
    renamed = renamed or {}

    def named(step: str | ApiCall, *, copies: bool = False) -> ApiCall:
        if isinstance(step, ApiCall):
            return step
        operation = step if step[1:].lower() != step[1:] else f"{step}{noun}"
        return ApiCall(operation, identity=identity, copies=copies, renamed=renamed)

    return ApiType(
        name,
        service,
        create=named(create, copies=True),
        read=None if read is None else named(read),
        update=None if update is None else named(update, copies=True),
        delete=(named(delete),) if isinstance(delete, str) else tuple(delete),
        **more,
    )
