"""StackSets with service-managed permissions, over HTTP, as AWS documents them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from catalog.sandbox.settings import settings
from tests.contract.conftest import ACCOUNT, Sandbox, body, refusal, topic

ROLE = {
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": "everywhere",
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
            },
        }
    }
}
AUTOMATIC = {"Enabled": True, "RetainStacksOnAccountRemoval": False}


@dataclass
class World:
    """An organization with a unit of two accounts, a unit below it with one, and its stack sets."""

    local: Sandbox
    root: str = ""
    unit: str = ""
    below: str = ""
    accounts: list[str] = field(default_factory=list)

    @property
    def formation(self) -> Any:
        return self.local.client("cloudformation")

    def __post_init__(self) -> None:
        client = self.local.client("organizations")
        client.create_organization()
        self.root = client.list_roots()["Roots"][0]["Id"]
        self.unit = client.create_organizational_unit(ParentId=self.root, Name="w")["OrganizationalUnit"]["Id"]
        self.below = client.create_organizational_unit(ParentId=self.unit, Name="b")["OrganizationalUnit"]["Id"]
        self.accounts = [self.join("one", self.unit), self.join("two", self.unit), self.join("three", self.below)]
        self.formation.activate_organizations_access()

    def join(self, name: str, unit: str) -> str:
        client = self.local.client("organizations")
        answer = client.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        client.move_account(AccountId=answer["AccountId"], SourceParentId=self.root, DestinationParentId=unit)
        return str(answer["AccountId"])

    def create(self, template: Any = None, **more: Any) -> None:
        self.formation.create_stack_set(
            StackSetName="set",
            TemplateBody=body(template or topic()),
            PermissionModel="SERVICE_MANAGED",
            AutoDeployment=AUTOMATIC,
            **more,
        )

    def deploy(self, *regions: str, unit: str = "", **more: Any) -> str:
        targets = {"OrganizationalUnitIds": [unit or self.unit], **more.pop("targets", {})}
        return str(
            self.formation.create_stack_instances(
                StackSetName="set", DeploymentTargets=targets, Regions=list(regions), **more
            )["OperationId"]
        )

    def instances(self) -> dict[tuple[str, str], tuple[str, str]]:
        return {
            (each["Account"], each["Region"]): (each["Status"], each["StackInstanceStatus"]["DetailedStatus"])
            for each in self.formation.list_stack_instances(StackSetName="set")["Summaries"]
        }

    def operation(self, identifier: str) -> Any:
        answer = self.formation.describe_stack_set_operation(StackSetName="set", OperationId=identifier)
        return answer["StackSetOperation"]

    def takes(self, account: str, region: str = "us-east-1") -> Any:
        """A name that the template also uses: a stack there fails."""
        credentials = self.local.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/test", RoleSessionName="test"
        )["Credentials"]
        client = self.local.client(
            "iam",
            region,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        client.create_role(RoleName="everywhere", AssumeRolePolicyDocument="{}")
        return client


@pytest.fixture
def world(local: Sandbox) -> Iterator[World]:
    before, settings.latency = settings.latency, 0
    yield World(local)
    settings.latency = before


def test_a_unit_gets_a_stack_in_each_account_below_it_but_not_the_management_account(world: World) -> None:
    world.create()
    operation = world.deploy("us-east-1", "eu-west-1", unit=world.root)
    assert world.instances() == {
        (account, region): ("CURRENT", "SUCCEEDED")
        for region in ("us-east-1", "eu-west-1")
        for account in world.accounts
    }
    assert ACCOUNT not in {account for account, _ in world.instances()}
    assert world.operation(operation)["Status"] == "SUCCEEDED"
    described = world.formation.describe_stack_set(StackSetName="set")["StackSet"]
    assert described["OrganizationalUnitIds"] == [world.root]
    assert described["Regions"] == ["eu-west-1", "us-east-1"]
    assert world.formation.get_template_summary(StackSetName="set")["ResourceTypes"] == ["AWS::SNS::Topic"]
    assert (described["PermissionModel"], described["AutoDeployment"]) == ("SERVICE_MANAGED", AUTOMATIC)


@pytest.mark.parametrize(("kind", "reached"), [("INTERSECTION", [0]), ("DIFFERENCE", [1, 2]), ("UNION", [0, 1, 2])])
def test_accounts_filter_a_unit(world: World, kind: str, reached: list[int]) -> None:
    world.create()
    world.deploy("us-east-1", targets={"Accounts": [world.accounts[0]], "AccountFilterType": kind})
    assert {account for account, _ in world.instances()} == {world.accounts[index] for index in reached}


def test_more_failures_than_tolerated_cancel_the_rest_and_the_reason_is_listed(world: World) -> None:
    world.create(ROLE, Capabilities=["CAPABILITY_NAMED_IAM"])
    world.takes(world.accounts[0])
    operation = world.deploy("us-east-1")
    assert world.operation(operation)["Status"] == "FAILED"
    results = world.formation.list_stack_set_operation_results(StackSetName="set", OperationId=operation)["Summaries"]
    assert [(each["Account"], each["Status"]) for each in results] == [
        (world.accounts[0], "FAILED"),
        (world.accounts[1], "CANCELLED"),
        (world.accounts[2], "CANCELLED"),
    ]
    assert "everywhere" in results[0]["StatusReason"]
    assert set(world.instances().values()) == {("OUTDATED", "FAILED"), ("OUTDATED", "CANCELLED")}


def test_a_tolerated_failure_is_a_success_and_the_instance_can_be_deployed_again(world: World) -> None:
    world.create(ROLE, Capabilities=["CAPABILITY_NAMED_IAM"])
    other = world.takes(world.accounts[0])
    operation = world.deploy("us-east-1", OperationPreferences={"FailureToleranceCount": 1})
    assert world.operation(operation)["Status"] == "SUCCEEDED"
    failed = (world.accounts[0], "us-east-1")
    assert world.instances()[failed] == ("OUTDATED", "FAILED")
    other.delete_role(RoleName="everywhere")
    world.formation.update_stack_instances(
        StackSetName="set",
        DeploymentTargets={
            "OrganizationalUnitIds": [world.unit],
            "Accounts": [world.accounts[0]],
            "AccountFilterType": "INTERSECTION",
        },
        Regions=["us-east-1"],
    )
    assert world.instances()[failed] == ("CURRENT", "SUCCEEDED")


def test_an_account_that_joins_or_leaves_the_unit(world: World) -> None:
    world.create()
    world.deploy("us-east-1")
    late = world.join("late", world.below)
    assert (late, "us-east-1") in world.instances()
    world.local.client("organizations").move_account(
        AccountId=late, SourceParentId=world.below, DestinationParentId=world.root
    )
    assert (late, "us-east-1") not in world.instances()


def test_an_update_reaches_every_instance_and_a_deletion_removes_them(world: World) -> None:
    world.create()
    world.deploy("us-east-1")
    world.formation.update_stack_set(StackSetName="set", TemplateBody=body(topic(More={"Type": "AWS::SNS::Topic"})))
    assert set(world.instances().values()) == {("CURRENT", "SUCCEEDED")}
    assert refusal(world.formation.delete_stack_set, StackSetName="set")[0] == "StackSetNotEmptyException"
    world.formation.delete_stack_instances(
        StackSetName="set",
        DeploymentTargets={"OrganizationalUnitIds": [world.unit]},
        Regions=["us-east-1"],
        RetainStacks=False,
    )
    assert world.instances() == {}
    world.formation.delete_stack_set(StackSetName="set")
    assert refusal(world.formation.describe_stack_set, StackSetName="set")[0] == "StackSetNotFoundException"


def test_one_operation_at_a_time_and_an_id_is_used_once(world: World) -> None:
    world.create(ClientRequestToken="t")
    world.create(ClientRequestToken="t")
    assert refusal(world.create)[0] == "NameAlreadyExistsException"
    settings.latency = 1000
    first = world.deploy("us-east-1", OperationId="first")
    assert world.operation(first)["Status"] == "RUNNING"
    stop = world.formation.stop_stack_set_operation
    assert "(SERVICE_MANAGED) is not implemented" in refusal(stop, StackSetName="set", OperationId=first)[1]
    assert set(world.instances().values()) == {("OUTDATED", "RUNNING")}
    assert refusal(world.deploy, "eu-west-1")[0] == "OperationInProgressException"
    assert refusal(world.deploy, "eu-west-1", OperationId="first")[0] == "OperationIdAlreadyExistsException"


def test_what_is_refused(world: World, local: Sandbox) -> None:
    assert refusal(world.create, ROLE)[0] == "InsufficientCapabilitiesException"
    world.create()
    assert "50" in refusal(world.deploy, "us-east-1", targets={"OrganizationalUnitIds": [world.unit] * 51})[1]
    assert "does not exist" in refusal(world.deploy, "us-east-1", unit="ou-abcd-12345678")[1]
    preferences = {"FailureToleranceCount": 1, "FailureTolerancePercentage": 10}
    assert "only one" in refusal(world.deploy, "us-east-1", OperationPreferences=preferences)[1]
    local.client("organizations").disable_aws_service_access(
        ServicePrincipal="member.org.stacksets.cloudformation.amazonaws.com"
    )
    assert world.formation.describe_organizations_access()["Status"] == "DISABLED"
    assert "must enable organizations access" in refusal(world.create)[1]


def test_a_name_of_a_self_managed_set_is_taken_until_it_is_deleted(local: Sandbox) -> None:
    formation = local.client("cloudformation")
    body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    for _ in range(2):
        formation.create_stack_set(StackSetName="s", TemplateBody=body)
        assert refusal(formation.create_stack_set, StackSetName="s", TemplateBody=body) == (
            "NameAlreadyExistsException",
            "StackSet s already exists",
        )
        formation.delete_stack_set(StackSetName="s")
    assert refusal(formation.create_stack_set, StackSetName="s")[0] == "ValidationError"


def test_an_instance_of_a_self_managed_set_needs_a_region(local: Sandbox) -> None:
    """It was an InternalFailure with Python's KeyError."""
    formation = local.client("cloudformation")
    formation.create_stack_set(StackSetName="s", TemplateBody=body(topic()))
    calls = (formation.create_stack_instances, formation.update_stack_instances, formation.update_stack_set)
    for call in calls:
        refused = refusal(call, StackSetName="s", Accounts=[ACCOUNT], Regions=["mars-north-1"])
        assert refused == ("ValidationError", "Region mars-north-1 is not supported.")
    deleting = {"StackSetName": "s", "Accounts": [ACCOUNT], "RetainStacks": False}
    assert refusal(formation.delete_stack_instances, Regions=["mars-north-1"], **deleting)[0] == "ValidationError"
    for call in calls[1:]:
        missing = refusal(call, StackSetName="s", Accounts=[ACCOUNT], Regions=["eu-west-1"])
        assert missing[0] == "StackInstanceNotFoundException"
    formation.create_stack_instances(StackSetName="s", Accounts=[ACCOUNT], Regions=["eu-west-1"])
    formation.update_stack_instances(StackSetName="s", Accounts=[ACCOUNT], Regions=["eu-west-1"])


def test_a_template_is_never_run(world: World) -> None:
    hostile = "Resources: !!python/object/apply:os.system ['true']"
    code, text = refusal(world.create, hostile)
    assert (code, "Template" in text) == ("ValidationError", True)
