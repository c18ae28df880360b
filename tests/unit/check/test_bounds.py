"""Which Conditions keep the principal * from being public."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.check.controls._bounds import is_bound
from catalog.check.controls.e9002_no_public_allow import NoPublicAllow
from catalog.iam import Context
from catalog.iam.conditions import condition
from catalog.iam.policy import parse_condition

ACCOUNT = {"Ref": "AWS::AccountId"}
PARAMETERS = {
    "Role": {"Type": "String", "AllowedValues": ["arn:aws:iam::111122223333:role/x", "arn:aws:iam::*:role/x"]},
    "OneRole": {"Type": "String", "AllowedValues": ["arn:aws:iam::111122223333:role/x"]},
    "Range": {"Type": "String", "AllowedValues": ["10.0.0.0/8", "0.0.0.0/1"]},
    "Ranges": {"Type": "CommaDelimitedList", "AllowedValues": ["10.0.0.0/8", "0.0.0.0/1"]},
    "ShortRange": {"Type": "String", "AllowedPattern": r"64\.[0-9.]+/[0-9]"},
    "AnyOrganization": {"Type": "String", "AllowedPattern": "o-.*"},
    "AnyAccountRole": {"Type": "String", "AllowedPattern": r"arn:aws:iam::[0-9*]+:role/[a-z]+"},
    "TwoAccounts": {"Type": "String", "AllowedValues": ["111122223333", "444455556666"]},
    "Anything": {"Type": "String"},
    "Organization": {"Type": "String", "AllowedPattern": "o-[a-z0-9]{10,32}"},
    "Accounts": {"Type": "CommaDelimitedList"},
}


def is_public(condition: Any) -> bool:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish", "Resource": "*"}
    policy = {"Statement": [{**statement, "Condition": condition}]}
    resource = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"PolicyDocument": policy}}
    template = {
        "Parameters": PARAMETERS,
        "Conditions": {"Shared": {"Fn::Equals": [{"Ref": "Anything"}, "x"]}},
        "Resources": {"Policy": resource, "Topic": {"Type": "AWS::SNS::Topic"}},
    }
    return bool(list(NoPublicAllow().faults(template)))


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        {"StringEquals": {"aws:SourceAccount": ["111122223333", ACCOUNT]}},
        {"StringEquals": {"aws:SourceAccount": {"Ref": "Accounts"}}},
        {"StringEquals": {"aws:PrincipalAccount": {"Fn::Sub": "${AWS::AccountId}"}}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"StringLike": {"aws:PrincipalOrgID": {"Ref": "Organization"}}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/*"}},
        {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
        {"StringLike": {"aws:PrincipalArn": {"Ref": "OneRole"}}},
        {"StringLike": {"aws:PrincipalAccount": {"Ref": "TwoAccounts"}}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
        {"StringEquals": {"aws:SourceVpc": {"Fn::ImportValue": "vpc"}}},
        {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Topic", "TopicArn"]}}},
        {"ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:aws:events:us-east-1:${AWS::AccountId}:rule/*"}}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/team/*"}},
        {"StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "s3.us-east-1.amazonaws.com"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/48"]}},
        {"StringLike": {"aws:userid": "AROAEXAMPLEID:*"}},
        {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
        {"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-east-1:111122223333:accesspoint/*"}},
        {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {
            "Fn::If": [
                "Shared",
                {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
                {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            ]
        },
    ],
    ids=repr,
)
def test_a_condition_that_binds(condition: Any) -> None:
    assert not is_public(condition)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:PrincipalArn": {"Ref": "Role"}}},
        {"StringLike": {"aws:PrincipalArn": {"Ref": "AnyAccountRole"}}},
        {"IpAddress": {"aws:SourceIp": {"Ref": "Range"}}},
        {"IpAddress": {"aws:SourceIp": {"Ref": "Ranges"}}},
        {"IpAddress": {"aws:SourceIp": {"Ref": "ShortRange"}}},
        {"StringLike": {"aws:PrincipalOrgID": {"Ref": "AnyOrganization"}}},
        {},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"sns:Protocol": "https"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/"}},
        {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}},
        {"StringLike": {"aws:SourceAccount": "*"}},
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
        {"StringLike": {"aws:PrincipalOrgID": {"Ref": "Anything"}}},
        {"StringLike": {"aws:SourceVpc": "vpc-*"}},
        {"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}},
        {"StringEquals": {"aws:SourceAccount": {"Fn::Sub": "${!aws:PrincipalAccount}"}}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}},
        {"ArnEquals": {"aws:SourceArn": {"Fn::Sub": "arn:aws:sns:us-east-1:*:${Topic.TopicName}"}}},
        {"ArnLike": {"aws:SourceArn": {"Ref": "Anything"}}},
        {"StringEquals": {"aws:SourceAccount": []}},
        {"StringLike": {"aws:SourceAccount": [ACCOUNT, "*"]}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/r-ab12/*"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}},
        {"IpAddress": {"aws:SourceIp": "::/0"}},
        {"IpAddress": {"aws:SourceIp": {"Ref": "Anything"}}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"StringLike": {"aws:userid": "*:session"}},
        {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
        {"Null": {"aws:SourceVpce": "false"}},
        {"Fn::If": ["Shared", {"StringEquals": {"aws:SourceAccount": ACCOUNT}}, {"Ref": "AWS::NoValue"}]},
        {"StringEquals": {"aws:SourceAccount": {"Fn::If": ["Shared", ACCOUNT, {"Ref": "AWS::NoValue"}]}}},
    ],
    ids=repr,
)
def test_a_condition_that_does_not_bind(condition: Any) -> None:
    assert is_public(condition)


@pytest.mark.parametrize(
    ("kind", "properties", "public"),
    [
        ("AWS::Lambda::Permission", {"SourceAccount": ACCOUNT}, False),
        ("AWS::Lambda::Permission", {"SourceArn": {"Fn::GetAtt": ["Topic", "TopicArn"]}}, False),
        ("AWS::Lambda::Permission", {"SourceArn": "arn:aws:s3:::*"}, True),
        ("AWS::Lambda::Permission", {"PrincipalOrgID": {"Ref": "Organization"}}, False),
        ("AWS::Lambda::Permission", {"SourceAccount": {"Fn::If": ["C", ACCOUNT, {"Ref": "AWS::NoValue"}]}}, True),
        ("AWS::Lambda::Permission", {"FunctionUrlAuthType": "AWS_IAM"}, True),
        (
            "AWS::Events::EventBusPolicy",
            {"Condition": {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-a1b2c3d4e5"}},
            False,
        ),
        (
            "AWS::Events::EventBusPolicy",
            {"Condition": {"Type": "StringLike", "Key": "aws:PrincipalOrgID", "Value": "*"}},
            True,
        ),
        (
            "AWS::Events::EventBusPolicy",
            {
                "Condition": {
                    "Fn::If": [
                        "C",
                        {"Ref": "AWS::NoValue"},
                        {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-a1b2c3d4e5"},
                    ]
                }
            },
            True,
        ),
    ],
    ids=repr,
)
def test_permissions_outside_a_policy_bind_by_their_properties(
    kind: str, properties: dict[str, Any], public: bool
) -> None:
    resource = {"Type": kind, "Properties": {"Principal": "*", **properties}}
    template = {"Parameters": PARAMETERS, "Resources": {"It": resource}}
    assert bool(list(NoPublicAllow().faults(template))) is public


OURS, THEIRS = "111122223333", "999988887777"
KEYS: dict[str, tuple[list[str], str]] = {
    # key → (values that a policy can have, the value of a stranger's request)
    "aws:SourceAccount": ([OURS, "1111*", "*", "${aws:PrincipalAccount}"], THEIRS),
    "aws:PrincipalAccount": ([OURS, "*"], THEIRS),
    "aws:PrincipalOrgID": (["o-ours000000", "o-*"], "o-theirs0000"),
    "aws:PrincipalOrgPaths": (["o-ours000000/*", "*/r-ab12/*"], "o-theirs0000/r-ab12/ou-x/"),
    "aws:SourceArn": (
        [f"arn:aws:sns:*:{OURS}:*", "arn:aws:sns:us-east-1:*:*", "arn:aws:s3:::*", f"arn:aws:sns:us-east-1:{OURS}:a"],
        f"arn:aws:sns:us-east-1:{THEIRS}:a",
    ),
    "aws:SourceVpce": (["vpce-1a2b", "vpce-*"], "vpce-9f9f"),
    "aws:SourceIp": (["203.0.113.0/24", "0.0.0.0/0", "8.0.0.0/7"], "8.8.8.8"),
    "aws:userid": (["AROAOURS:*", "*:session"], "AROATHEIRS:session"),
    "sns:Protocol": (["https"], "https"),
    "aws:SecureTransport": (["true"], "true"),
}
OPERATORS = [
    *(
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "ArnEquals",
        "ArnLike",
    ),
    *(
        "ArnNotLike",
        "IpAddress",
        "NotIpAddress",
        "Bool",
        "StringEqualsIfExists",
        "StringLikeIfExists",
        "ArnLikeIfExists",
    ),
    *("IpAddressIfExists", "ForAnyValue:StringEquals", "ForAnyValue:StringLike", "ForAllValues:StringLike"),
]


@st.composite
def blocks(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    """Conditions of one to three comparisons."""
    block: dict[str, dict[str, list[str]]] = {}
    for _ in range(draw(st.integers(1, 3))):
        key = draw(st.sampled_from(sorted(KEYS)))
        values = draw(st.lists(st.sampled_from(KEYS[key][0]), min_size=1, max_size=2, unique=True))
        block.setdefault(draw(st.sampled_from(OPERATORS)), {})[key] = values
    return block


@given(blocks())
@settings(max_examples=300)
def test_no_stranger_satisfies_a_condition_that_binds(block: dict[str, dict[str, list[str]]]) -> None:
    if not is_bound({}, block):
        return
    tests, _ = parse_condition(block)
    strangers = [{key: (value,) for key, (_, value) in KEYS.items()}]
    strangers += [{**strangers[0], key: ()} for key in KEYS]  # each key missing
    for stranger in strangers:
        assert condition(tests, Context(stranger), variables=True) is False, (block, stranger)
