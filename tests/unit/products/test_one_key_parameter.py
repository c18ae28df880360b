"""The control of this catalogue: each product encrypts what holds data with the key of one parameter."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.check.own import faults_in
from tests.unit.products.blocks import ROOT, product

CONTROL = ROOT / "controls" / "e9500_one_key_parameter.py"
KEYS = {
    "s3_secure_bucket": "Bucket",
    "log_group": "LogGroup",
    "secret": "Secret",
    "dynamodb_table": "Table",
    "sqs_queue": "DeadLetters",
    "sns_topic": "Topic",
    "network_baseline": "FlowLogGroup",
}

Faults = Callable[[dict[str, Any]], list[tuple[Any, str]]]


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    """What the control finds in a template."""

    def of(template: dict[str, Any]) -> list[tuple[Any, str]]:
        file = tmp_path / "template.json"
        file.write_text(json.dumps(template))
        return faults_in(CONTROL, file)

    return of


def template(key: str) -> dict[str, Any]:
    return copy.deepcopy(dict(product(key)[1].template))


def replaced(node: Any, value: Any) -> Any:
    """The node with `value` in place of each key."""
    if isinstance(node, dict):
        if node.get("Fn::If", [""])[0] == "KeyIsAnArn":
            return value
        return {name: replaced(member, value) for name, member in node.items()}
    return [replaced(member, value) for member in node] if isinstance(node, list) else node


@pytest.mark.parametrize("key", [*KEYS, "kms_key", "kms_replica_key", "s3_log_bucket", "lambda_service_role"])
def test_no_product_has_a_finding(faults: Faults, key: str) -> None:
    assert faults(template(key)) == []


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("other", [{"Ref": "AnotherKey"}, "alias/aws/s3", None])
def test_another_key_is_a_fault(faults: Faults, key: str, other: Any) -> None:
    changed = template(key)
    resource = changed["Resources"][KEYS[key]]
    resource["Properties"] = replaced(resource["Properties"], other)
    assert [path[:2] for path, _ in faults(changed)] == [("Resources", KEYS[key])]


def test_a_bucket_that_gets_no_logs_needs_the_key(faults: Faults) -> None:
    changed = template("s3_log_bucket")
    del changed["Resources"]["BucketPolicy"]
    assert len(faults(changed)) == 1


def test_a_type_without_a_row_is_a_fault(faults: Faults) -> None:
    table = {"Type": "AWS::EFS::FileSystem", "Properties": {"KmsKeyId": {"Ref": "KeyArn"}}}
    ((_, words),) = faults({"Resources": {"Files": table}})
    assert words == "AWS::EFS::FileSystem is not in KEYS of controls/e9500_one_key_parameter.py"
