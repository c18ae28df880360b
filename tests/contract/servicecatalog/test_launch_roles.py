"""Launch roles: every call of a launch with a LAUNCH constraint needs a permission of the role."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.sandbox.stacks import check_template

ROOT = Path(__file__).resolve().parent.parent.parent.parent
TEMPLATE = check_template((ROOT / "tests" / "golden" / "kms_key-1.0.0.yaml").read_text(encoding="utf-8"))
"""Parsed once: the sandbox reads the template ten times as fast as JSON."""
KEYS = "arn:aws:kms:*:123456789012:key/*"
ALIASES = "arn:aws:kms:*:123456789012:alias/*"
STACKS = "arn:aws:cloudformation:*:123456789012:stack/SC-*"
NEEDED: dict[str, list[str]] = {
    "cloudformation:CreateStack": [STACKS],
    "cloudformation:DeleteStack": [STACKS],
    "cloudformation:DescribeStackEvents": [STACKS],
    "cloudformation:DescribeStacks": [STACKS],
    "cloudformation:GetTemplateSummary": ["*"],
    "cloudformation:SetStackPolicy": [STACKS],
    "cloudformation:UpdateStack": [STACKS],
    "cloudformation:ValidateTemplate": ["*"],
    "s3:GetObject": ["*"],
    "kms:CreateAlias": [ALIASES, KEYS],
    "kms:CreateKey": ["*"],
    "kms:DeleteAlias": [ALIASES, KEYS],
    "kms:DescribeKey": [KEYS],
    "kms:EnableKeyRotation": [KEYS],
    "kms:ListAliases": ["*"],
    "kms:ListResourceTags": [KEYS],
    "kms:PutKeyPolicy": [KEYS],
    "kms:ScheduleKeyDeletion": [KEYS],
    "kms:TagResource": [KEYS],
    "kms:UntagResource": [KEYS],
    "kms:UpdateKeyDescription": [KEYS],
}
"""The permissions for creating the key product, updating it in all ways, and terminating it."""
FORWARDED = {"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}}
TAGGED = {"StringEquals": {"s3:ExistingObjectTag/servicecatalog:provisioning": "true"}}


def allow(action: str, resources: list[str]) -> dict[str, Any]:
    condition = TAGGED if action == "s3:GetObject" else FORWARDED if action.startswith("kms:") else {}
    more = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": action, "Resource": resources, **more}


class Scenario:
    """The key product with a launch role, and a user who may launch it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        world.role("launch")
        dev = world.role("dev")
        product_id, artifact_id = world.product("Key", TEMPLATE)
        portfolio_id = world.portfolio(product_id, principals=(dev,))
        association = {"PortfolioId": portfolio_id, "ProductId": product_id}
        world.catalog.create_constraint(Type="LAUNCH", Parameters='{"LocalRoleName": "launch"}', **association)
        self.user = world.client("servicecatalog", world.assume(dev))
        self.product = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}

    def grant(self, **without: list[str]) -> None:
        """Give the role the necessary permissions, with other resources for some actions."""
        needed = NEEDED | without
        self.world.allow("launch", *(allow(action, resources) for action, resources in needed.items() if resources))

    def ended(self, answer: Any) -> Any:
        return self.user.describe_record(Id=answer["RecordDetail"]["RecordId"])["RecordDetail"]

    def launch(self, example: str, name: str = "", **parameters: str) -> Any:
        given = listed(example_parameters(example) | parameters)
        request = {"ProvisionedProductName": name or example, "ProvisioningParameters": given}
        return self.ended(self.user.provision_product(**request, **self.product))

    def update(self, example: str, name: str = "", **parameters: str) -> Any:
        given = listed(example_parameters(example) | parameters)
        request = {"ProvisionedProductName": name or example, "ProvisioningParameters": given}
        return self.ended(self.user.update_provisioned_product(**request))

    def terminate(self, name: str) -> Any:
        return self.ended(self.user.terminate_provisioned_product(ProvisionedProductName=name))

    def life(self, example: str, name: str = "mine") -> list[str]:
        """Launch, change everything that can change, terminate; return the statuses up to the first failure."""
        relaxed = {"Environment": "dev", "PreventDestroy": "false", "Alias": f"{name}/renamed"}
        changes: list[dict[str, str]] = [
            {"Description": "Another text"},
            {"Description": "Another text", "Service": "logs", "DeletionWindowDays": "30"},
            relaxed,
        ]
        statuses = [self.launch(example, name, Alias=name)["Status"]]
        for change in changes:
            if statuses[-1] == "SUCCEEDED":
                statuses.append(self.update(example, name, **{"Alias": name} | change)["Status"])
        if statuses[-1] == "SUCCEEDED":
            statuses.append(self.terminate(name)["Status"])
        return statuses


