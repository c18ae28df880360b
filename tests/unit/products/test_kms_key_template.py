from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.check.cfn_lint import lint
from catalog.content.load import Catalog
from catalog.content.render import Rendered, as_json
from tests import programs

ROOT = Path(__file__).parents[3]
EXPORT = """
import sys
from pathlib import Path
from catalog.content.load import load_config, load_product
from catalog.content.render import render
sys.stdout.buffer.write(render("kms_key", load_product(load_config(Path.cwd()), "kms_key")).body)
"""

ARTICLE_STATEMENTS = """[
{"Sid":"RootAccountOwnership","Effect":"Allow",
"Principal":{"AWS":{"Fn::Sub":"arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
"Action":["kms:*"],"Resource":["*"]},
{"Sid":"KeyAdministrators","Effect":"Allow","Principal":{"AWS":{"Ref":"KeyAdministrators"}},
"Action":["kms:Create*","kms:Describe*","kms:Enable*","kms:List*","kms:Put*","kms:Update*","kms:Revoke*",
"kms:Disable*","kms:Get*","kms:Delete*","kms:TagResource","kms:UntagResource","kms:ScheduleKeyDeletion",
"kms:CancelKeyDeletion"],"Resource":["*"]},
{"Sid":"KeyUsers","Effect":"Allow","Principal":{"AWS":{"Ref":"KeyUsers"}},
"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey"],"Resource":["*"]}
]"""


def key_properties(rendered: Rendered) -> dict[str, Any]:
    properties: dict[str, Any] = rendered.template["Resources"]["Key"]["Properties"]
    return properties


def statements(rendered: Rendered) -> list[dict[str, Any]]:
    """The statements of the policy, with conditional ones as Fn::If."""
    listed: list[dict[str, Any]] = key_properties(rendered)["KeyPolicy"]["Statement"]
    return listed


def refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value
            elif key == "Fn::Sub":
                yield from re.findall(r"\$\{([^!}]+)\}", value)
            else:
                yield from refs(value)
    elif isinstance(node, list):
        for item in node:
            yield from refs(item)


def test_the_template_is_the_golden_file(golden: Callable[[str, bytes], None], rendered: Rendered) -> None:
    golden("kms_key-2.0.0.yaml", rendered.body)


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_bytes_do_not_depend_on_the_hash_seed(rendered: Rendered, seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    exported = programs.run([sys.executable, "-c", EXPORT], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert exported.stdout == rendered.body


def test_json_is_the_same_template(rendered: Rendered) -> None:
    assert json.loads(as_json(rendered)) == yaml.safe_load(rendered.body)


def test_cfn_lint_finds_nothing(rendered: Rendered) -> None:
    regions = ("us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1")
    assert lint("kms_key", "products/kms_key.py", rendered.body, regions) == []


def test_the_three_statements_of_the_article_are_unchanged(rendered: Rendered) -> None:
    assert json.dumps(statements(rendered)[:3]) == json.dumps(json.loads(ARTICLE_STATEMENTS))


def test_rotation_is_a_literal(rendered: Rendered) -> None:
    properties = key_properties(rendered)
    assert properties["EnableKeyRotation"] is True
    assert properties["RotationPeriodInDays"] == 365
    # Rotation exists for these values only, so no parameter can set them.
    assert (properties["KeySpec"], properties["KeyUsage"]) == ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
    assert "Condition" not in rendered.template["Resources"]["Key"]


def test_logical_ids_and_deletion_policies_do_not_change(rendered: Rendered) -> None:
    assert {
        name: (resource["Type"], resource["DeletionPolicy"], resource["UpdateReplacePolicy"])
        for name, resource in rendered.template["Resources"].items()
    } == {
        "Key": ("AWS::KMS::Key", "Delete", "Retain"),
        "KeyAlias": ("AWS::KMS::Alias", "Delete", "Retain"),
    }


def test_the_deny_on_grants_is_that_of_control_tower(rendered: Rendered) -> None:
    """CT.KMS.PR.3: exactly these two condition keys and this action, outside any Fn::If."""
    (guard,) = [item for item in statements(rendered) if item.get("Sid") == "GrantsOnlyForAwsServices"]
    assert guard == {
        "Sid": "GrantsOnlyForAwsServices",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["kms:CreateGrant"],
        "Resource": ["*"],
        "Condition": {"BoolIfExists": {"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}},
    }


def test_nothing_is_allowed_to_everyone(rendered: Rendered) -> None:
    for item in statements(rendered):
        inner = item["Fn::If"][1] if "Fn::If" in item else item
        assert inner["Effect"] == "Deny" or inner["Principal"] not in ("*", {"AWS": "*"})


def test_the_partition_is_never_a_literal(rendered: Rendered) -> None:
    assert re.findall(r"arn:aws|amazonaws\.com", json.dumps([rendered.template["Resources"]])) == []


def test_all_parameters_are_used_grouped_labelled_and_described(rendered: Rendered) -> None:
    parameters = rendered.template["Parameters"]
    interface = rendered.template["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(parameters) == sorted(interface["ParameterLabels"])
    assert set(parameters) <= set(refs([rendered.template["Resources"], rendered.template["Conditions"]]))
    for parameter in parameters.values():
        assert parameter["Description"].strip()
        assert parameter["ConstraintDescription"].startswith("must ")


def test_outputs_are_exported_with_the_name_of_the_stack(rendered: Rendered) -> None:
    exports = {name: output["Export"]["Name"] for name, output in rendered.template["Outputs"].items()}
    assert exports == {
        name: {"Fn::Sub": f"${{AWS::StackName}}-{name}"} for name in ("KeyId", "KeyArn", "AliasName", "AliasArn")
    }


def test_portfolio_rules_and_template_rules_have_different_names(catalog: Catalog, rendered: Rendered) -> None:
    for portfolio in catalog.portfolios.values():
        assert not set(portfolio.rules("kms_key")) & set(rendered.template["Rules"])
