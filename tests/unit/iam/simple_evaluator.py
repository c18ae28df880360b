"""A second, deliberately simple evaluator of policies, written from AWS's pages alone.

It answers one fully known request: True, False, or None where AWS does not say. It shares no code with catalog.iam, so
that both would have to be wrong in the same way. simple_conditions.py has the conditions. Sources of the rest, all in
the IAM user guide: the pages of the elements Action, NotAction, Resource, NotResource, Principal and NotPrincipal,
"Determining whether a request is allowed or denied within an account", "Cross-account policy evaluation logic"; for KMS
its developer guide, "Key policies in AWS KMS".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.unit.iam.simple_conditions import (
    NO_VALUE,
    Keys,
    Truth,
    condition_holds,
    every,
    expression,
    filled,
    glob,
    opposite,
    some,
    texts,
    unless_unsaid,
)


@dataclass(frozen=True)
class Who:
    """A caller. A role stands for all its sessions; without a name, for all roles that no policy names."""

    kind: str
    """user, role, root, service, federated or anonymous."""
    account: str = ""
    name: str = ""


@dataclass(frozen=True)
class Asked:
    """A request, and how the service evaluates it."""

    who: Who
    action: str
    resource: str
    keys: Keys = field(default_factory=dict)
    iam: bool = False
    """Whether the caller's IAM policies allow it."""
    own_account: str = ""
    """The account of the resource."""
    must_allow: bool = False
    """Whether IAM policies count only if the resource policy allows the account: KMS keys and trust policies."""
    resource_implied: bool = False


def names_action(patterns: Any, action: str) -> bool:
    """Names of actions are not case sensitive (element Action)."""
    return any(glob(pattern.lower(), action.lower()) for pattern in texts(patterns))


def covers(patterns: Any, asked: Asked, variables: bool) -> Truth:
    """Whether one of the ARN patterns is the resource."""
    return some(unless_unsaid(lambda text=text: one_covers(text, asked, variables)) for text in texts(patterns))


def one_covers(text: str, asked: Asked, variables: bool) -> Truth:
    pattern = filled(text, asked.keys) if variables else text
    if pattern is NO_VALUE:
        return False
    whole = segments(pattern.split(":"), asked.resource)
    *first, last = pattern.split(":", 5)
    if len(first) < 5:
        return whole
    # A colon in the last of the six parts may be the end of a segment or a part of a name: AWS does not say.
    head, tail = segments_expression(first, more=True), expression(last)
    other = re.fullmatch(head + ":" + tail, asked.resource, re.DOTALL) is not None
    return whole if whole == other else None


def segments(parts: list[str], resource: str) -> bool:
    return re.fullmatch(segments_expression(parts, more=False), resource, re.DOTALL) is not None


def segments_expression(parts: list[str], *, more: bool) -> str:
    """An ARN pattern, segment by segment.

    "You can use wildcard characters (* and ?) within the individual segments of an ARN (the parts separated by
    colons)"; "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the
    colon boundaries".
    """
    return ":".join(
        expression(part[:-1], "[^:]*", "[^:]") + ".*" if part.endswith("*") else expression(part, "[^:]*", "[^:]")
        for part in parts
    )


def principal_matches(kind: str, value: str, who: Who) -> tuple[Truth, Truth]:
    """(whether the principal is the caller itself, whether it is the caller's account)."""
    identity = who.kind in ("user", "role", "root")
    if value == "*" and kind in ("*", "AWS"):
        return True, False
    if kind != "AWS":
        if value == "*" and kind.lower() == who.kind:
            return None, False
        if kind == "CanonicalUser":  # the id of an account that only S3 knows
            return (None, False) if who.kind == "root" else (False, None if identity else False)
        return kind.lower() == who.kind and value == who.name, False
    if not identity:
        return False, False
    if re.fullmatch(r"A[A-Z0-9]{15,}", value):
        return (None if who.name else False), False  # a unique id: only IAM knows whose
    if value in (who.account, f"arn:aws:iam::{who.account}:root"):
        return (True, False) if who.kind == "root" else (False, True)
    if ":assumed-role/" in value:
        _, role, _ = value.split("/")
        is_session = who.kind == "role" and who.name.endswith(f"/{role}") and value.split(":")[4] == who.account
        return (None if is_session else False), False  # one of the sessions that the role stands for
    return bool(who.name) and value == who.name, False


def principals(element: Any) -> list[tuple[str, str]]:
    if element == "*":
        return [("*", "*")]
    return [(kind, value) for kind, values in element.items() for value in texts(values)]


def matched(element: Any, who: Who) -> tuple[Truth, Truth]:
    pairs = [principal_matches(kind, value, who) for kind, value in principals(element)]
    return some(itself for itself, _ in pairs), some(account for _, account in pairs)


def excepted(element: Any, who: Who) -> Truth:
    """Whether the NotPrincipal of a Deny spares the caller.

    "you must also specify the account ARN of the not-denied principal. Otherwise, the policy might deny access to the
    entire account"; for a session "the role ARN and the assumed-role user ARN" too.
    """
    itself, account = matched(element, who)
    if itself is False or who.kind not in ("user", "role") or ("*" in [value for _, value in principals(element)]):
        return itself
    return itself if who.kind == "user" and account is True else None


def applies(statement: Mapping[str, Any], asked: Asked, variables: bool) -> Truth:
    """Whether action, resource and condition of the statement are those of the request."""
    if "Action" in statement:
        action = names_action(statement["Action"], asked.action)
    else:
        action = not names_action(statement["NotAction"], asked.action)
    if "NotResource" in statement:
        resource = opposite(covers(statement["NotResource"], asked, variables))
    elif "Resource" in statement:
        resource = covers(statement["Resource"], asked, variables)
    else:
        resource = asked.resource_implied
    return every([action, resource, condition_holds(statement.get("Condition", {}), asked.keys, variables)])


def answer(policy: Mapping[str, Any], asked: Asked) -> tuple[Truth, bool]:
    """(whether the request is allowed, whether an explicit Deny refuses it)."""
    variables = policy.get("Version") == "2012-10-17"
    denied: list[Truth] = []
    direct: list[Truth] = []
    delegated: list[Truth] = []
    for statement in policy["Statement"]:
        same_request = applies(statement, asked, variables)
        if "NotPrincipal" in statement:
            spared = excepted(statement["NotPrincipal"], asked.who) if statement["Effect"] == "Deny" else None
            itself, account = opposite(spared), False
        else:
            itself, account = matched(statement["Principal"], asked.who)
        if statement["Effect"] == "Deny":
            denied.append(every([same_request, some([itself, account])]))
        else:
            direct.append(every([same_request, itself]))
            delegated.append(every([same_request, account]))
    refused = some(denied)
    return every([opposite(refused), permitted(asked, some(direct), some(delegated))]), refused is True


def permitted(asked: Asked, direct: Truth, delegated: Truth) -> Truth:
    """Whether the policies allow it, if no Deny refuses it."""
    who, own = asked.who, asked.who.account == asked.own_account
    if who.kind == "root":  # no IAM policy can be attached to a root user, and none limits it
        return some([direct, delegated, own and not asked.must_allow])
    if who.kind not in ("user", "role"):
        return direct
    if not own:  # "the request must be allowed in both accounts"
        return every([some([direct, delegated]), asked.iam])
    return some([direct, every([asked.iam, some([delegated, not asked.must_allow])])])