def example_parameters(example: str) -> dict[str, str]:
    given = yaml.safe_load((ROOT / "examples" / f"launch-{example}.yaml").read_text(encoding="utf-8"))
    return {key: ",".join(value) if isinstance(value, list) else str(value) for key, value in given.items()}


def listed(parameters: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in parameters.items()]


@pytest.fixture
def scenario(world: Any) -> Scenario:
    return Scenario(world)


@pytest.mark.parametrize("example", ["dev", "prod"])
def test_the_permissions_are_enough(scenario: Scenario, example: str) -> None:
    scenario.grant()
    assert scenario.life(example) == ["SUCCEEDED"] * 5


def test_policy_variables_of_the_role_have_values(scenario: Scenario) -> None:
    own = {
        action: [each.replace("123456789012", "${aws:PrincipalAccount}") for each in resources]
        for action, resources in NEEDED.items()
    }
    scenario.grant(**own)
    assert scenario.life("dev") == ["SUCCEEDED"] * 5


def test_each_permission_is_necessary(scenario: Scenario) -> None:
    lives = {}
    for number, action in enumerate(NEEDED):
        scenario.grant(**{action: []})
        lives[action] = scenario.life("dev", f"mine{number}")
    assert {action: life for action, life in lives.items() if life[-1] != "FAILED"} == {}


def test_an_alias_needs_permissions_on_itself_and_its_key(scenario: Scenario) -> None:
    for number, action in enumerate(("kms:CreateAlias", "kms:DeleteAlias")):
        for resource in (ALIASES, KEYS):
            scenario.grant(**{action: [resource]})
            assert scenario.life("dev", f"mine{number}{len(resource)}")[-1] == "FAILED", (action, resource)


def test_the_record_names_the_missing_permission_in_awss_words(scenario: Scenario) -> None:
    session = "User: arn:aws:sts::123456789012:assumed-role/launch/servicecatalog is not authorized to perform: "
    scenario.grant(**{"kms:EnableKeyRotation": []})
    (error,) = scenario.launch("dev")["RecordErrors"]
    assert (
        f"{session}kms:EnableKeyRotation on resource: arn:aws:kms:us-east-1:123456789012:key/" in error["Description"]
    )
    assert "because no identity-based policy allows the kms:EnableKeyRotation action" in error["Description"]
    assert "HandlerErrorCode: AccessDenied" in error["Description"]
    scenario.grant(**{"cloudformation:CreateStack": []})
    (error,) = scenario.launch("prod")["RecordErrors"]
    assert f"{session}cloudformation:CreateStack on resource: arn:aws:cloudformation:" in error["Description"]
    assert "Error Code: AccessDenied" in error["Description"]


def test_a_role_without_put_key_policy_would_be_locked_out(scenario: Scenario) -> None:
    scenario.grant(**{"kms:PutKeyPolicy": []})
    (error,) = scenario.launch("dev")["RecordErrors"]
    assert "The new key policy will not allow you to update the key policy in the future" in error["Description"]


