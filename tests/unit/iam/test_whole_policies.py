"""Generated whole policies, answered by this package and by the second evaluator of simple_evaluator.py."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from catalog.iam import Answer, Caller, CallerKind, Context, Policy, Request, Semantics, decide, parse_policy
from tests.unit.iam.simple_conditions import EQUALS, NOT
from tests.unit.iam.simple_evaluator import Asked, Who, answer

OWN, FOREIGN = "111122223333", "444455556666"
USER, ROLE = f"arn:aws:iam::{OWN}:user/carlos", f"arn:aws:iam::{OWN}:role/path/app"
FOREIGN_ROLE = f"arn:aws:iam::{FOREIGN}:role/app"
WHO = [
    Who("user", OWN, USER),
    Who("role", OWN, ROLE),
    Who("role", OWN),
    Who("role", FOREIGN, FOREIGN_ROLE),
    Who("root", OWN),
    Who("root", FOREIGN),
    Who("service", "", "logs.amazonaws.com"),
    Who("service"),
    Who("federated", "", "cognito-identity.amazonaws.com"),
    Who("anonymous"),
]
AWS_PRINCIPALS = [
    "*",
    OWN,
    FOREIGN,
    f"arn:aws:iam::{OWN}:root",
    f"arn:aws:iam::{FOREIGN}:root",
    USER,
    ROLE,
    FOREIGN_ROLE,
    f"arn:aws:iam::{OWN}:role/*",
    f"arn:aws:sts::{OWN}:assumed-role/app/build",
    f"arn:aws:sts::{FOREIGN}:assumed-role/other/build",
    "AIDACKCEVSQ6C2EXAMPLE",
]
OTHER_PRINCIPALS = {
    "Service": ["logs.amazonaws.com", "sns.amazonaws.com", "*"],
    "Federated": ["cognito-identity.amazonaws.com", "*"],
    "CanonicalUser": ["79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"],
}
ACTIONS = ["s3:GetObject", "s3:PutObject", "kms:Decrypt"]
ACTION_PATTERNS = ["*", "s3:*", "S3:getobject", "s3:Get*", "s3:?etObject", "s3:*Object", "s3:Get", "kms:Decrypt", "k*"]
RESOURCES = [
    "arn:aws:s3:::bucket/anaya/a",
    "arn:aws:s3:::bucket/a:b",
    "arn:aws:sqs:us-east-1:111122223333:q",
    "arn:aws:sqs:us-east-2:111122223333:q",
    "arn:aws:logs:us-east-1:111122223333:log-group:g:s",
]
RESOURCE_PATTERNS = [
    "*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::b*/a?b",
    "arn:aws:s3:::bucket/${aws:username}/*",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'anaya'}/*",
    "arn:aws:s3:::bucket/${$}${*}",
    "arn:aws:s3:::bucket/${aws:TagKeys}/*",
    "arn:aws:*",
    "arn:*:q",
    "arn:aws:sqs:*:111122223333:q",
    "arn:aws:sqs:us-*2:q",
    "arn:aws:sqs:us-east-?:111122223333:q",
    "arn:aws:sqs:us-east-1?111122223333:q",
    "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q",
    "arn:aws:logs:*:log-group:*",
    "arn:aws:logs:us-east-1:111122223333:log-group*",
    "arn:aws:logs:us-east-1:111122223333:*:g:?",
]
VALUES = {
    # condition key → (values of a request, values of a policy)
    "aws:username": (["anaya", "carlos", "*"], ["anaya", "a*", "${aws:PrincipalTag/team}", "${*}", "${aws:TagKeys}"]),
    "aws:PrincipalTag/team": (["anaya", "ANAYA", "x?", ""], ["anaya", "${aws:username}", "?naya", "x${?}", ""]),
    "aws:PrincipalAccount": ([OWN, FOREIGN], [OWN, "*", "1111*", "${aws:PrincipalAccount}"]),
    "aws:PrincipalArn": ([USER, ROLE], [USER, f"arn:aws:iam::*:user/{'${aws:username}'}", "arn:*:role/*", "*"]),
    "aws:TagKeys": (["a", "b", "c", ""], ["a", "b", "${aws:username}", "${aws:TagKeys}"]),
    "aws:MultiFactorAuthPresent": (["true", "False", "maybe"], ["true", "false", "FALSE", "maybe"]),
    "s3:max-keys": (["1", "10", "10.0", "many"], ["1", "10", "7.5", "many", "${aws:username}"]),
    "aws:CurrentTime": (
        ["2020-01-01T00:00:00+00:00", "1577836800", "soon"],
        ["2020-01-01T00:00:00+00:00", "2021-06-01T00:00:00+00:00", "1609459200", "soon"],
    ),
    "aws:SourceIp": (["10.1.2.3", "2001:db8::1", "nowhere"], ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1", "any"]),
}
WRONG_TYPE = {"maybe", "many", "soon", "nowhere"}
OPERATORS = [
    f"{quantifier}{base}{suffix}"
    for base in (*EQUALS, *NOT, "StringMatches")
    for quantifier in ("", "", "ForAnyValue:", "ForAllValues:")
    for suffix in ("", "IfExists")
]


def one_or_more(draw: Random, values: list[str], most: int = 2) -> Any:
    """One value, or a list."""
    return draw.choice(values) if draw.random() < 0.5 else draw.choices(values, k=draw.randint(1, most))


def request_keys(draw: Random) -> dict[str, tuple[str, ...]]:
    """Each key absent or with one value; aws:TagKeys can have several."""
    most = {"aws:TagKeys": 3}
    return {
        key: tuple(draw.choices(values, k=draw.randint(0, most.get(key, 1)))) for key, (values, _) in VALUES.items()
    }


def conditions(draw: Random) -> dict[str, dict[str, Any]]:
    block: dict[str, dict[str, Any]] = {}
    for _ in range(draw.choice([0, 0, 0, 1, 1, 2, 3])):
        key = draw.choice(list(VALUES))
        if draw.random() < 0.15:
            operator, wanted = "Null", draw.choice(["true", "false", True, "maybe"])
        else:
            operator = draw.choice(OPERATORS if draw.random() < 0.2 else FITTING[key])
            wanted = one_or_more(draw, VALUES[key][1], 3)
        block.setdefault(operator, {})[draw.choice([key, key.lower(), key.upper()])] = wanted
    return block


def fits(operator: str, key: str) -> bool:
    """Whether the operator is one for the values of the key."""
    name = operator.rpartition(":")[2]
    kind = {"s3:max-keys": "Numeric", "aws:CurrentTime": "Date", "aws:SourceIp": ("IpAddress", "NotIpAddress")}
    kind |= {"aws:MultiFactorAuthPresent": "Bool", "aws:PrincipalArn": "Arn"}
    return name.startswith(kind.get(key, "String"))


FITTING = {key: [name for name in OPERATORS if fits(name, key)] for key in VALUES}


def principals(draw: Random) -> Any:
    kinds = ["AWS", *draw.sample([*OTHER_PRINCIPALS], k=draw.choice([0, 0, 0, 1, 2]))]
    if draw.random() < 0.25:
        return "*"
    values = {"AWS": AWS_PRINCIPALS, **OTHER_PRINCIPALS}
    return {kind: one_or_more(draw, values[kind], 3) for kind in kinds[draw.choice([0, 0, 0, 1]) :] or kinds}


def statement(draw: Random) -> dict[str, Any]:
    principal = draw.choice(["Principal"] * 4 + ["NotPrincipal"])
    action = draw.choice(["Action"] * 3 + ["NotAction"])
    resource = draw.choice(["Resource"] * 6 + ["NotResource", ""])
    parts = {
        "Effect": draw.choice(["Allow", "Allow", "Deny"]),
        principal: principals(draw),
        action: one_or_more(draw, ACTION_PATTERNS),
        resource: one_or_more(draw, RESOURCE_PATTERNS),
        "Condition": conditions(draw),
    }
    return {name: part for name, part in parts.items() if name and part}


def policy(draw: Random) -> dict[str, Any]:
    version = draw.choice(["2012-10-17", "2012-10-17", "2008-10-17"])
    return {"Version": version, "Statement": [statement(draw) for _ in range(draw.randint(1, 4))]}


def question(draw: Random) -> Asked:
    return Asked(
        who=draw.choice(WHO),
        action=draw.choice(ACTIONS),
        resource=draw.choice(RESOURCES),
        keys=request_keys(draw),
        iam=draw.random() < 0.5,
        own_account=OWN,
        must_allow=draw.random() < 0.5,
        resource_implied=draw.random() < 0.5,
    )


def decided(parsed: Policy, asked: Asked, unknown: frozenset[str] = frozenset()) -> tuple[bool | None, bool]:
    """The answer of this package, if it does not know the keys `unknown`; None for one that is not decided."""
    caller = Caller(CallerKind(asked.who.kind), asked.who.account, asked.who.name)
    context = Context({key: values for key, values in asked.keys.items() if key not in unknown})
    semantics = Semantics(asked.own_account, asked.resource_implied, asked.must_allow)
    decision = decide(parsed, Request(caller, asked.action, asked.resource, context, asked.iam), semantics)
    return {Answer.ALLOWED: True, Answer.DENIED: False}.get(decision.answer), decision.explicit


def test_both_evaluators_give_the_same_answer() -> None:
    given: Counter[bool | None] = Counter()
    for seed in range(600):
        draw = Random(f"known {seed}")  # noqa: S311  # the same questions in each run
        generated = policy(draw)
        parsed = parse_policy(generated)
        for asked in [question(draw) for _ in range(8)]:
            wanted = answer(generated, asked)
            given[wanted[0]] += 1
            assert decided(parsed, asked) == wanted, (generated, asked)
    assert min(given.values()) > 300  # the questions are of every kind


def test_a_decided_answer_holds_whatever_the_unknown_keys_are() -> None:
    """The matrix knows few keys of a request: what it calls allowed or denied must be so for each of their values.

    A key of a type, such as Bool, is taken to have a value of that type.
    """
    checked = 0
    for seed in range(600):
        draw = Random(f"partly known {seed}")  # noqa: S311  # no secret
        generated = policy(draw)
        parsed = parse_policy(generated)
        unknown = frozenset(draw.sample([*VALUES], k=draw.randint(1, len(VALUES))))
        for asked in [question(draw) for _ in range(8)]:
            if any(WRONG_TYPE.intersection(asked.keys[key]) for key in unknown):
                continue
            whole, _ = answer(generated, asked)
            partly, _ = decided(parsed, asked, unknown)
            checked += partly is not None
            assert partly is None or whole is None or partly is whole, (generated, asked, unknown)
    assert checked > 1000
