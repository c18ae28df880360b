"""E9003 beyond its fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.check.cfn_lint import lint
from catalog.check.controls.e9003_stateful_policies import StatefulPolicies
from catalog.check.schemas import data_folder, schema_of
from catalog.check.stateful import STATEFUL_TYPES, page_of


@pytest.mark.parametrize("kind", STATEFUL_TYPES)
def test_a_stateful_type_exists_and_needs_both_attributes(kind: str) -> None:
    assert schema_of(kind)["typeName"] == kind
    assert len(list(StatefulPolicies().faults({"Resources": {"A": {"Type": kind}}}))) == 2
    assert page_of(kind).startswith("https://docs.aws.amazon.com/")


def test_the_table_has_every_type_of_cfn_lints_list_and_is_sorted() -> None:
    listed = data_folder() / "AdditionalSpecs" / "StatefulResources.json"
    assert set(json.loads(listed.read_bytes())["ResourceTypes"]) <= set(STATEFUL_TYPES)
    assert list(STATEFUL_TYPES) == sorted(STATEFUL_TYPES)


@pytest.mark.parametrize("attribute", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_the_product_without_an_attribute(key_product: dict[str, Any], attribute: str) -> None:
    del key_product["Resources"]["Key"][attribute]
    ((path, message),) = StatefulPolicies().faults(key_product)
    assert path == ("Resources", "Key")
    assert message.endswith(f"has no {attribute}")


def test_a_type_that_is_not_a_text_is_not_stateful() -> None:
    assert not list(StatefulPolicies().faults({"Resources": {"A": {"Type": ["AWS::S3::Bucket"]}, "B": {}}}))


def test_cfn_lint_does_not_report_the_same_fault_again() -> None:
    body = b"""
Resources:
  Both: {Type: AWS::SQS::Queue}
  One: {Type: AWS::SQS::Queue, DeletionPolicy: Retain}
  Topic: {Type: AWS::SNS::Topic, DeletionPolicy: Retain}
"""
    reported = [(finding.id, finding.path[1]) for finding in lint("fixture", "fixture.yaml", body, ["us-east-1"])]
    about = [each for each in reported if each[0] in ("E9003", "I3011", "W3011")]
    assert about == [("W3011", "Topic"), ("E9003", "Both"), ("E9003", "Both"), ("E9003", "One")]
