"""What an update does to the resources of one launch."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.cfn import Pseudo
from catalog.errors import ContentError
from catalog.versions.update_effects import LaunchedTemplate, ResourceEffect, update_effects

HERE = Pseudo("123456789012", "us-east-1", "SC-1")
FLAG = {"Type": "String", "Default": "no"}
CONDITIONS = {"Yes": {"Fn::Equals": [{"Ref": "Flag"}, "yes"]}}


def effects(
    old: dict[str, Any], new: dict[str, Any], before: dict[str, str] | None, after: dict[str, str] | None
) -> dict[str, tuple[ResourceEffect, tuple[str, ...], bool]]:
    sides = [
        LaunchedTemplate("v", {"Parameters": {"Flag": FLAG}, "Conditions": CONDITIONS, "Resources": resources}, values)
        for resources, values in ((old, before), (new, after))
    ]
    updates = update_effects(sides[0], sides[1], HERE, ["us-east-1"], access=False).resources
    return {update.logical_id: (update.effect, update.reasons, update.loses) for update in updates}


def bucket(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": properties}


def topic(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


KEY = {"Type": "AWS::KMS::Key", "Properties": {"MultiRegion": False}}
STATEMENT = {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
POLICY = {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": "b", "PolicyDocument": {"Statement": [STATEMENT]}}}
MORE = {
    "Type": "AWS::S3::BucketPolicy",
    "Properties": {
        "Bucket": "b",
        "PolicyDocument": {"Statement": [STATEMENT, {**STATEMENT, "Sid": "B", "Action": "s3:PutObject"}]},
    },
}
E = ResourceEffect


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (bucket(BucketName="a"), bucket(BucketName="a"), (E.UNCHANGED, (), False)),
        (bucket(BucketName="a"), bucket(BucketName="b"), (E.REPLACED, ("BucketName",), True)),
        (topic(TopicName="a"), topic(TopicName="b"), (E.REPLACED, ("TopicName",), False)),
        (topic(DisplayName="a"), topic(DisplayName="b"), (E.UPDATED, ("DisplayName",), False)),
        (
            topic(Tags=[{"Key": "a", "Value": "1"}]),
            topic(Tags=[{"Key": "a", "Value": "2"}]),
            (E.UPDATED, ("tag a",), False),
        ),
        (bucket(), None, (E.DELETED, (), True)),
        (topic(), None, (E.DELETED, (), False)),
        ({**bucket(), "DeletionPolicy": "Retain"}, None, (E.LEFT, (), True)),
        (None, bucket(), (E.CREATED, (), False)),
        (bucket(), topic(), (E.FAILS, ("its type becomes AWS::SNS::Topic",), False)),
        (KEY, {**KEY, "Properties": {"MultiRegion": True}}, (E.FAILS, ("MultiRegion",), False)),
        (POLICY, MORE, (E.UPDATED, ("PolicyDocument: 1 statement added",), False)),
        ({**topic(), "Metadata": {"a": 1}}, {**topic(), "Metadata": {"a": 2}}, (E.UNCHANGED, (), False)),
        # a condition is decided by the parameters of this launch
        ({**bucket(), "Condition": "Yes"}, None, None),
        (topic(DisplayName={"Fn::If": ["Yes", "a", "b"]}), topic(DisplayName="b"), (E.UNCHANGED, (), False)),
    ],
)
def test_each_effect(old: Any, new: Any, expected: Any) -> None:
    stays = {"Stays": topic(DisplayName="x")}
    sides = [stays | ({"R": body} if body else {}) for body in (old, new)]
    result = effects(sides[0], sides[1], {}, {})
    assert result.get("R") == expected
    assert result["Stays"] == (E.UNCHANGED, (), False)


def test_a_parameter_alone_can_replace_and_what_refers_to_it_follows() -> None:
    resources = {
        "Books": bucket(BucketName={"Fn::If": ["Yes", "a", "b"]}),
        "Shelf": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Books"}, "PolicyDocument": {}}},
    }
    result = effects(resources, resources, {}, {"Flag": "yes"})
    assert result["Books"] == (E.REPLACED, ("BucketName",), True)
    assert result["Shelf"] == (E.MAY_BE_REPLACED, ("Bucket: refers to Books, which is replaced",), False)
    assert set(effects(resources, resources, None, None).values()) == {(E.UNCHANGED, (), False)}


def test_who_may_do_what_with_a_bucket_that_is_replaced() -> None:
    """Another name alone changes nobody's access; another reader does."""
    resources = {
        "Books": {**bucket(BucketName={"Ref": "Name"}), "UpdateReplacePolicy": "Retain"},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "Books"},
                "PolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"AWS": {"Ref": "Reader"}},
                        "Action": "s3:GetObject",
                        "Resource": {"Fn::Sub": "arn:aws:s3:::${Name}/*"},
                    }
                },
            },
        },
    }
    secret = {"Type": "String", "NoEcho": True, "MinLength": 8, "AllowedPattern": "[a-z]+"}
    parameters = {"Name": {"Type": "String"}, "Reader": {"Type": "String"}, "Secret": secret}

    def side(name: str, reader: str) -> LaunchedTemplate:
        values = {"Name": name, "Reader": f"arn:aws:iam::210987654321:role/{reader}", "Secret": "****"}
        return LaunchedTemplate("v", {"Parameters": parameters, "Resources": resources}, values)

    renamed = update_effects(side("a", "r"), side("b", "r"), HERE, ["us-east-1"])
    assert (renamed.access, renamed.access_unknown) == ((), "")
    assert renamed.resources[0].reasons == ("BucketName", "the old one stays in the account")
    other = update_effects(side("a", "r"), side("b", "s"), HERE, ["us-east-1"])
    shifts = {(shift.principal.split()[0], str(shift.effect), shift.actions) for shift in other.access}
    assert shifts == {("Reader:", "loses", ("s3:GetObject",)), ("Reader:", "gains", ("s3:GetObject",))}


def test_a_renamed_resource_is_made_again() -> None:
    result = effects({"Old": bucket(BucketName="a")}, {"New": bucket(BucketName="a")}, {}, {})
    assert result == {"New": (E.CREATED, (), False), "Old": (E.DELETED, ("now New",), True)}


def test_a_template_that_cannot_be_rendered_says_why() -> None:
    wrong = {"R": topic(DisplayName={"Fn::FindInMap": ["No", "such", "map"]})}
    with pytest.raises(ContentError, match="v: CloudFormation refuses the template: "):
        effects(wrong, wrong, {}, {})