def test_a_failed_rollback_is_reported(scenario: Scenario) -> None:
    scenario.grant(**{"kms:CreateAlias": [], "kms:ScheduleKeyDeletion": []})
    (error,) = scenario.launch("dev")["RecordErrors"]
    assert "kms:CreateAlias" in error["Description"]
    assert "kms:ScheduleKeyDeletion" in error["Description"]
    stacks = scenario.world.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackStatus"] for stack in stacks] == ["ROLLBACK_FAILED"]


def test_the_first_multi_region_key_creates_a_service_linked_role(scenario: Scenario) -> None:
    scenario.grant()
    (error,) = scenario.launch("dev", MultiRegion="true")["RecordErrors"]
    role = "role/aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
    assert f"iam:CreateServiceLinkedRole on resource: arn:aws:iam::123456789012:{role}" in error["Description"]
    condition = {"StringEquals": {"iam:AWSServiceName": "mrk.kms.amazonaws.com"}}
    permission = {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*", "Condition": condition}
    scenario.world.allow("launch", permission, *(allow(*needed) for needed in NEEDED.items()))
    assert scenario.launch("prod", MultiRegion="true")["Status"] == "SUCCEEDED"
    scenario.grant()
    assert scenario.update("prod", MultiRegion="true", Service="logs")["Status"] == "SUCCEEDED"


def only_if(condition: dict[str, Any], service: str) -> list[dict[str, Any]]:
    """The necessary permissions, with a condition for the actions of one service."""
    allowed = [(action, allow(action, resources)) for action, resources in NEEDED.items()]
    return [
        statement | ({"Condition": condition} if action.startswith(service) else {}) for action, statement in allowed
    ]


CLOUDFORMATION = "cloudformation.amazonaws.com"
THROUGH_CLOUDFORMATION: list[dict[str, Any]] = [
    {"ForAnyValue:StringEquals": {"aws:CalledVia": CLOUDFORMATION}},
    {"StringEquals": {"aws:CalledViaFirst": CLOUDFORMATION}},
    {"StringEquals": {"aws:CalledViaLast": CLOUDFORMATION}},
    {"Bool": {"aws:ViaAWSService": "true"}},
]


@pytest.mark.parametrize("condition", THROUGH_CLOUDFORMATION, ids=str)
def test_handlers_use_a_forward_access_session(scenario: Scenario, condition: dict[str, Any]) -> None:
    scenario.world.allow("launch", *only_if(condition, "kms:"))
    assert scenario.life("dev") == ["SUCCEEDED"] * 5


@pytest.mark.parametrize("condition", THROUGH_CLOUDFORMATION, ids=str)
def test_service_catalog_calls_with_the_role_itself(scenario: Scenario, condition: dict[str, Any]) -> None:
    """Only the calls that CloudFormation makes for the role are forwarded."""
    scenario.world.allow("launch", *only_if(condition, "cloudformation:"))
    (error,) = scenario.launch("dev")["RecordErrors"]
    assert "is not authorized to perform: cloudformation:GetTemplateSummary" in error["Description"]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NO_KEYS = {"Effect": "Deny", "NotAction": ["cloudformation:*", "s3:*"], "Resource": "*"}


def test_a_deny_a_managed_policy_and_a_boundary(scenario: Scenario) -> None:
    iam = scenario.world.client("iam")
    scenario.world.allow("launch", ALL, NO_KEYS)
    (error,) = scenario.launch("dev")["RecordErrors"]
    assert "kms:CreateKey on resource: * with an explicit deny in an identity-based policy" in error["Description"]
    iam.delete_role_policy(RoleName="launch", PolicyName="launch")
    full = iam.create_policy(PolicyName="full", PolicyDocument=policy(ALL))["Policy"]["Arn"]
    narrow = iam.create_policy(
        PolicyName="narrow", PolicyDocument=policy(ALL | {"Action": ["cloudformation:*", "s3:*"]})
    )
    iam.attach_role_policy(RoleName="launch", PolicyArn=full)
    iam.put_role_permissions_boundary(RoleName="launch", PermissionsBoundary=narrow["Policy"]["Arn"])
    scenario.user.terminate_provisioned_product(ProvisionedProductName="dev")
    (error,) = scenario.launch("dev")["RecordErrors"]
    assert "because no permissions boundary allows the kms:CreateKey action" in error["Description"]
    iam.delete_role_permissions_boundary(RoleName="launch")
    scenario.user.terminate_provisioned_product(ProvisionedProductName="dev")
    assert scenario.launch("dev")["Status"] == "SUCCEEDED"


def test_a_key_policy_that_names_the_role_is_enough(world: Any, scenario: Scenario) -> None:
    """As on AWS within one account, an Allow in the key policy to the role itself is enough."""
    by_name = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/launch"},
        "Action": "kms:*",
        "Resource": "*",
    }
    key = {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True}}
    key["Properties"]["KeyPolicy"] = json.loads(policy(by_name))  # type: ignore[index]
    template = {"Resources": {"Key": key}}
    version = world.catalog.create_provisioning_artifact(
        ProductId=scenario.product["ProductId"],
        Parameters={"Name": "2", "Info": {"LoadTemplateFromURL": world.put_template(template, "two.json")}},
    )["ProvisioningArtifactDetail"]["Id"]
    scenario.grant(**{name: [] for name in NEEDED if name.startswith("kms:") and name != "kms:CreateKey"})
    request = scenario.product | {"ProvisioningArtifactId": version}
    record = scenario.ended(scenario.user.provision_product(ProvisionedProductName="own", **request))
    assert (
        "kms:TagResource" in record["RecordErrors"][0]["Description"]
    )  # for AutoTags; the key does not exist yet, so it has no policy
    scenario.grant(
        **{name: [] for name in NEEDED if name.startswith("kms:") and name[4:] not in ("CreateKey", "TagResource")}
    )
    assert (
        scenario.ended(scenario.user.provision_product(ProvisionedProductName="two", **request))["Status"]
        == "SUCCEEDED"
    )
    assert scenario.terminate("two")["Status"] == "SUCCEEDED"


