"""Comparing the access of versions whose policies have many conditions: right, and without work that repeats."""

from __future__ import annotations

from typing import Any

from catalog.cfn import Pseudo, render, resolve_parameters
from catalog.versions import Aspect
from catalog.versions.gains import compare_access

CONDITIONS = 40


def version(service: str) -> dict[str, Any]:
    """A key policy with a statement for each of many conditions; the last one names `service`."""
    names = [f"Use{number}" for number in range(CONDITIONS)]
    statements: list[dict[str, Any]] = [
        {
            "Fn::If": [
                f"Has{name}",
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": "kms:Decrypt",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"kms:ViaService": f"{service if name == names[-1] else name}.test"}},
                },
                {"Ref": "AWS::NoValue"},
            ]
        }
        for name in names
    ]
    root = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    statements.append({"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"})
    policy = {"Version": "2012-10-17", "Statement": statements}
    return {
        "Parameters": {name: {"Type": "String", "Default": "no", "AllowedValues": ["yes", "no"]} for name in names},
        "Conditions": {f"Has{name}": {"Fn::Equals": [{"Ref": name}, "yes"]} for name in names},
        "Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}},
    }


def test_the_one_condition_that_opens_a_difference_is_found_among_many() -> None:
    """Each condition is solved with the values of all other parameters, which are resolved once."""
    changes = list(compare_access(version("s3"), version("sqs"), {}, "us-east-1"))
    assert changes
    assert {change.aspect for change in changes} == {Aspect.ACCESS_CHANGED}
    for change in changes:
        assert "s3.test" in change.detail
        assert "sqs.test" in change.detail
        assert f"Use{CONDITIONS - 1}=yes" in change.detail


def test_a_checked_template_renders_to_the_same() -> None:
    template, pseudo = version("s3"), Pseudo("123456789012", "us-east-1")
    for given in ({}, {"Use3": "yes"}, {f"Use{number}": "yes" for number in range(CONDITIONS)}):
        values = resolve_parameters(template, given).values
        assert render(template, values, pseudo, checked=True) == render(template, values, pseudo)
