"""Launches under a STACKSET constraint create a stack in every account and Region, with two roles."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from tests.contract.servicecatalog.conftest import trust_policy

HUB, ONE, TWO = "123456789012", "210987654321", "310987654321"
REGIONS = ["eu-west-3", "us-east-1"]
EVERYWHERE = [(account, region) for region in REGIONS for account in (ONE, TWO)]
ADMIN = f"arn:aws:iam::{HUB}:role/Administration"
SET = {"AccountList": [ONE, TWO], "RegionList": REGIONS, "AdminRole": ADMIN, "ExecutionRole": "Execution"}
ROOT = {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
POLICY = {"Statement": [{"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}]}
KEY_TEMPLATE: dict[str, Any] = {
    "Parameters": {"Text": {"Type": "String"}, "Days": {"Type": "Number", "Default": 7}},
    "Resources": {
        "Key": {
            "Type": "AWS::KMS::Key",
            "Properties": {
                "Description": {"Fn::Sub": "${Text} ${Days} ${AWS::AccountId} ${AWS::Region}"},
                "KeyPolicy": POLICY,
                "PendingWindowInDays": {"Ref": "Days"},
            },
        }
    },
    "Outputs": {"KeyId": {"Value": {"Ref": "Key"}}},
}
EXECUTING = ("cloudformation:*", "kms:*")


class Scenario:
    """A key product with a STACKSET constraint, the two roles, and a user who may launch it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.accounts = {account: world.other_account(account) for account in (ONE, TWO)}
        dev = world.role("dev")
        self.product_id, self.artifact_id = world.product("Key", KEY_TEMPLATE)
        association = {"PortfolioId": world.portfolio(self.product_id, principals=(dev,)), "ProductId": self.product_id}
        constraint = {"Version": "1", "Properties": SET}
        response = world.catalog.create_constraint(Type="STACKSET", Parameters=json.dumps(constraint), **association)
        self.constraint_id = response["ConstraintDetail"]["ConstraintId"]
        self.user = world.client("servicecatalog", world.assume(dev))
        world.role("Administration", allow=("sts:AssumeRole",), Service="cloudformation.amazonaws.com")
        for account in self.accounts:
            self.execution_role(account)

    def execution_role(self, account: str) -> None:
        self.accounts[account].role("Execution", allow=EXECUTING, AWS=HUB)

    def ended(self, answer: Any) -> Any:
        return self.user.describe_record(Id=answer["RecordDetail"]["RecordId"])["RecordDetail"]

    def launch(self, **preferences: Any) -> Any:
        return self.ended(
            self.user.provision_product(
                ProvisionedProductName="mine",
                ProductId=self.product_id,
                ProvisioningArtifactId=self.artifact_id,
                ProvisioningParameters=[{"Key": "Text", "Value": "first"}],
                ProvisioningPreferences=preferences,
            )
        )

    def update(self, operation: str = "UPDATE", **request: Any) -> Any:
        members = ("ProvisioningParameters", "ProvisioningArtifactId")
        more = {name: request.pop(name) for name in members if name in request}
        preferences = {"StackSetOperationType": operation} | request
        update = self.user.update_provisioned_product
        return self.ended(update(ProvisionedProductName="mine", ProvisioningPreferences=preferences, **more))

    def terminate(self, **more: Any) -> Any:
        return self.ended(self.user.terminate_provisioned_product(ProvisionedProductName="mine", **more))

    def provisioned(self) -> Any:
        return self.user.search_provisioned_products()["ProvisionedProducts"][0]

    def instances(self) -> dict[tuple[str, str], str]:
        listed = self.user.list_stack_instances_for_provisioned_product(ProvisionedProductId=self.provisioned()["Id"])
        return {
            (instance["Account"], instance["Region"]): instance["StackInstanceStatus"]
            for instance in listed["StackInstances"]
        }

    def keys(self) -> dict[tuple[str, str], str]:
        """The descriptions of the keys that are not deleted, by account and Region."""
        descriptions = {}
        for account, region in EVERYWHERE:
            kms = self.accounts[account].client("kms", region=region)
            keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
            for key in keys:
                if key["KeyState"] == "Enabled":
                    descriptions[(account, region)] = key["Description"]
        return descriptions


