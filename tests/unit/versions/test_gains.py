"""Changes of access that depend on more than the statements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from catalog.versions import Aspect, Level, compare
from tests.unit.versions.conftest import TemplateVersion

ROLE = "arn:aws:iam::123456789012:role/app"
GAINED, LOST, CHANGED = Aspect.ACCESS_GAINED, Aspect.ACCESS_LOST, Aspect.ACCESS_CHANGED
ACCESS = {GAINED, LOST, CHANGED, Aspect.ACCESS_UNDECIDED}


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def access(old: Mapping[str, Any], new: Mapping[str, Any], **sections: Any) -> set[Aspect]:
    """The aspects of the access changes between two sets of resources."""
    sides = (
        TemplateVersion(number, {**sections, "Resources": resources})
        for number, resources in (("1.0.0", old), ("1.0.1", new))
    )
    return {change.aspect for change in compare(*sides).changes} & ACCESS


FOREIGN = {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "ecr:*"}
CLOSED = {"Effect": "Deny", "Principal": "*", "Action": "ecr:*"}


@pytest.mark.parametrize(("statement", "comes", "goes"), [(FOREIGN, GAINED, LOST), (CLOSED, LOST, GAINED)])
def test_a_policy_that_one_version_lacks_is_an_empty_one(statement: Any, comes: Aspect, goes: Aspect) -> None:
    """A repository without a policy is open to the IAM policies of its account."""
    without = {"Repository": {"Type": "AWS::ECR::Repository"}}
    properties = {"RepositoryPolicyText": policy(statement)}
    having = {"Repository": {"Type": "AWS::ECR::Repository", "Properties": properties}}
    assert access(without, having) == {comes}
    assert access(having, without) == {goes}


@pytest.mark.parametrize(("effect", "comes", "goes"), [("Allow", GAINED, LOST), ("Deny", LOST, GAINED)])
def test_adding_or_removing_a_bucket_policy_changes_access(effect: str, comes: Aspect, goes: Aspect) -> None:
    principal = {"AWS": ROLE} if effect == "Allow" else "*"
    statement = {"Effect": effect, "Principal": principal, "Action": "s3:GetObject", "Resource": "*"}
    bucket = {"Bucket": {"Type": "AWS::S3::Bucket"}}
    attached = {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": policy(statement)}
    both = {**bucket, "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": attached}}
    assert access(bucket, both) == {comes}
    assert access(both, bucket) == {goes}


def test_a_key_without_a_policy_has_the_default_one() -> None:
    root = {"Effect": "Allow", "Principal": {"AWS": {"Ref": "AWS::AccountId"}}, "Action": "kms:*", "Resource": "*"}
    default = {"Key": {"Type": "AWS::KMS::Key"}}

    def key(*statements: Mapping[str, Any]) -> dict[str, Any]:
        return {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy(*statements)}}}

    assert access(default, key(root)) == set()
    assert access(default, key({**root, "Action": "kms:Decrypt"})) == {LOST}


def test_the_conditions_of_a_statement_are_turned_on_together() -> None:
    """The statement is neither in the example, nor with one condition changed, nor with all conditions true."""
    allowed = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "kms:Decrypt", "Resource": "*"}
    none = {"Ref": "AWS::NoValue"}
    parameters = {
        name: {"Type": "String", "Default": default, "AllowedValues": ["yes", "no"]}
        for name, default in (("First", "no"), ("Second", "yes"))
    }
    conditions = {f"Is{name}": {"Fn::Equals": [{"Ref": name}, "yes"]} for name in parameters}
    guarded = {"Fn::If": ["IsFirst", {"Fn::If": ["IsSecond", none, allowed]}, none]}
    old, new = (
        {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy(*statements)}}}
        for statements in ([guarded], [])
    )
    assert access(old, new, Parameters=parameters, Conditions=conditions) == {LOST}


def test_conditions_that_depend_on_too_many_parameters_are_undecided() -> None:
    parameters = {
        f"P{index}": {"Type": "String", "Default": "no", "AllowedValues": ["no", "yes"]} for index in range(9)
    }
    every = {"Fn::And": [{"Fn::Equals": [{"Ref": name}, "yes"]} for name in parameters]}
    allowed = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "kms:Decrypt", "Resource": "*"}
    guarded = {"Fn::If": ["Every", allowed, {"Ref": "AWS::NoValue"}]}
    old, new = (
        {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy(*statements)}}}
        for statements in ([guarded], [])
    )
    assert access(old, new, Parameters=parameters, Conditions={"Every": every}) == {Aspect.ACCESS_UNDECIDED}


READ = {"Sid": "S", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}
WRITE = {**READ, "Sid": "W", "Action": "s3:PutObject"}
NONE = {**READ, "Sid": "N", "Effect": "Deny", "Action": "s3:*"}


@pytest.mark.parametrize("kind", ["AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::Logs::ResourcePolicy"])
@pytest.mark.parametrize(
    ("old", "new", "aspects"),
    [
        ([READ], [READ, WRITE], {GAINED}),
        ([READ, WRITE], [READ], {LOST}),
        ([READ], [READ, NONE], {LOST}),
        ([READ, NONE], [READ], {GAINED}),
        ([READ], [{**READ, "Action": ["s3:GetObject", "s3:PutObject"]}], {GAINED}),
        ([READ], [{**READ, "Action": "s3:PutObject"}], {CHANGED}),
        ([{**NONE, "Action": ["s3:a", "s3:b"]}], [{**NONE, "Action": ["s3:a"]}], {GAINED}),
        ([READ, WRITE], [WRITE, {**READ, "Sid": "Other"}], set()),
    ],
)
def test_policies_that_are_not_evaluated_are_compared_by_their_statements(
    kind: str, old: list[Any], new: list[Any], aspects: set[Aspect]
) -> None:
    def made(statements: list[Any]) -> dict[str, Any]:
        document: Any = {"PolicyDocument": policy(*statements)}
        if kind == "AWS::IAM::Role":
            document = {"AssumeRolePolicyDocument": policy(), "Policies": [{"PolicyName": "p", **document}]}
        if kind == "AWS::Logs::ResourcePolicy":
            document = {"PolicyName": "p", "PolicyDocument": json.dumps(document["PolicyDocument"])}
        return {"TemplateVersion": {"Type": kind, "Properties": document}}

    assert access(made(old), made(new)) == aspects


BUCKET, EVERY_BUCKET = "arn:aws:s3:::a/*", "arn:aws:s3:::*/*"
TLS = {"Bool": {"aws:SecureTransport": "true"}}


def plain(action: Any, resource: Any = BUCKET, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = BUCKET) -> dict[str, Any]:
    return plain(action, resource, Effect="Deny")


@pytest.mark.parametrize(
    ("old", "new", "aspects"),
    [
        ([READ], [{**READ, "Resource": "arn:aws:s3:::a"}], {LOST}),
        ([READ], [{**READ, "Condition": TLS}], {LOST}),
        ([plain("s3:GetObject", Condition=TLS)], [plain("s3:GetObject")], {GAINED}),
        ([plain("s3:GetObject")], [plain("s3:GetObject", EVERY_BUCKET)], {GAINED}),
        ([plain("s3:GetObject", EVERY_BUCKET)], [plain("s3:GetObject")], {LOST}),
        (
            [plain(["s3:GetObject", "s3:ListBucket"])],
            [plain(["s3:GetObject", "s3:ListBucket", "s3:PutObject"])],
            {GAINED},
        ),
        ([plain("s3:GetObject")], [plain("s3:Get*")], {GAINED}),
        ([plain("s3:Get*")], [plain("s3:GetObject")], {LOST}),
        ([plain(["s3:GetObject", "s3:PutObject"])], [plain("s3:GetObject"), plain("s3:PutObject")], set()),
        ([plain("s3:GetObject"), plain("s3:PutObject")], [plain(["s3:GetObject", "s3:PutObject"])], set()),
        ([plain("s3:GetObject", [BUCKET, "arn:aws:s3:::b/*"])], [plain("s3:GetObject")], {LOST}),
        ([plain("s3:GetObject")], [plain("s3:PutObject")], {GAINED, LOST}),
        ([plain("s3:GetObject")], [deny("s3:GetObject")], {LOST}),
        ([deny("s3:GetObject")], [deny("s3:Get*")], {LOST}),
        ([deny("s3:Get*")], [deny("s3:GetObject")], {GAINED}),
        ([deny(["s3:GetObject", "s3:PutObject"])], [deny("s3:GetObject"), deny("s3:PutObject")], set()),
        ([plain("s3:GetObject"), deny("s3:GetObject")], [plain("s3:GetObject")], {GAINED}),
        ([plain("s3:GetObject", {"Fn::Sub": "${A}/*"})], [plain("s3:GetObject", "*")], {GAINED}),
        ([plain("s3:GetObject", {"Fn::Sub": "${A}/*"})], [plain("s3:GetObject", {"Fn::Sub": "${B}*"})], {GAINED, LOST}),
        ([plain("s3:GetObject", "arn:aws:s3:::a/${aws:username}")], [plain("s3:GetObject")], {GAINED, LOST}),
        ([plain("s3:GetObject")], [{"Fn::If": ["Prod", plain("s3:Get*"), {"Ref": "AWS::NoValue"}]}], {GAINED, LOST}),
        (
            [{**plain("s3:GetObject"), "Sid": "X"}, deny("s3:*")],
            [{**deny("s3:GetObject"), "Sid": "X"}, deny("s3:*")],
            {LOST},
        ),
    ],
)
def test_the_policies_of_an_identity_are_compared_as_a_whole(
    old: list[Any], new: list[Any], aspects: set[Aspect]
) -> None:
    def made(statements: list[Any]) -> dict[str, Any]:
        return {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy(*statements)}}}

    parameters = {name: {"Type": "String"} for name in ("A", "B")}
    conditions = {"Prod": {"Fn::Equals": [{"Ref": "A"}, "x"]}}
    assert access(made(old), made(new), Parameters=parameters, Conditions=conditions) == aspects


def test_an_inline_policy_under_a_condition_covers_nothing() -> None:
    def role(*policies: Any) -> dict[str, Any]:
        return {"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": list(policies)}}}

    narrow, wide = (
        {"PolicyName": "p", "PolicyDocument": policy(plain(action))} for action in ("s3:GetObject", "s3:Get*")
    )
    maybe = {"Fn::If": ["Prod", wide, {"Ref": "AWS::NoValue"}]}
    conditions = {"Prod": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}}
    assert LOST in access(role(narrow), role(maybe), Conditions=conditions)


def test_removing_an_inline_policy_takes_access() -> None:
    def role(*names: str) -> dict[str, Any]:
        policies = [
            {"PolicyName": name, "PolicyDocument": policy({**READ, "Sid": name, "Action": f"s3:{name}"})}
            for name in names
        ]
        return {"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies}}}

    assert access(role("a", "b"), role("b")) == {LOST}


def test_attached_policies_and_the_boundary_of_a_role_are_compared() -> None:
    def role(**properties: Any) -> dict[str, Any]:
        return {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}

    managed, own = "arn:aws:iam::aws:policy/ReadOnlyAccess", {"Ref": "Policy"}
    assert access(role(ManagedPolicyArns=[managed]), role(ManagedPolicyArns=[own, managed])) == {GAINED}
    assert access(role(ManagedPolicyArns=[managed, own]), role(ManagedPolicyArns=[managed])) == {LOST}
    assert access(role(), role(PermissionsBoundary=managed)) == {LOST}
    assert access(role(PermissionsBoundary=managed), role()) == {GAINED}
    assert access(role(PermissionsBoundary=managed), role(PermissionsBoundary=own)) == {CHANGED}


def test_removing_a_permission_of_an_identity_is_major() -> None:
    old, new = (
        {"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy(*statements)}}}}
        for statements in ([READ, WRITE], [READ])
    )
    assert compare(TemplateVersion("1.0.0", old), TemplateVersion("1.0.1", new)).verdict.level is Level.MAJOR
