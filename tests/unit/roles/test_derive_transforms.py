"""Derivation of launch roles for templates with transforms."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from catalog.check.written_out import written_out
from catalog.roles.derive import derive
from tests.unit.roles.conftest import REGIONS, actions, resources, version


def test_a_macro_hides_what_it_writes() -> None:
    sections = {"Transform": "Mine", "Conditions": {"On": {"Fn::Equals": ["a", "b"]}}}
    resource = {"Topic": {"Type": "AWS::SNS::Topic", "Condition": "On", "Properties": {}}}
    role = derive([version(resource, **sections)], REGIONS)
    assert role.underivable == {"products/store.py: transform Mine": "its result is known only when it runs"}
    assert "sns:CreateTopic" in actions(role)
    assert resources(role, "cloudformation:CreateChangeSet") == {
        "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:transform/Mine"
    }


MACRO = {"Fn::Transform": {"Name": "Mine"}}
SAM = {"Transform": "AWS::Serverless-2016-10-31"}
FUNCTION = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "InlineCode": "x",
        "FunctionName": {"Fn::Sub": "jobs-${Stage}"},
        "AutoPublishAlias": {"Ref": "Stage"},
    },
}


def test_what_sam_writes_is_derived_for_every_value_of_a_parameter() -> None:
    parameters = {"Parameters": {"Stage": {"Type": "String", "Default": "live"}}}
    role = derive([version({"Worker": FUNCTION}, **SAM, **parameters)], REGIONS)
    assert role.underivable == {}
    assert {"iam:CreateRole", "iam:PassRole", "lambda:CreateFunction", "lambda:CreateAlias"} <= actions(role)
    assert resources(role, "cloudformation:CreateChangeSet") == {
        "arn:${AWS::Partition}:cloudformation:*:aws:transform/Serverless-2016-10-31"
    }
    written = written_out({**SAM, **parameters, "Resources": {"Worker": FUNCTION}}).template["Resources"]
    (alias,) = (body for body in written.values() if body["Type"] == "AWS::Lambda::Alias")
    assert alias["Properties"]["Name"] == {"Ref": "Stage"}


def test_a_snippet_hides_what_it_has_and_is_named_without_a_value_of_a_parameter() -> None:
    location = {"Fn::Sub": "s3://${Bucket}/topic.yaml"}
    call = {"Name": "AWS::Include", "Parameters": {"Location": location}}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"Fn::Transform": call}}
    role = derive([version({"Topic": topic}, Parameters={"Bucket": {"Type": "String"}})], REGIONS)
    reason = "s3://${Bucket}/topic.yaml is in the account"
    assert role.underivable == {"products/store.py: transform AWS::Include": reason}


def test_what_sam_cannot_write_is_named_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**FUNCTION, "Properties": {"CodeUri": "src/"}}
    where = "products/store.py: transform AWS::Serverless-2016-10-31"
    reason = derive([version({"Worker": wrong}, **SAM)], REGIONS).underivable[where]
    assert "failed with: Invalid Serverless Application Specification document" in reason
    monkeypatch.setitem(sys.modules, "samtranslator", None)  # as if it were not installed
    reason = derive([version({"Worker": FUNCTION}, **SAM)], REGIONS).underivable[where]
    assert reason == "aws-sam-translator is not installed; run: pip install 'service-catalog-publisher[sam]'"


@pytest.mark.parametrize("written", [{"Fn::Sub": MACRO}, {"Fn::Sub": [MACRO, {"Name": "a"}]}, {"Fn::Base64": MACRO}])
def test_a_text_that_a_macro_writes_is_no_fault(written: Any) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": written}}
    role = derive([version({"It": queue})], REGIONS)
    assert role.underivable == {"products/store.py: transform Mine": "its result is known only when it runs"}
    assert "sqs:CreateQueue" in actions(role)
