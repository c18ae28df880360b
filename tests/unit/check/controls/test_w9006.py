"""W9006 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9006_launch_role_derivable import LaunchRoleDerivable


def messages(template: dict[str, Any]) -> list[str]:
    return [message for _, message in LaunchRoleDerivable().faults(template)]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("AWS::KMS::Key", ""),
        ("AWS::KMS::Alias", ""),
        ("AWS::CloudFormation::CustomResource", ""),
        ("Custom::Ticket", ""),
        ("AWS::CloudFormation::WaitConditionHandle", ""),
        ("AWS::Location::Map", ""),  # not in us-east-1
        ("AWS::CloudFormation::Stack", "in another template"),
        ("AWS::CloudFormation::Macro", "known only when it runs"),
        ("AWS::DocDB::DBCluster", ""),  # its schema has none
        ("AWS::WAF::IPSet", "no handlers"),
        ("AWS::Nothing::OfThisName", "no handlers"),
        ("Org::Service::Thing::MODULE", "no handlers"),
        (7, ""),
    ],
)
def test_types_whose_permissions_cannot_be_derived_are_named_with_both_ways_out(kind: Any, reason: str) -> None:
    found = messages({"Resources": {"R": {"Type": kind}}})
    assert len(found) == bool(reason)
    for message in found:
        assert reason in message
        assert "launch_permissions in the product, or launch it with a role_arn" in message


@pytest.mark.parametrize("transform", ["Mine", ["AWS::LanguageExtensions", "Mine"]])
def test_a_macro_hides_what_it_writes(transform: Any) -> None:
    (message,) = messages({"Transform": transform, "Resources": {"R": {"Type": "AWS::SNS::Topic"}}})
    assert "can write any resource" in message


def test_what_sam_writes_is_looked_at() -> None:
    function: dict[str, Any] = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"Runtime": "python3.12", "Handler": "a.b", "CodeUri": "."},
    }
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"F": function}}
    assert "'CodeUri' is not a valid S3 Uri" in messages(template)[0]
    function["Properties"]["CodeUri"] = "s3://code/app.zip"
    assert messages(template) == []


def test_a_transform_inside_a_resource_hides_its_properties() -> None:
    include = {"Name": "AWS::Include", "Parameters": {"Location": "s3://snippets/topic.yaml"}}
    hidden = {"Type": "AWS::SNS::Topic", "Properties": {"Fn::Transform": include}}
    (message,) = messages({"Resources": {"R": hidden}})
    assert message.startswith("Fn::Transform hides permissions: s3://snippets/topic.yaml is in the account; declare")
    (message,) = messages({"Resources": {"R": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Fn::Transform": include}})
    assert message.startswith("transform AWS::Include can write any resource: s3://snippets/topic.yaml is in the")
    assert messages({"Transform": "AWS::LanguageExtensions", "Resources": {"R": {"Type": "AWS::SNS::Topic"}}}) == []
    assert messages({"Transform": {"no": "name"}, "Resources": {}}) == []