def text(value: str, targets: Iterable[tuple[str, str]] = EVERYWHERE) -> dict[tuple[str, str], str]:
    """The descriptions that the keys should have."""
    return {target: f"{value} {' '.join(target)}" for target in targets}


@pytest.fixture
def scenario(world: Any) -> Scenario:
    return Scenario(world)


def test_a_stack_set_in_two_accounts_and_two_regions(scenario: Scenario) -> None:
    asked = {"ProductId": scenario.product_id, "ProvisioningArtifactId": scenario.artifact_id}
    offered = scenario.user.describe_provisioning_parameters(**asked)["ProvisioningArtifactPreferences"]
    assert offered == {"StackSetAccounts": [ONE, TWO], "StackSetRegions": REGIONS}

    record = scenario.launch()
    assert (record["Status"], record["ProvisionedProductType"]) == ("SUCCEEDED", "CFN_STACKSET")
    provisioned = scenario.provisioned()
    assert (provisioned["Type"], provisioned["Status"]) == ("CFN_STACKSET", "AVAILABLE")
    name = f"SC-{HUB}-{provisioned['Id']}"
    assert provisioned["PhysicalId"].startswith(f"arn:aws:cloudformation:us-east-1:{HUB}:stackset/{name}:")
    assert list(scenario.instances()) == EVERYWHERE
    assert set(scenario.instances().values()) == {"CURRENT"}
    assert scenario.keys() == text("first 7")
    formation = scenario.accounts[TWO].client("cloudformation", region="eu-west-3")
    (stack,) = formation.describe_stacks()["Stacks"]
    assert stack["StackName"].startswith(f"StackSet-{name}-")
    assert stack["RoleARN"] == f"arn:aws:iam::{TWO}:role/Execution"
    tags = {tag["Key"]: tag["Value"] for tag in stack["Tags"]}
    assert tags["aws:servicecatalog:provisionedProductArn"] == provisioned["Arn"]

    parameters = [{"Key": "Text", "UsePreviousValue": True}, {"Key": "Days", "Value": "8"}]
    assert scenario.update(ProvisioningParameters=parameters)["Status"] == "SUCCEEDED"
    assert scenario.keys() == text("first 8")

    assert scenario.terminate()["Status"] == "SUCCEEDED"
    assert scenario.keys() == {}
    assert scenario.user.search_provisioned_products()["ProvisionedProducts"] == []


def test_instances_are_created_and_deleted_and_an_update_reaches_the_named_instances(scenario: Scenario) -> None:
    first = (ONE, "us-east-1")
    scenario.launch(StackSetAccounts=[ONE], StackSetRegions=["us-east-1"])
    assert scenario.instances() == {first: "CURRENT"}
    info = {"LoadTemplateFromURL": scenario.world.put_template(KEY_TEMPLATE | {"Description": "new"}, key="v2.json")}
    version = {"ProductId": scenario.product_id, "Parameters": {"Name": "2.0.0", "Info": info}}
    response = scenario.world.catalog.create_provisioning_artifact(**version)
    other = response["ProvisioningArtifactDetail"]["Id"]

    record = scenario.update("CREATE", ProvisioningArtifactId=other)
    assert (record["Status"], record["ProvisioningArtifactId"]) == ("SUCCEEDED", scenario.artifact_id)
    assert scenario.provisioned()["ProvisioningArtifactId"] == scenario.artifact_id
    assert scenario.keys() == text("first 7")
    assert scenario.update("DELETE", StackSetAccounts=[TWO])["Status"] == "SUCCEEDED"
    targets = [(ONE, "us-east-1"), (ONE, "eu-west-3")]
    assert scenario.keys() == text("first 7", targets)
    assert list(scenario.instances()) == targets

    (error,) = scenario.update(StackSetAccounts=[TWO])["RecordErrors"]
    assert f"no stack instances in {TWO}" in error["Description"]
    assert scenario.provisioned()["Status"] == "TAINTED"
    second = [{"Key": "Text", "Value": "second"}]
    record = scenario.update(
        ProvisioningArtifactId=other,
        ProvisioningParameters=second,
        StackSetRegions=["eu-west-3"],
        StackSetAccounts=[ONE],
    )
    assert record["Status"] == "SUCCEEDED"
    assert scenario.provisioned()["ProvisioningArtifactId"] == other
    assert scenario.keys() == text("first 7", [first]) | text("second 7", [(ONE, "eu-west-3")])
    assert scenario.instances() == {first: "OUTDATED", (ONE, "eu-west-3"): "CURRENT"}

    assert scenario.terminate(RetainPhysicalResources=True)["Status"] == "SUCCEEDED"
    assert len(scenario.keys()) == 2


