"""Grants of IAM actions, grouped into policy statements: one for each service, set of resources and condition."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.check.iam_actions import iam_action
from catalog.model.definition import LaunchPermission
from catalog.roles.cover import covers

CALLED_VIA: Mapping[str, Mapping[str, str]] = {"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}}
"""CloudFormation calls the handlers' services in a forward access session of its caller, with or without a role of the
stack (CloudFormation user guide, "Forward access sessions (FAS) requests and permission evaluation"). Service Catalog
is not in that chain: it assumes the launch role and calls CloudFormation as the role. So CloudFormation is the first
service that calls on behalf of the role, even when another service follows (DynamoDB calls KMS)."""

Conditions = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Grant:
    """One IAM action, its resources, and the resource type that needs it."""

    action: str
    kinds: tuple[str, ...]
    """The kinds of resource in IAM; empty for `*`, and when a scope gives the resources."""
    resources: frozenset[str]
    resource_type: str
    """The type whose handlers need it; empty when the template as a whole needs it."""
    reason: str = ""
    conditions: Conditions = field(default_factory=dict)
    named: bool = False
    """Whether the resources are narrowed by names in the template."""


@dataclass(slots=True)
class ActionGrants:
    """All grants of one IAM action under one condition, merged."""

    action: str
    conditions: Conditions
    resources: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)
    named: bool = True

    def add(self, grant: Grant) -> None:
        """Merge a grant; a pattern that another one covers is dropped."""
        self.resources = without_covered(self.resources | grant.resources)
        self.kinds |= set(grant.kinds)
        self.types |= {grant.resource_type} - {""}
        self.reasons |= {grant.reason} - {""}
        self.named = self.named and grant.named


def without_covered(patterns: set[str]) -> set[str]:
    """The patterns, without those that another one covers."""
    return {
        pattern for pattern in patterns if not any(other != pattern and covers(other, pattern) for other in patterns)
    }


SHORT_LIST = 3
"""Up to this number of ARNs, a list names the kinds of resource, which is easier to read than a wildcard."""


def shortened(action: str, arns: Iterable[str]) -> set[str]:
    """The ARNs, with `arn:…:ec2:*:ACCOUNT:*` for a long list that has every kind which the action takes there.

    That is exactly as narrow: IAM compares an action only with ARNs of the kinds that it takes.
    """
    reference = iam_action(action)
    possible = [arn for of_kind in reference.resources.values() for arn in of_kind] if reference else []
    result = set(arns)
    for prefix in sorted({prefix_of(arn) for arn in result}):
        wildcard = f"{prefix}:*"
        reached = [arn for arn in possible if covers(wildcard, arn)]
        complete = all(any(covers(member, arn) for member in result) for arn in reached)
        if len(reached) > SHORT_LIST and complete:
            result = without_covered({*result, wildcard})
    return result


def prefix_of(arn: str) -> str:
    """Partition, service, Region and account of an ARN."""
    return ":".join(arn.replace("AWS::", "AWS__").split(":")[:5]).replace("AWS__", "AWS::")


def to_statements(grants: Iterable[Grant], *, called_via: bool) -> tuple[LaunchPermission, ...]:
    """The statements, in a stable order, with Sids made of their contents."""
    by_action: dict[tuple[str, str], ActionGrants] = {}
    for grant in grants:
        key = (grant.action, json.dumps(grant.conditions, sort_keys=True))
        by_action.setdefault(key, ActionGrants(grant.action, grant.conditions)).add(grant)
    groups: dict[tuple[str, tuple[str, ...], str], list[ActionGrants]] = {}
    for (_, condition), grants_of_action in sorted(by_action.items()):
        service = grants_of_action.action.split(":")[0].lower()
        resources = shortened(grants_of_action.action, grants_of_action.resources)
        key_of_group = (service, tuple(sorted(resources)), condition)
        groups.setdefault(key_of_group, []).append(grants_of_action)
    sids: set[str] = set()
    return tuple(
        statement(service, resources, members, sids, called_via)
        for (service, resources, _), members in sorted(groups.items())
    )


def statement(
    service: str, resources: tuple[str, ...], members: Sequence[ActionGrants], sids: set[str], called_via: bool
) -> LaunchPermission:
    """One statement. Its Sid is not in `sids` yet, and is added."""
    conditions = members[0].conditions
    return LaunchPermission(
        sid_of(service, members, sids),
        tuple(sorted(member.action for member in members)),
        resources,
        reason_of(service, resources, members, called_via),
        merge_conditions(conditions, CALLED_VIA) if called_via else conditions,
    )


LONGEST_SID = 40
MANY = "Resources"
"""Ends the Sid of a statement with too many kinds of resource to name them."""


def sid_of(service: str, members: Sequence[ActionGrants], sids: set[str]) -> str:
    """A short unique Sid of letters and digits, from service and kinds, or from the only action: `KmsKey`."""
    kinds = sorted({kind for member in members for kind in member.kinds})
    words = kinds or ([members[0].action.split(":")[1]] if len(members) == 1 else ["WithoutResource"])
    stem = "".join(capital(word) for word in (service, *words))
    if len(stem) > LONGEST_SID:
        stem = f"{capital(service)}{MANY}"
    sid, number = stem, 2
    while sid in sids:
        sid, number = f"{stem}{number}", number + 1
    sids.add(sid)
    return sid


def capital(word: str) -> str:
    """`access-analyzer` as `AccessAnalyzer`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split("[^A-Za-z0-9]", word))


def reason_of(service: str, resources: tuple[str, ...], members: Sequence[ActionGrants], called_via: bool) -> str:
    """Why the role has these IAM actions on these resources."""
    types = ", ".join(sorted({name for member in members for name in member.types}))
    parts = [f"Handlers of {types}"] if types else []
    parts += sorted({reason for member in members for reason in member.reasons})
    if resources == ("*",):
        parts.append(f"IAM has no resource types for these actions (Service Authorization Reference, {service})")
        if called_via:
            parts.append("the condition allows calls by CloudFormation only")
    elif all(member.named for member in members):
        parts.append("the template gives the names")
    elif any(member.kinds for member in members):
        kinds = sorted({kind for member in members for kind in member.kinds})
        named_kinds = " and ".join(kinds) if len(kinds) <= SHORT_LIST else "resource that the actions take"
        parts.append(f"the name is not known before launch, so every {named_kinds} of the account")
    return "; ".join(parts) + "."


def merge_conditions(*conditions: Conditions) -> dict[str, dict[str, str]]:
    """One condition in which all of `conditions` must hold."""
    result: dict[str, dict[str, str]] = {}
    for condition in conditions:
        for operator, keys in condition.items():
            result.setdefault(operator, {}).update(keys)
    return result
