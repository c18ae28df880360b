"""What rows have in common besides `rows`: lists that an update changes, names that no template can have, roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.calls import CallRefused
from catalog.sandbox.registry.naming import generated_name
from catalog.sandbox.registry.rows import by


def call(operation: str, *names: str, **others: str) -> ApiCall:
    """A call with the parameters of `by` and no others."""
    return ApiCall(operation, by(*names, **others))


def new_name(it: ApiResource, name: str) -> dict[str, Any]:
    """A name that CloudFormation makes up for a type whose templates cannot have one."""
    it.values[name] = generated_name(it.schema, it.place, it.properties)
    return {name: it.values[name]}


def added(it: ApiResource, name: str) -> list[Any]:
    """The members of a list that are new."""
    before = it.old.get(name) or ()
    return [each for each in it.properties.get(name) or () if each not in before]


def dropped(it: ApiResource, name: str) -> list[Any]:
    """The members of a list that an update drops."""
    now = it.properties.get(name) or ()
    return [each for each in it.old.get(name) or () if each not in now]


def profile_roles(it: ApiResource, profile: Any) -> Iterable[str]:
    """The ARNs of the roles in an instance profile, which is named by its name or its ARN."""
    if isinstance(profile, Mapping):
        profile = profile.get("Name") or profile.get("Arn")
    if not profile:
        return []
    name = str(profile).rpartition("/")[2]
    try:
        answer = it.ask("GetInstanceProfile", {"InstanceProfileName": name}, service="iam")
    except CallRefused:
        return []  # the call that takes the profile says that it does not exist
    return [str(role["Arn"]) for role in answer["InstanceProfile"]["Roles"]]