@pytest.mark.parametrize(
    ("preferences", "message"),
    [
        ({"StackSetAccounts": [ONE, HUB]}, f"StackSetAccounts must be within .* got {HUB}"),
        ({"StackSetRegions": ["ap-south-1"]}, "StackSetRegions must be within .* got ap-south-1"),
        (
            {"StackSetFailureToleranceCount": 1, "StackSetFailureTolerancePercentage": 50},
            "either StackSetFailureToleranceCount or StackSetFailureTolerancePercentage",
        ),
        (
            {"StackSetMaxConcurrencyCount": 1, "StackSetMaxConcurrencyPercentage": 50},
            "either StackSetMaxConcurrencyCount or StackSetMaxConcurrencyPercentage",
        ),
    ],
)
def test_preferences_outside_the_constraint_are_refused(scenario: Scenario, preferences: Any, message: str) -> None:
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match=message):
        scenario.launch(**preferences)
    assert scenario.user.search_provisioned_products()["ProvisionedProducts"] == []


def test_the_operation_stops_if_more_accounts_fail_than_are_tolerated(scenario: Scenario) -> None:
    account = scenario.accounts[ONE]
    account.drop_role("Execution")
    missing = f"Account {ONE} should have 'Execution' role with trust relationship to Role 'Administration'."

    record = scenario.launch()
    assert record["Status"] == "FAILED"
    (error,) = record["RecordErrors"]
    assert error["Description"] == f"Account {ONE}, Region eu-west-3: {missing}"
    assert (scenario.provisioned()["Status"], scenario.provisioned()["StatusMessage"]) == (
        "ERROR",
        error["Description"],
    )
    assert scenario.keys() == {}
    assert set(scenario.instances().items()) == {(target, "OUTDATED") for target in EVERYWHERE}
    assert scenario.terminate()["Status"] == "SUCCEEDED"

    record = scenario.launch(StackSetFailureTolerancePercentage=50)
    assert record["Status"] == "SUCCEEDED"
    targets = [(TWO, region) for region in REGIONS]
    assert scenario.keys() == text("first 7", targets)
    assert [target for target, status in scenario.instances().items() if status == "CURRENT"] == targets

    scenario.execution_role(ONE)
    assert scenario.update("CREATE", StackSetAccounts=[ONE])["Status"] == "SUCCEEDED"
    assert scenario.keys() == text("first 7")


