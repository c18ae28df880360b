"""A second, deliberately simple evaluator of policies, written from AWS's pages alone.

It answers one fully known request: True, False, or None where AWS does not say. It shares no code with catalog.iam, so
that both would have to be wrong in the same way. Sources, all in the IAM user guide: "Condition operators",
"Single-valued vs. multivalued context keys", "Variables and tags", the pages of the elements Action, NotAction,
Resource, NotResource, Principal and NotPrincipal, "Determining whether a request is allowed or denied within an
account", "Cross-account policy evaluation logic"; for KMS its developer guide, "Key policies in AWS KMS".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

Truth = bool | None
"""True, False, or None: AWS does not say."""
Keys = Mapping[str, tuple[str, ...]]
"""Condition key → its values; without a value, the request does not have the key."""

STAR, QUESTION = "\x01", "\x02"
"""A * and a ? that are ordinary characters: from ${*} and ${?}, or in the value of a variable."""
NO_VALUE = None
"""A policy variable without a value: it matches nothing ("Variables and tags")."""


class NotSaidError(Exception):
    """AWS does not say what happens."""


def every(parts: Iterable[Truth]) -> Truth:
    truths = list(parts)
    return False if False in truths else None if None in truths else True


def some(parts: Iterable[Truth]) -> Truth:
    truths = list(parts)
    return True if True in truths else None if None in truths else False


def opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


# ------------------------------------------------------------------------------------------------------ conditions


def plain(text: str) -> str:
    return text.replace(STAR, "*").replace(QUESTION, "?")


@cache
def expression(pattern: str, star: str = ".*", question: str = ".") -> str:
    special = {"*": star, "?": question, STAR: r"\*", QUESTION: r"\?"}
    return "".join(special.get(character, re.escape(character)) for character in pattern)


def glob(pattern: str, text: str) -> bool:
    return re.fullmatch(expression(pattern), text, re.DOTALL) is not None


def arn(pattern: str, text: str) -> bool:
    """ "Each of the six colon-delimited components of the ARN is checked separately and each can include * or ?"."""
    parts, texts = pattern.split(":", 5), text.split(":", 5)
    return len(parts) == len(texts) == 6 and all(glob(*pair) for pair in zip(parts, texts, strict=True))


def ordered(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def matches(limit: str, text: str) -> bool:
        try:
            return compare(read(text), read(limit))
        except ValueError:
            return False

    return matches


def seconds(text: str) -> float:
    return float(text) if text.isdecimal() else datetime.fromisoformat(text).timestamp()


def address(network: str, text: str) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(network)
    except ValueError:
        return False


def same(wanted: str, text: str) -> bool:
    return plain(wanted) == text


def same_in_any_case(wanted: str, text: str) -> bool:
    return plain(wanted).lower() == text.lower()


EQUALS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": same,
    "StringEqualsIgnoreCase": same_in_any_case,
    "StringLike": glob,
    "ArnLike": arn,
    "ArnEquals": arn,
    "NumericEquals": ordered(float, float.__eq__),
    "NumericLessThan": ordered(float, float.__lt__),
    "NumericLessThanEquals": ordered(float, float.__le__),
    "NumericGreaterThan": ordered(float, float.__gt__),
    "NumericGreaterThanEquals": ordered(float, float.__ge__),
    "DateEquals": ordered(seconds, float.__eq__),
    "DateLessThan": ordered(seconds, float.__lt__),
    "DateLessThanEquals": ordered(seconds, float.__le__),
    "DateGreaterThan": ordered(seconds, float.__gt__),
    "DateGreaterThanEquals": ordered(seconds, float.__ge__),
    "Bool": same_in_any_case,
    "BinaryEquals": same,
    "IpAddress": address,
}
NOT: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
READS: Mapping[str, Callable[[str], object]] = {
    "Numeric": float,
    "Date": seconds,
    "IpAddress": ipaddress.ip_network,
    "NotIpAddress": ipaddress.ip_network,
}
WITH_VARIABLES = tuple(name for name in (*EQUALS, *NOT) if name.startswith(("String", "Arn", "Bool")))


def expected(operator: str, wanted: Iterable[str | None], values: tuple[str, ...]) -> Truth:
    """Whether the test holds for the values of its key; `wanted` has the variables filled in."""
    quantifier, _, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    negated = base in NOT
    matches = EQUALS[NOT.get(base, base)]
    wants = list(wanted)

    def holds(value: str) -> bool:
        return any(want is not NO_VALUE and matches(want, value) for want in wants) != negated

    if quantifier == "ForAnyValue":
        return any(holds(value) for value in values)
    if quantifier == "ForAllValues":
        # It "also returns true … if the context key value resolves to a null dataset, such as an empty string".
        return not any(values) or all(holds(value) for value in values)
    if not values:
        return negated or name != base
    return holds(values[0]) if len(values) == 1 else None


def null(wanted: Iterable[str], values: tuple[str, ...]) -> Truth:
    """True: the key does not exist; false: it "exists and its value is not null". An empty text may be null."""
    asked = {text.lower() for text in wanted}
    if len(asked) != 1 or not asked <= {"true", "false"} or (values and not any(values)):
        return None
    return (not values) == (asked == {"true"})


def can_be_read(base: str, want: str) -> bool:
    if base == "Bool":
        return plain(want).lower() in ("true", "false")
    try:
        next((read for prefix, read in READS.items() if base.startswith(prefix)), str)(want)
    except ValueError:
        return False
    return True


def holds_for(operator: str, wanted: list[str], values: tuple[str, ...], keys: Keys, variables: bool) -> Truth:
    base = operator.rpartition(":")[2].removesuffix("IfExists")
    if operator == "Null":
        return null(wanted, values)
    if base not in EQUALS and base not in NOT:
        return None
    wants = [filled(text, keys) if variables and base in WITH_VARIABLES else text for text in wanted]
    if not all(want is NO_VALUE or can_be_read(base, want) for want in wants):
        return None
    return expected(operator, wants, values)


def condition_holds(block: Mapping[str, Any], keys: Keys, variables: bool) -> Truth:
    """ "If there are multiple condition operators or keys, all must be true; of the values of a key, one"."""
    return every(
        unless_unsaid(
            lambda operator=operator, key=key, value=value: holds_for(
                operator, texts(value), values_of(key, keys), keys, variables
            )
        )
        for operator, tests in block.items()
        for key, value in tests.items()
    )


def unless_unsaid(answer: Callable[[], Truth]) -> Truth:
    try:
        return answer()
    except NotSaidError:
        return None


def filled(text: str, keys: Keys) -> str | None:
    """The text with its variables; None if one has no value. Characters of a value are no wildcards."""
    result = ""
    while (start := text.find("${")) >= 0 and "}" in text[start:]:
        end = text.index("}", start)
        value = variable(text[start + 2 : end], keys)
        if value is None:
            return NO_VALUE
        result, text = result + text[:start] + value, text[end + 1 :]
    return result + text


def values_of(key: str, keys: Keys) -> tuple[str, ...]:
    """The values of a key; the case of its name has no meaning."""
    return next((values for name, values in keys.items() if name.lower() == key.strip().lower()), ())


def variable(content: str, keys: Keys) -> str | None:
    name, comma, default = content.partition(",")
    if name.strip() in ("*", "?", "$"):
        return name.strip().replace("*", STAR).replace("?", QUESTION)
    values = values_of(name, keys)
    if len(values) > 1:
        raise NotSaidError  # "You cannot use a multivalued context key as a policy variable."
    value = values[0] if values else default.strip().strip("'") if comma else None
    return value if value is None else value.replace("*", STAR).replace("?", QUESTION)


# ------------------------------------------------------------------------------------------------ the other elements


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


def texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


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
