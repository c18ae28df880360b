"""A launch under a STACKSET constraint makes a stack in every account and Region, by the constraint's two roles."""

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


class Stall:
    """A key product under a STACKSET constraint, the two roles, and who may launch it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.accounts = {account: world.other_account(account) for account in (ONE, TWO)}
        dev = world.role("dev")
        self.product_id, self.artifact_id = world.product("Key", KEY_TEMPLATE)
        place = {"PortfolioId": world.portfolio(self.product_id, principals=(dev,)), "ProductId": self.product_id}
        constraint = {"Version": "1", "Properties": SET}
        made = world.catalog.create_constraint(Type="STACKSET", Parameters=json.dumps(constraint), **place)
        self.constraint_id = made["ConstraintDetail"]["ConstraintId"]
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

    def found(self) -> Any:
        return self.user.search_provisioned_products()["ProvisionedProducts"][0]

    def instances(self) -> dict[tuple[str, str], str]:
        listed = self.user.list_stack_instances_for_provisioned_product(ProvisionedProductId=self.found()["Id"])
        return {(each["Account"], each["Region"]): each["StackInstanceStatus"] for each in listed["StackInstances"]}

    def keys(self) -> dict[tuple[str, str], str]:
        """The descriptions of the keys that are not deleted, by account and Region."""
        found = {}
        for account, region in EVERYWHERE:
            kms = self.accounts[account].client("kms", region=region)
            keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
            for key in keys:
                if key["KeyState"] == "Enabled":
                    found[(account, region)] = key["Description"]
        return found


def text(value: str, places: Iterable[tuple[str, str]] = EVERYWHERE) -> dict[tuple[str, str], str]:
    """What the keys are described by."""
    return {place: f"{value} {' '.join(place)}" for place in places}


@pytest.fixture
def stall(world: Any) -> Stall:
    return Stall(world)


def test_a_stack_set_lives_in_two_accounts_and_two_regions(stall: Stall) -> None:
    asked = {"ProductId": stall.product_id, "ProvisioningArtifactId": stall.artifact_id}
    offered = stall.user.describe_provisioning_parameters(**asked)["ProvisioningArtifactPreferences"]
    assert offered == {"StackSetAccounts": [ONE, TWO], "StackSetRegions": REGIONS}

    record = stall.launch()
    assert (record["Status"], record["ProvisionedProductType"]) == ("SUCCEEDED", "CFN_STACKSET")
    found = stall.found()
    assert (found["Type"], found["Status"]) == ("CFN_STACKSET", "AVAILABLE")
    name = f"SC-{HUB}-{found['Id']}"
    assert found["PhysicalId"].startswith(f"arn:aws:cloudformation:us-east-1:{HUB}:stackset/{name}:")
    assert list(stall.instances()) == EVERYWHERE
    assert set(stall.instances().values()) == {"CURRENT"}
    assert stall.keys() == text("first 7")
    formation = stall.accounts[TWO].client("cloudformation", region="eu-west-3")
    (stack,) = formation.describe_stacks()["Stacks"]
    assert stack["StackName"].startswith(f"StackSet-{name}-")
    assert stack["RoleARN"] == f"arn:aws:iam::{TWO}:role/Execution"
    tags = {tag["Key"]: tag["Value"] for tag in stack["Tags"]}
    assert tags["aws:servicecatalog:provisionedProductArn"] == found["Arn"]

    kept = [{"Key": "Text", "UsePreviousValue": True}, {"Key": "Days", "Value": "8"}]
    assert stall.update(ProvisioningParameters=kept)["Status"] == "SUCCEEDED"
    assert stall.keys() == text("first 8")

    assert stall.terminate()["Status"] == "SUCCEEDED"
    assert stall.keys() == {}
    assert stall.user.search_provisioned_products()["ProvisionedProducts"] == []


def test_instances_come_and_go_and_another_version_reaches_those_that_are_named(stall: Stall) -> None:
    first = (ONE, "us-east-1")
    stall.launch(StackSetAccounts=[ONE], StackSetRegions=["us-east-1"])
    assert stall.instances() == {first: "CURRENT"}
    info = {"LoadTemplateFromURL": stall.world.put_template(KEY_TEMPLATE | {"Description": "new"}, key="v2.json")}
    version = {"ProductId": stall.product_id, "Parameters": {"Name": "2.0.0", "Info": info}}
    made = stall.world.catalog.create_provisioning_artifact(**version)
    other = made["ProvisioningArtifactDetail"]["Id"]

    record = stall.update("CREATE", ProvisioningArtifactId=other)
    assert (record["Status"], record["ProvisioningArtifactId"]) == ("SUCCEEDED", stall.artifact_id)
    assert stall.found()["ProvisioningArtifactId"] == stall.artifact_id
    assert stall.keys() == text("first 7")
    assert stall.update("DELETE", StackSetAccounts=[TWO])["Status"] == "SUCCEEDED"
    one = [(ONE, "us-east-1"), (ONE, "eu-west-3")]
    assert stall.keys() == text("first 7", one)
    assert list(stall.instances()) == one

    (error,) = stall.update(StackSetAccounts=[TWO])["RecordErrors"]
    assert f"no stack instances in {TWO}" in error["Description"]
    assert stall.found()["Status"] == "TAINTED"
    second = [{"Key": "Text", "Value": "second"}]
    record = stall.update(
        ProvisioningArtifactId=other,
        ProvisioningParameters=second,
        StackSetRegions=["eu-west-3"],
        StackSetAccounts=[ONE],
    )
    assert record["Status"] == "SUCCEEDED"
    assert stall.found()["ProvisioningArtifactId"] == other
    assert stall.keys() == text("first 7", [first]) | text("second 7", [(ONE, "eu-west-3")])
    assert stall.instances() == {first: "OUTDATED", (ONE, "eu-west-3"): "CURRENT"}

    assert stall.terminate(RetainPhysicalResources=True)["Status"] == "SUCCEEDED"
    assert len(stall.keys()) == 2


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
def test_preferences_outside_the_constraint_are_refused(stall: Stall, preferences: Any, message: str) -> None:
    with pytest.raises(stall.user.exceptions.InvalidParametersException, match=message):
        stall.launch(**preferences)
    assert stall.user.search_provisioned_products()["ProvisionedProducts"] == []


def test_the_operation_stops_where_more_accounts_fail_than_are_tolerated(stall: Stall) -> None:
    there = stall.accounts[ONE]
    there.drop_role("Execution")
    missing = f"Account {ONE} should have 'Execution' role with trust relationship to Role 'Administration'."

    record = stall.launch()
    assert record["Status"] == "FAILED"
    (error,) = record["RecordErrors"]
    assert error["Description"] == f"Account {ONE}, Region eu-west-3: {missing}"
    assert (stall.found()["Status"], stall.found()["StatusMessage"]) == ("ERROR", error["Description"])
    assert stall.keys() == {}
    assert set(stall.instances().items()) == {(place, "OUTDATED") for place in EVERYWHERE}
    assert stall.terminate()["Status"] == "SUCCEEDED"

    record = stall.launch(StackSetFailureTolerancePercentage=50)
    assert record["Status"] == "SUCCEEDED"
    two = [(TWO, region) for region in REGIONS]
    assert stall.keys() == text("first 7", two)
    assert [place for place, status in stall.instances().items() if status == "CURRENT"] == two

    stall.execution_role(ONE)
    assert stall.update("CREATE", StackSetAccounts=[ONE])["Status"] == "SUCCEEDED"
    assert stall.keys() == text("first 7")


def test_what_the_roles_must_have(stall: Stall) -> None:
    """Each is taken away in turn, and the launch fails; then the instance that failed is made anew."""
    iam, there = stall.world.client("iam"), stall.accounts[ONE]
    execution = there.client("iam")
    only = {"StackSetAccounts": [ONE], "StackSetRegions": ["us-east-1"]}

    def failure() -> str:
        (error,) = stall.launch(**only)["RecordErrors"]
        assert stall.terminate()["Status"] == "SUCCEEDED"
        return str(error["Description"])

    untrusted = f"Account {ONE}, Region us-east-1: Account {ONE} should have 'Execution' role"
    stall.world.allow("Administration", {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"})
    assert failure().startswith(untrusted)
    stall.world.allow(
        "Administration", {"Effect": "Allow", "Action": "sts:*", "Resource": f"arn:aws:iam::{ONE}:role/*"}
    )
    execution.update_assume_role_policy(RoleName="Execution", PolicyDocument=trust_policy(AWS=TWO))
    assert failure().startswith(untrusted)
    execution.update_assume_role_policy(RoleName="Execution", PolicyDocument=trust_policy(AWS=ADMIN))
    there.allow("Execution", {"Effect": "Allow", "Action": "kms:*", "Resource": "*"})
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

    there.allow("Execution", {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"})
    record = stall.launch(StackSetFailureToleranceCount=1, **only)
    assert (record["Status"], set(stall.instances().values())) == ("SUCCEEDED", {"OUTDATED"})
    formation = there.client("cloudformation")
    assert [stack["StackStatus"] for stack in formation.describe_stacks()["Stacks"]] == ["ROLLBACK_COMPLETE"]
    there.allow("Execution", {"Effect": "Allow", "Action": list(EXECUTING), "Resource": "*"})
    kept = [{"Key": "Text", "UsePreviousValue": True}]
    stall.world.drop_role("Administration")
    assert stall.update("CREATE")["Status"] == stall.update(ProvisioningParameters=kept)["Status"] == "FAILED"
    other = stall.world.role("Other", allow=("sts:AssumeRole",), Service="cloudformation.amazonaws.com")
    execution.update_assume_role_policy(RoleName="Execution", PolicyDocument=trust_policy(AWS=other))
    parameters = json.dumps({"Version": "1", "Properties": SET | {"AdminRole": other}})
    stall.world.catalog.update_constraint(Id=stall.constraint_id, Parameters=parameters)
    assert stall.update(ProvisioningParameters=kept)["Status"] == "SUCCEEDED"
    assert stall.keys() == text("first 7", [(ONE, "us-east-1")])

    there.allow("Execution", {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"})
    assert stall.terminate()["Status"] == "FAILED"
    assert (stall.found()["Status"], set(stall.instances().values())) == ("ERROR", {"INOPERABLE"})
    assert stall.terminate(IgnoreErrors=True)["Status"] == "SUCCEEDED"


def test_the_constraint_may_keep_people_from_making_instances(stall: Stall) -> None:
    parameters = json.dumps({"Version": "1", "Properties": SET | {"StackInstanceControl": "NOT_ALLOWED"}})
    stall.world.catalog.update_constraint(Id=stall.constraint_id, Parameters=parameters)
    assert stall.launch(StackSetAccounts=[ONE], StackSetRegions=["us-east-1"])["Status"] == "SUCCEEDED"
    for operation in ("CREATE", "DELETE"):
        with pytest.raises(stall.user.exceptions.InvalidParametersException, match=f"does not allow to {operation}"):
            stall.update(operation)
    assert stall.update()["Status"] == "FAILED"  # Text is gone
    assert stall.update(ProvisioningParameters=[{"Key": "Text", "Value": "second"}])["Status"] == "SUCCEEDED"


def test_a_provisioned_product_stays_what_it_is(stall: Stall) -> None:
    stall.launch(StackSetAccounts=[ONE], StackSetRegions=["us-east-1"])
    stall.world.catalog.delete_constraint(Id=stall.constraint_id)
    invalid = stall.user.exceptions.InvalidParametersException
    with pytest.raises(invalid, match="only for products with a STACKSET constraint"):
        stall.update()
    with pytest.raises(invalid, match="is a CFN_STACKSET: an update can not make it a CFN_STACK"):
        stall.user.update_provisioned_product(ProvisionedProductName="mine")
    assert stall.terminate()["Status"] == "SUCCEEDED"
    stall.user.provision_product(
        ProvisionedProductName="mine",
        ProductId=stall.product_id,
        ProvisioningArtifactId=stall.artifact_id,
        ProvisioningParameters=[{"Key": "Text", "Value": "plain"}],
    )
    with pytest.raises(invalid, match="is not of type CFN_STACKSET"):
        stall.instances()
