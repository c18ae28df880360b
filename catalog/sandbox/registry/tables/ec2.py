"""What all types of EC2 have in common: ids, ARNs, tags, and lists in which a resource is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.shaping import as_text

GONE = ("deleted", "deleting", "released", "terminated", "shutting-down")
"""States of something that EC2 still lists for a while."""


def ec2_arn(subject: ApiResource, kind: str, identifier: Any) -> str:
    """The ARN of something of EC2; `*` for an id that is not known yet."""
    place = subject.place
    return f"arn:{place.partition}:ec2:{place.region}:{place.account}:{kind}/{identifier or '*'}"


def truth(value: Any) -> dict[str, bool]:
    """A Boolean in the form of the Modify operations."""
    return {"Value": as_text(value) == "true"}


def tags_of(identifier: str) -> Tagging:
    """CreateTags and DeleteTags on the id."""

    def tagged(subject: ApiResource) -> dict[str, Any]:
        return {"Resources": [subject[identifier]]}

    return Tagging(ApiCall("CreateTags", tagged), ApiCall("DeleteTags", tagged), keys_in="Tags")


def described(
    operation: str, parameter: str, identifier: str, listed: str
) -> tuple[ApiCall, Callable[[ApiResource, Mapping[str, Any]], Any]]:
    """The operation that describes by id, and what its answer shows: nothing when it is gone."""

    def shown(subject: ApiResource, answer: Mapping[str, Any]) -> Any:
        each = next(iter(answer.get(listed, ())), None)
        return None if each is None or each.get("State") in GONE else each

    return ApiCall(operation, lambda subject: {parameter: [subject[identifier]]}), shown


def ec2_type(
    name: str,
    kind: str,
    identifier: str,
    *,
    create: ApiCall,
    answer: Sequence[str | int],
    describe: tuple[str, str, str],
    tagged: bool = True,
    **more: Any,
) -> ApiType:
    """A type with an id: `answer` leads to the id in the answer of `create`.

    `describe` has the operation, its parameter with ids, and the list in its answer.
    """
    operation, parameter, listed = describe
    read, shown = described(operation, parameter, identifier, listed)

    def known(subject: ApiResource, given: Mapping[str, Any]) -> dict[str, Any]:
        value: Any = given
        for step in answer:
            value = value[step]
        return {identifier: value}

    return ApiType(
        name,
        "ec2",
        create=create,
        known=known,
        read=read,
        shown=shown,
        tagging=tags_of(identifier) if tagged else None,
        arn=lambda subject: ec2_arn(subject, kind, subject.values.get(identifier)),
        ref=identifier,
        **more,
    )


def by_id(operation: str, identifier: str, parameter: str = "", *, several: bool = False) -> ApiCall:
    """An operation that takes the id alone."""
    name = parameter or identifier
    return ApiCall(operation, lambda subject: {name: [subject[identifier]] if several else subject[identifier]})
