"""From single grants to the statements of a policy: one for each service, set of resources and condition."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.model.definition import LaunchPermission
from catalog.roles.cover import covers

CALLED_VIA: Mapping[str, Mapping[str, str]] = {"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}}
"""CloudFormation calls the handlers' services in a forward access session of whoever called CloudFormation, with a role
of the stack or without one (CloudFormation user guide, "Forward access sessions (FAS) requests and permission
evaluation"). Service Catalog is not in that chain: it assumes the launch role and calls CloudFormation as the role. So
the first service that calls on behalf of the role is CloudFormation, also where another one follows (DynamoDB, KMS)."""

Conditions = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Grant:
    """One action, where it may be used, and for which type."""

    action: str
    kinds: tuple[str, ...]
    """The kinds of resource; none for `*` and where a scope says the resources."""
    resources: frozenset[str]
    resource_type: str
    """The type whose handlers need it; empty when it is the template as a whole."""
    reason: str = ""
    conditions: Conditions = field(default_factory=dict)
    named: bool = False
    """Whether the resources are known by names of the template."""


@dataclass(slots=True)
class ActionGrants:
    """All grants of one action under one condition, as one."""

    action: str
    conditions: Conditions
    resources: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)
    named: bool = True

    def add(self, grant: Grant) -> None:
        """Widen it by a grant; a pattern that another one covers goes."""
        self.resources = narrowest(self.resources | grant.resources)
        self.kinds |= set(grant.kinds)
        self.types |= {grant.resource_type} - {""}
        self.reasons |= {grant.reason} - {""}
        self.named = self.named and grant.named


def narrowest(resources: Iterable[str]) -> set[str]:
    """The patterns without those that another one covers."""
    found = set(resources)
    return {one for one in found if not any(other != one and covers(other, one) for other in found)}


def grouped(grants: Iterable[Grant], *, called_via: bool) -> tuple[LaunchPermission, ...]:
    """The statements, in a stable order with telling Sids."""
    actions: dict[tuple[str, str], ActionGrants] = {}
    for grant in grants:
        key = (grant.action, json.dumps(grant.conditions, sort_keys=True))
        actions.setdefault(key, ActionGrants(grant.action, grant.conditions)).add(grant)
    groups: dict[tuple[str, tuple[str, ...], str], list[ActionGrants]] = {}
    for (_, condition), action in sorted(actions.items()):
        service = action.action.split(":")[0].lower()
        groups.setdefault((service, tuple(sorted(action.resources)), condition), []).append(action)
    sids: set[str] = set()
    return tuple(
        statement(service, resources, members, sids, called_via)
        for (service, resources, _), members in sorted(groups.items())
    )


def statement(
    service: str, resources: tuple[str, ...], members: Sequence[ActionGrants], sids: set[str], called_via: bool
) -> LaunchPermission:
    """One statement; its Sid is new among `sids`, and is added to them."""
    conditions = members[0].conditions
    return LaunchPermission(
        sid_of(service, members, sids),
        tuple(sorted(member.action for member in members)),
        resources,
        reason_of(service, resources, members, called_via),
        merged(conditions, CALLED_VIA) if called_via else conditions,
    )


def sid_of(service: str, members: Sequence[ActionGrants], sids: set[str]) -> str:
    """`KmsKey`, `S3Bucket2`: service and kinds, or the one action; letters and digits alone, each Sid once."""
    kinds = sorted({kind for member in members for kind in member.kinds})
    words = kinds or ([members[0].action.split(":")[1]] if len(members) == 1 else ["WithoutResource"])
    stem = "".join(capital(word) for word in (service, *words))
    sid, number = stem, 2
    while sid in sids:
        sid, number = f"{stem}{number}", number + 1
    sids.add(sid)
    return sid


def capital(word: str) -> str:
    """`access-analyzer` as `AccessAnalyzer`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split("[^A-Za-z0-9]", word))


def reason_of(service: str, resources: tuple[str, ...], members: Sequence[ActionGrants], called_via: bool) -> str:
    """Why these actions on these resources."""
    types = ", ".join(sorted({name for member in members for name in member.types}))
    parts = [f"Handlers of {types}"] if types else []
    parts += sorted({reason for member in members for reason in member.reasons})
    if resources == ("*",):
        parts.append(f"IAM authorises these actions on no resource (Service Authorization Reference, {service})")
        if called_via:
            parts.append("the condition narrows it to calls of CloudFormation")
    elif all(member.named for member in members):
        parts.append("names as the template gives them")
    elif any(member.kinds for member in members):
        kinds = " and ".join(sorted({kind for member in members for kind in member.kinds}))
        parts.append(f"the name is not known before launch, so any {kinds} of the account")
    return "; ".join(parts) + "."


def merged(*conditions: Conditions) -> dict[str, dict[str, str]]:
    """Conditions that must all hold."""
    result: dict[str, dict[str, str]] = {}
    for condition in conditions:
        for operator, keys in condition.items():
            result.setdefault(operator, {}).update(keys)
    return result