def test_the_role_needs_every_call_that_reads_a_replica(world: Any, scenario: Scenario) -> None:
    primary = world.client("kms", region="eu-west-1").create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    by_root = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*"}
    properties = {"PrimaryKeyArn": primary, "KeyPolicy": json.loads(policy(by_root | {"Resource": "*"}))}
    template = {"Resources": {"Replica": {"Type": "AWS::KMS::ReplicaKey", "Properties": properties}}}
    version = world.catalog.create_provisioning_artifact(
        ProductId=scenario.product["ProductId"],
        Parameters={"Name": "2", "Info": {"LoadTemplateFromURL": world.put_template(template, "two.json")}},
    )["ProvisioningArtifactDetail"]["Id"]
    request = scenario.product | {"ProvisioningArtifactId": version}
    replicate, read = allow("kms:ReplicateKey", [KEYS]), allow("kms:GetKeyPolicy", [KEYS])
    scenario.world.allow("launch", replicate, *(allow(*needed) for needed in NEEDED.items()))
    (error,) = scenario.ended(scenario.user.provision_product(ProvisionedProductName="one", **request))["RecordErrors"]
    assert "is not authorized to perform: kms:GetKeyPolicy" in error["Description"]
    scenario.world.allow("launch", replicate, read, *(allow(*needed) for needed in NEEDED.items()))
    assert (
        scenario.ended(scenario.user.provision_product(ProvisionedProductName="two", **request))["Status"]
        == "SUCCEEDED"
    )


def test_the_check_can_be_disabled(scenario: Scenario, knobs: Any) -> None:
    scenario.world.client("iam").delete_role_policy(RoleName="launch", PolicyName="launch")
    assert scenario.launch("dev")["Status"] == "FAILED"
    knobs.enforce_launch_role = False
    assert scenario.launch("prod")["Status"] == "SUCCEEDED"
