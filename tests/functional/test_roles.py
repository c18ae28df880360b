"""`catalog role check` over HTTP, and the publisher's calls compared with the table of its permissions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.functional.conftest import Run

ROLE = "arn:aws:iam::123456789012:role/catalog-launch-kms-key"


@pytest.fixture
def bootstrapped(catalog: Run) -> None:
    result = catalog("bootstrap", "--local", "--yes", "--allow", "widen")
    assert result.exit_code == 0, result.output


@pytest.mark.usefixtures("bootstrapped")
def test_bootstrap_deploys_the_derived_role(catalog: Run) -> None:
    result = catalog("role", "check", ROLE, "--local")
    assert (result.exit_code, result.stdout) == (0, f"{ROLE}: matches the derived role\n")
    assert json.loads(catalog("role", "check", ROLE, "kms_key", "--local", "--json").stdout)["differences"] == []


@pytest.mark.usefixtures("bootstrapped")
def test_each_kind_of_change_to_a_deployed_role_is_reported(catalog: Run, client: Callable[..., Any]) -> None:
    iam, name = client("iam"), "catalog-launch-kms-key"
    policy = iam.get_role_policy(RoleName=name, PolicyName="launch")["PolicyDocument"]
    for statement in policy["Statement"]:
        if "kms:PutKeyPolicy" in statement["Action"]:
            statement["Action"].remove("kms:PutKeyPolicy")
            statement["Action"].append("kms:Decrypt")
    iam.put_role_policy(RoleName=name, PolicyName="launch", PolicyDocument=json.dumps(policy))
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*"}]}
    arn = iam.create_policy(PolicyName="wide", PolicyDocument=json.dumps(wide))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))

    result = catalog("role", "check", ROLE, "--local", "--json")
    assert result.exit_code == 4
    differences = json.loads(result.stdout)["differences"]
    assert {(difference["kind"], difference["action"]) for difference in differences} == {
        ("missing", "kms:PutKeyPolicy"),
        ("superfluous", "kms:Decrypt"),
        ("wider", "kms:CreateKey"),
        ("trust", "AWS *"),
        ("trust", "Service servicecatalog.amazonaws.com"),
    }
    text = catalog("role", "check", ROLE, "--local")
    assert text.exit_code == 4
    assert "5 differences" in text.stdout
    assert f"in policy {arn}, statement 1; without the condition StringEquals aws:calledviafirst" in text.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([ROLE], "does not exist"),
        (["arn:aws:iam::210987654321:role/x", "kms_key"], "of account 210987654321"),
        (["launch", "kms_key"], "is not the ARN of a role"),
        (["arn:aws:iam::123456789012:role/x"], "no portfolio launches a product with role x"),
    ],
)
def test_a_role_that_cannot_be_compared_is_an_error(catalog: Run, arguments: list[str], message: str) -> None:
    result = catalog("role", "check", "--local", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
