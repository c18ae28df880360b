"""Templates with every feature of the engine: launched, updated and terminated as the role that is derived for them.

A template in tests/fixtures/features has in its Metadata what an update changes, and the IAM actions without each of
which the launch fails and names it. All share one sandbox.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from catalog.content.template_files import read_template
from catalog.model.definition import LaunchPermission
from catalog.roles.derive import ProductVersion, derive
from catalog.roles.template import SERVICE_PERMISSIONS, policy_document
from catalog.sandbox import custom_answers, stacks
from tests.conftest import ROOT
from tests.contract.resource_types.conftest import ACCOUNT, REGION, ROLE, TAGS, World
from tests.contract.resource_types.test_derived_roles import plain

FOLDER = ROOT / "tests" / "fixtures" / "features"
FILES = sorted(file for file in FOLDER.iterdir() if file.is_file())
NESTED = sorted((FOLDER / "nested").iterdir())
TEMPLATE_BUCKET = LaunchPermission("Nested", ("s3:GetObject",), ("arn:aws:s3:::features/*",), "Nested templates.")
"""What a product with nested stacks declares besides: the role is derived from each template by itself."""
HIDDEN = "its resources are in another template"


@cache
def read(file: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(json.dumps(read_template(file.name, file.read_bytes())))
    return template


def changed(template: dict[str, Any]) -> dict[str, Any]:
    """The template after its update: `Resource.Property.Member` → value."""
    after = copy.deepcopy(template)
    for path, value in template["Metadata"]["Test"]["change"].items():
        name, *steps, last = path.split(".")
        node = after["Resources"][name].setdefault("Properties", {})
        for step in steps:
            node = node[step]
        node[last] = value
    return after


@cache
def derived_policy(file: Path) -> dict[str, Any]:
    template = read(file)
    nested = [read(each) for each in NESTED] if "AWS::CloudFormation::Stack" in file.read_text(encoding="utf-8") else []
    versions = [
        ProductVersion("it", f"1.{minor}.0", each) for minor, each in enumerate((template, changed(template), *nested))
    ]
    derived = derive(versions, (REGION,))
    assert set(derived.underivable.values()) <= {HIDDEN}
    more = [TEMPLATE_BUCKET] if nested else []
    document: dict[str, Any] = plain(policy_document([*SERVICE_PERMISSIONS, *derived.permissions, *more]))
    return document


@pytest.fixture(scope="module")
def account(shared_world: World) -> Iterator[World]:
    """What the templates refer to: parameters, a secret, an export, templates in S3, the CDK's bucket of assets."""
    ssm, s3 = shared_world.client("ssm"), shared_world.client("s3")
    for value in ("first", "second"):
        ssm.put_parameter(Name="/feature/name", Value=value, Type="String", Overwrite=True)
    ssm.put_parameter(Name="/feature/password", Value="correct-horse", Type="SecureString")
    ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="28", Type="String")
    secret = json.dumps({"password": "correct-horse"})
    shared_world.client("secretsmanager").create_secret(Name="feature", SecretString=secret)
    assets = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
    for bucket in ("features", assets):
        s3.create_bucket(Bucket=bucket)
    function = read(FOLDER / "cdk_synthesised.json")["Resources"]
    (key,) = [
        each["Properties"]["Code"]["S3Key"] for each in function.values() if each["Type"] == "AWS::Lambda::Function"
    ]
    s3.put_object(Bucket=assets, Key=key, Body=empty_zip())
    for file in NESTED:
        s3.put_object(Bucket="features", Key=file.name, Body=file.read_bytes())
    output = {"Address": {"Value": "team@example.com", "Export": {"Name": "feature-address"}}}
    nothing = {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}
    shared_world.allow()
    assert shared_world.create({"Resources": nothing, "Outputs": output}, "features").status == "CREATE_COMPLETE"
    custom_answers.clear()
    custom_answers.add(b'{"match": "Custom::Quota", "answer": {"PhysicalResourceId": "quota", "Data": {"Limit": "5"}}}')
    yield shared_world
    custom_answers.clear()


def empty_zip() -> bytes:
    return b"PK\x05\x06" + bytes(18)


def given(world: World, template: dict[str, Any]) -> dict[str, str]:
    if "Vpc" not in template.get("Parameters", {}):
        return {}
    return {"Vpc": world.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]}


def run(operation: Any, world: World, template: dict[str, Any]) -> stacks.StackOutcome:
    wanted = stacks.WantedStack(
        ACCOUNT,
        REGION,
        name=world.stack,
        template=json.dumps(template),
        parameters=given(world, template),
        tags=TAGS,
        role_arn=ROLE,
        caller_arn=ROLE,
    )
    outcome: stacks.StackOutcome = operation(wanted)
    return outcome


def test_there_are_enough() -> None:
    assert len(FILES) >= 25


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_template_lives_as_its_derived_role(account: World, world: World, file: Path) -> None:
    template, policy = read(file), derived_policy(file)
    world.policy(json.dumps(policy))
    outcome = run(stacks.create_stack, world, template)
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    after = changed(template)
    if after != template:
        outcome = run(stacks.update_stack, world, after)
        assert outcome.status == "UPDATE_COMPLETE", outcome.reason
    assert not world.failures()
    outcome = world.delete()
    assert outcome.status == "DELETE_COMPLETE", outcome.reason
    for action in template["Metadata"]["Test"]["denied"]:
        deny = {"Effect": "Deny", "Action": action, "Resource": "*"}
        world.policy(json.dumps({**policy, "Statement": [*policy["Statement"], deny]}))
        assert f"is not authorized to perform: {action} on resource: " in failure(world, template), action
        assert world.delete().status == "DELETE_COMPLETE"


def failure(world: World, template: dict[str, Any]) -> str:
    """Why a launch fails: a refusal before there is a stack, or what rolled it back."""
    try:
        outcome = run(stacks.create_stack, world, template)
    except stacks.StackRefused as refused:
        return refused.message
    return outcome.reason if outcome.status == "ROLLBACK_COMPLETE" else ""