def test_the_permissions_and_trust_of_the_roles_are_necessary(scenario: Scenario) -> None:
    """Without each permission the launch fails; then an update creates the failed instance again."""
    iam, account = scenario.world.client("iam"), scenario.accounts[ONE]
    execution = account.client("iam")
    only = {"StackSetAccounts": [ONE], "StackSetRegions": ["us-east-1"]}

    def failure() -> str:
        (error,) = scenario.launch(**only)["RecordErrors"]
        assert scenario.terminate()["Status"] == "SUCCEEDED"
        return str(error["Description"])

    untrusted = f"Account {ONE}, Region us-east-1: Account {ONE} should have 'Execution' role"
    scenario.world.allow("Administration", {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"})
    assert failure().startswith(untrusted)
    scenario.world.allow(
        "Administration", {"Effect": "Allow", "Action": "sts:*", "Resource": f"arn:aws:iam::{ONE}:role/*"}
    )
    execution.update_assume_role_policy(RoleName="Execution", PolicyDocument=trust_policy(AWS=TWO))
    assert failure().startswith(untrusted)
    execution.update_assume_role_policy(RoleName="Execution", PolicyDocument=trust_policy(AWS=ADMIN))
    account.allow("Execution", {"Effect": "Allow", "Action": "kms:*", "Resource": "*"})
    assert "not authorized to perform: cloudformation:CreateStack" in failure()
    conditional = json.loads(trust_policy(Service="cloudformation.amazonaws.com"))
    conditional["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceAccount": TWO}}
    iam.update_assume_role_policy(RoleName="Administration", PolicyDocument=json.dumps(conditional))
    message = f"Account {HUB} should have 'Administration' role with trust relationship to CloudFormation service."
    assert message in failure()
    conditional["Statement"][0]["Condition"] = {
        "StringEquals": {"aws:SourceAccount": HUB},
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudformation:*:{HUB}:stackset/*"},
    }
    iam.update_assume_role_policy(RoleName="Administration", PolicyDocument=json.dumps(conditional))

    account.allow("Execution", {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"})
    record = scenario.launch(StackSetFailureToleranceCount=1, **only)
    assert (record["Status"], set(scenario.instances().values())) == ("SUCCEEDED", {"OUTDATED"})
    formation = account.client("cloudformation")
    assert [stack["StackStatus"] for stack in formation.describe_stacks()["Stacks"]] == ["ROLLBACK_COMPLETE"]
    account.allow("Execution", {"Effect": "Allow", "Action": list(EXECUTING), "Resource": "*"})
    same_text = [{"Key": "Text", "UsePreviousValue": True}]
    scenario.world.drop_role("Administration")
    assert (
        scenario.update("CREATE")["Status"] == scenario.update(ProvisioningParameters=same_text)["Status"] == "FAILED"
    )
    other = scenario.world.role("Other", allow=("sts:AssumeRole",), Service="cloudformation.amazonaws.com")
    execution.update_assume_role_policy(RoleName="Execution", PolicyDocument=trust_policy(AWS=other))
    parameters = json.dumps({"Version": "1", "Properties": SET | {"AdminRole": other}})
    scenario.world.catalog.update_constraint(Id=scenario.constraint_id, Parameters=parameters)
    assert scenario.update(ProvisioningParameters=same_text)["Status"] == "SUCCEEDED"
    assert scenario.keys() == text("first 7", [(ONE, "us-east-1")])

    account.allow("Execution", {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"})
    assert scenario.terminate()["Status"] == "FAILED"
    assert (scenario.provisioned()["Status"], set(scenario.instances().values())) == ("ERROR", {"INOPERABLE"})
    assert scenario.terminate(IgnoreErrors=True)["Status"] == "SUCCEEDED"


def test_the_constraint_can_forbid_to_create_and_delete_instances(scenario: Scenario) -> None:
    parameters = json.dumps({"Version": "1", "Properties": SET | {"StackInstanceControl": "NOT_ALLOWED"}})
    scenario.world.catalog.update_constraint(Id=scenario.constraint_id, Parameters=parameters)
    assert scenario.launch(StackSetAccounts=[ONE], StackSetRegions=["us-east-1"])["Status"] == "SUCCEEDED"
    for operation in ("CREATE", "DELETE"):
        with pytest.raises(scenario.user.exceptions.InvalidParametersException, match=f"does not allow to {operation}"):
            scenario.update(operation)
    assert scenario.update()["Status"] == "FAILED"  # Text has no value any more
    assert scenario.update(ProvisioningParameters=[{"Key": "Text", "Value": "second"}])["Status"] == "SUCCEEDED"


def test_an_update_cannot_change_the_type_of_a_provisioned_product(scenario: Scenario) -> None:
    scenario.launch(StackSetAccounts=[ONE], StackSetRegions=["us-east-1"])
    scenario.world.catalog.delete_constraint(Id=scenario.constraint_id)
    invalid = scenario.user.exceptions.InvalidParametersException
    with pytest.raises(invalid, match="only for products with a STACKSET constraint"):
        scenario.update()
    with pytest.raises(invalid, match="is a CFN_STACKSET: an update can not make it a CFN_STACK"):
        scenario.user.update_provisioned_product(ProvisionedProductName="mine")
    assert scenario.terminate()["Status"] == "SUCCEEDED"
    scenario.user.provision_product(
        ProvisionedProductName="mine",
        ProductId=scenario.product_id,
        ProvisioningArtifactId=scenario.artifact_id,
        ProvisioningParameters=[{"Key": "Text", "Value": "plain"}],
    )
    with pytest.raises(invalid, match="is not of type CFN_STACKSET"):
        scenario.instances()
