"""Tables, log groups, roles of functions and networks: what a launch makes, and what it never makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cfnlint.api
import pytest

from catalog.cfn import Pseudo, evaluate_rules, resolve_parameters
from tests.unit.products.blocks import ACCOUNT, KEY, ROOT, example, launched, product

EXPORTS = {"SC-123456789012-pp-abcdefghijklm-KeyArn": KEY}


def broken_rules(key: str, stage: str, **given: str) -> list[str]:
    parameters = resolve_parameters(product(key)[1].template, example(key, stage) | given)
    assert parameters.problems == ()
    results = evaluate_rules(product(key)[1].template["Rules"], parameters.values, Pseudo(ACCOUNT, "us-east-1"))
    return [each.description for result in results for each in result.assertions if not each.passed]


@pytest.mark.parametrize(
    ("key", "given", "words"),
    [
        ("log_group", {"RetentionDays": "180"}, "365 or more"),
        ("network_baseline", {"RetentionDays": "90"}, "365 or more"),
        ("s3_log_bucket", {"RetentionDays": "90"}, "365 or more"),
        ("s3_secure_bucket", {"NoncurrentVersionDays": "30"}, "90 or 365"),
        ("dynamodb_table", {"DeletionProtection": "false"}, "must be true"),
    ],
)
def test_production_has_duties_that_dev_does_not(key: str, given: dict[str, str], words: str) -> None:
    (said,) = broken_rules(key, "prod", **given)
    assert words in said
    assert broken_rules(key, "dev", **given) == []


def test_a_table_is_encrypted_and_recoverable_and_sorted_if_asked() -> None:
    table = launched("dynamodb_table")["Table"]["Properties"]
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert [each["KeyType"] for each in table["KeySchema"]] == ["HASH", "RANGE"]
    unsorted = launched("dynamodb_table", SortKey="")["Table"]["Properties"]
    assert [each["AttributeName"] for each in unsorted["AttributeDefinitions"]] == ["customer"]
    assert launched("dynamodb_table", "prod", EXPORTS)["Table"]["Properties"]["DeletionProtectionEnabled"] is True


def test_a_log_group_masks_and_is_subscribed_if_asked() -> None:
    dev, prod = launched("log_group"), launched("log_group", "prod", EXPORTS)
    assert "DataProtectionPolicy" not in dev["LogGroup"]["Properties"]
    audit, mask = prod["LogGroup"]["Properties"]["DataProtectionPolicy"]["Statement"]
    assert audit["DataIdentifier"] == mask["DataIdentifier"]
    assert dev.keys() == {"LogGroup", "Errors"}
    role = f"arn:aws:iam::{ACCOUNT}:role/logs-subscription-security"
    assert prod["Subscription"]["Properties"]["RoleArn"] == role
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:forward"
    to_function = launched("log_group", SubscriptionDestinationArn=function)["Subscription"]["Properties"]
    assert "RoleArn" not in to_function


@pytest.mark.parametrize(
    ("key", "parameter", "prefix", "names"),
    [
        ("s3_secure_bucket", "ReplicationRoleName", "s3-replication-", ("s3-replication-data", "s3-replication-a/b.c")),
        ("log_group", "SubscriptionRoleName", "logs-subscription-", ("logs-subscription-x",)),
        ("network_baseline", "FlowLogRoleName", "vpc-flow-logs", ("vpc-flow-logs", "vpc-flow-logs-eu")),
    ],
)
def test_the_arn_of_a_role_has_its_whole_name(key: str, parameter: str, prefix: str, names: tuple[str, ...]) -> None:
    exports = EXPORTS | {"SC-123456789012-pp-nopqrstuvwxyz-BucketName": "logs"}
    for name in names:
        assert f':role/{name}"' in json.dumps(launched(key, "prod", exports, **{parameter: name}))
    for wrong in (f"{prefix}a{prefix}b", f"other-{prefix}", "admin"):
        given = example(key, "prod") | {parameter: wrong}
        problems = resolve_parameters(product(key)[1].template, given).problems
        assert {problem.name for problem in problems} == {parameter}


def statements(**given: str) -> dict[str, Any]:
    role = launched("lambda_service_role", **given)["Role"]["Properties"]
    assert role["PermissionsBoundary"] == f"arn:aws:iam::{ACCOUNT}:policy/catalog-lambda-boundary"
    (policy,) = role["Policies"]
    return {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}


def test_a_role_of_a_function_may_what_is_named() -> None:
    alone = statements(QueueArn="")
    assert alone.keys() == {"WriteLogs", "UseKey"}
    assert alone["UseKey"]["Resource"] == KEY
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/dev-orders"
    assert alone["WriteLogs"]["Resource"] == f"{group}:*"
    queue, table = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q", f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t"
    every = statements(QueueArn=queue, TableArn=table, VpcAccess="true")
    assert (every["WorkOffQueue"]["Resource"], every["UseTable"]["Resource"]) == (queue, table)
    assert [sid for sid, each in every.items() if each["Resource"] == "*"] == ["MakeInterfaces"]


def boundary() -> set[str]:
    file = ROOT / "examples" / "account-prerequisites.template.yaml"
    assert cfnlint.api.lint_file(Path(file)) == []
    template, _ = cfnlint.decode.decode(str(file))
    document = template["Resources"]["LambdaBoundary"]["Properties"]["PolicyDocument"]
    return {action for each in document["Statement"] for action in each["Action"]}


def test_the_boundary_of_the_example_allows_what_roles_of_functions_have() -> None:
    prod = product("lambda_service_role")[1].template["Resources"]["Role"]["Properties"]["Policies"]
    every = {action for action in texts(prod) if ":" in action and not action.startswith("arn:")}
    assert every == boundary()


def texts(node: Any) -> set[str]:
    """The actions in a policy, at any depth."""
    if isinstance(node, dict):
        own = set(node["Action"]) if isinstance(node.get("Action"), list) else set()
        return own.union(*map(texts, node.values()))
    return set().union(*map(texts, node)) if isinstance(node, list) else set()


def test_a_network_has_no_way_to_the_internet() -> None:
    resources = launched("network_baseline")
    kinds = {each["Type"] for each in resources.values()}
    assert not kinds & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route", "AWS::EC2::EIP"}
    assert "0.0.0.0/0" not in json.dumps(resources)
    subnets = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::EC2::Subnet"]
    assert [each["MapPublicIpOnLaunch"] for each in subnets] == [False, False]
    endpoints = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::EC2::VPCEndpoint"]
    assert sorted(each["ServiceName"].rpartition(".")[2] for each in endpoints) == ["kms", "logs", "s3"]
    for endpoint in endpoints:
        (only,) = endpoint["PolicyDocument"]["Statement"]
        assert only["Condition"] == {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
    assert resources["FlowLog"]["Properties"]["TrafficType"] == "ALL"
    assert resources["FlowLogGroup"]["Properties"]["KmsKeyId"] == KEY


@pytest.mark.parametrize("block", ["10.20.0.0/24", "11.0.0.0/16", "172.32.0.0/16", "10.20.1.0/16", "0.0.0.0/0", ""])
def test_a_network_has_private_addresses(block: str) -> None:
    given = example("network_baseline", "dev") | {"CidrBlock": block}
    problems = resolve_parameters(product("network_baseline")[1].template, given).problems
    assert {problem.name for problem in problems} == {"CidrBlock"}


@pytest.mark.parametrize("block", ["10.0.0.0/16", "10.255.0.0/16", "172.16.0.0/16", "172.31.0.0/16", "192.168.0.0/16"])
def test_each_private_range_has_networks(block: str) -> None:
    given = example("network_baseline", "dev") | {"CidrBlock": block}
    assert resolve_parameters(product("network_baseline")[1].template, given).problems == ()
