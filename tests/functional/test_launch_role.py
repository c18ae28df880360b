"""The derived launch role of kms_key is enough for the life cycle of its examples, and every action of it is needed.

`catalog publish` deploys the role, and the sandbox evaluates its policy before each call. A life cycle is: launch, run
the service action, update everything that can change, terminate. Then each action is removed from the role, and a step
of a life cycle fails with AWS's error for the missing action.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
import yaml
from botocore.config import Config
from click.testing import CliRunner

from catalog.cli import main
from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.roles.launch import launch_role
from catalog.sandbox import control
from catalog.sandbox.control import Sandbox
from tests.conftest import CONTENT

ROLE, POLICY = "catalog-launch-kms-key", "launch"
ACCOUNT = "arn:aws:iam::123456789012:role/"


def derived_actions() -> list[str]:
    """The IAM actions of the role, derived as `catalog role derive kms_key` does."""
    config = load_config(CONTENT)
    role = launch_role(config, ROLE, {"kms_key": load_product(config, "kms_key")})
    return sorted({action for permission in role.permissions for action in permission.actions})


ACTIONS = derived_actions()

WORDS = {
    # CloudFormation fetches the template and repeats the error of S3. Sources: AWS knowledge center,
    # "cfn-s3-access-denied-error"; aws-quickstart/quickstart-mongodb issue 54 for the message.
    "s3:GetObject": "S3 error: Access Denied",
    # KMS refuses a policy after which the caller could not put another one, before it checks PutKeyPolicy
    # (aws-solutions/innovation-sandbox-on-aws issue 31, with CloudTrail's record).
    "kms:PutKeyPolicy": "The new key policy will not allow you to update the key policy in the future",
}
"""IAM action → AWS's message, when it does not name the action."""


@dataclass(frozen=True)
class Example:
    """A launch that must work, the role that launches, and the changes of its updates."""

    file: str
    role: str
    updates: tuple[Mapping[str, str], ...]
    administrator: str = ""
    """The role that removes the protection before the end, when no update may do it (docs/products/kms_key.md)."""

    def parameters(self, alias: str) -> dict[str, str]:
        given = yaml.safe_load((CONTENT / "examples" / self.file).read_text(encoding="utf-8"))
        return {key: ",".join(value) if isinstance(value, list) else value for key, value in given.items()} | {
            "Alias": alias
        }


EXAMPLES = {
    "dev": Example(
        "launch-dev.yaml",
        "dev-terraform-role",
        (
            {"Description": "Another text"},
            {"GrantsForAwsServices": "true", "AllowCloudWatchLogs": "true", "PreventDestroy": "true"},
            {"Service": "logs", "Compliance": "soc2", "DeletionWindowDays": "7", "PreventDestroy": "false"},
            {"Compliance": "", "KeyUsers": f"{ACCOUNT}dev-app-role", "Alias": "{alias}/renamed"},
        ),
    ),
    "prod": Example(
        "launch-prod.yaml",
        "prod-terraform-deploy-role",
        (
            {"Description": "Another text", "KeyAdministrators": f"{ACCOUNT}security-admin-role"},
            {"Service": "logs", "DataCategory": "restricted", "AllowCloudWatchLogs": "true"},
        ),
        administrator="security-admin-role",
    ),
    "multi-region": Example(
        "launch-multi-region.yaml",
        "dev-terraform-role",
        ({"ReplicaRegions": "eu-west-1,eu-central-1", "DataCategory": "confidential"},),
    ),
}


@dataclass
class World:
    """The sandbox with everything published, and its clients."""

    sandbox: Sandbox
    lives: int = 0
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, role: str = "") -> Any:
        """A client as the sandbox's administrator, or as a role; created once."""
        if (service, role) not in self.clients:
            environment = self.sandbox.environment()
            keys = [environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], None]
            if role:
                answer = self.client("sts").assume_role(RoleArn=f"{ACCOUNT}{role}", RoleSessionName="test")
                keys = [answer["Credentials"][name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
            self.clients[service, role] = boto3.client(
                service,
                "us-east-1",
                endpoint_url=self.sandbox.url,
                aws_access_key_id=keys[0],
                aws_secret_access_key=keys[1],
                aws_session_token=keys[2],
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self.clients[service, role]

    def policy(self) -> dict[str, Any]:
        answer = self.client("iam").get_role_policy(RoleName=ROLE, PolicyName=POLICY)
        return dict(answer["PolicyDocument"])

    def action(self) -> str:
        """The id of the only service action, which rotates the key."""
        (summary,) = self.client("servicecatalog").list_service_actions()["ServiceActionSummaries"]
        return str(summary["Id"])

    def put(self, policy: Mapping[str, Any]) -> None:
        self.client("iam").put_role_policy(RoleName=ROLE, PolicyName=POLICY, PolicyDocument=json.dumps(policy))

    def life(self, example: Example) -> str:
        """Launch, update and terminate; the error of the first step that fails, else empty."""
        self.lives += 1
        return Life(self, example, f"life-{self.lives}").run()


@dataclass
class Life:
    """One provisioned product from its launch to its end."""

    world: World
    example: Example
    name: str

    def run(self) -> str:
        """The error of the first step that fails, else empty."""
        catalog = self.world.client("servicecatalog", self.example.role)
        given, tags = self.example.parameters(self.name), self.tags()
        failed = self.ended(
            catalog.provision_product(
                ProvisionedProductName=self.name,
                ProductName="KMS key",
                ProvisioningArtifactName="1.0.0",
                ProvisioningParameters=[{"Key": key, "Value": value} for key, value in given.items()],
                Tags=tags,
            )
        )
        failed = failed or self.ended(
            catalog.execute_provisioned_product_service_action(
                ProvisionedProductId=self.id(catalog), ServiceActionId=self.world.action()
            )
        )
        for update in self.example.updates:
            given |= {key: value.format(alias=self.name) for key, value in update.items()}
            values = [{"Key": key, "Value": value} for key, value in given.items()]
            failed = failed or self.ended(
                catalog.update_provisioned_product(ProvisionedProductName=self.name, ProvisioningParameters=values)
            )
        failed = failed or self.planned(catalog, given | {"Description": "As planned"})
        if not failed and self.example.administrator:
            self.lift_protection(given["Alias"])
        return failed or self.ended(catalog.terminate_provisioned_product(ProvisionedProductName=self.name))

    def planned(self, catalog: Any, given: Mapping[str, str]) -> str:
        """Make two plans of an update, delete the first and execute the second; the error, else empty."""
        detail = catalog.describe_provisioned_product(Name=self.name)["ProvisionedProductDetail"]
        for last in (False, True):
            plan = catalog.create_provisioned_product_plan(
                PlanName=self.name,
                PlanType="CLOUDFORMATION",
                ProvisionedProductName=self.name,
                ProductId=detail["ProductId"],
                ProvisioningArtifactId=detail["ProvisioningArtifactId"],
                ProvisioningParameters=[{"Key": key, "Value": value} for key, value in given.items()],
            )["PlanId"]
            details = {"Status": "CREATE_IN_PROGRESS"}
            while details["Status"] == "CREATE_IN_PROGRESS":
                details = catalog.describe_provisioned_product_plan(PlanId=plan)["ProvisionedProductPlanDetails"]
            if details["Status"] == "CREATE_FAILED":
                return str(details["StatusMessage"])
            if last:
                return self.ended(catalog.execute_provisioned_product_plan(PlanId=plan))
            try:
                catalog.delete_provisioned_product_plan(PlanId=plan)
            except catalog.exceptions.InvalidParametersException as error:
                return str(error)
        return ""

    def id(self, catalog: Any) -> str:
        """The id of the provisioned product."""
        return str(catalog.describe_provisioned_product(Name=self.name)["ProvisionedProductDetail"]["Id"])

    def tags(self) -> list[dict[str, str]]:
        """One value for each TagOption of the portfolio."""
        given = self.example.parameters(self.name)
        return [{"Key": key, "Value": given[key]} for key in ("Environment", "Service", "DataCategory")]

    def ended(self, answer: Any) -> str:
        """Wait for the end of the record; its error if it failed, else empty."""
        catalog, deadline = self.world.client("servicecatalog", self.example.role), time.monotonic() + 30
        while time.monotonic() < deadline:
            record = catalog.describe_record(Id=answer["RecordDetail"]["RecordId"])["RecordDetail"]
            if record["Status"] == "SUCCEEDED":
                return ""
            if record["Status"] == "FAILED":
                return " ".join(error["Description"] for error in record["RecordErrors"]) or "failed"
            time.sleep(0.02)
        raise AssertionError(f"record {record['RecordId']} is still {record['Status']}")

    def lift_protection(self, alias: str) -> None:
        """Remove the statement from the key policy as an administrator, as in docs/products/kms_key.md."""
        kms = self.world.client("kms", self.example.administrator)
        key = kms.describe_key(KeyId=f"alias/{alias}")["KeyMetadata"]["KeyId"]
        policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
        policy["Statement"] = [statement for statement in policy["Statement"] if statement["Sid"] != "PreventDestroy"]
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


@pytest.fixture(scope="module")
def world(server: Sandbox) -> World:
    """The product and its portfolios, published once for all tests of this file."""
    control.reset(server.directory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CATALOG_SANDBOX_DIR", str(server.directory))
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
            patch.delenv(name, raising=False)
        result = CliRunner().invoke(main, ["-C", str(CONTENT), "publish", "--local", "--yes", "--allow", "widen"])
    assert result.exit_code == 0, result.output
    return World(server)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_derived_role_is_enough_for_the_life_cycle_of_each_example(world: World, example: str) -> None:
    deployed = {action for statement in world.policy()["Statement"] for action in statement["Action"]}
    assert deployed == set(ACTIONS)
    assert world.life(EXAMPLES[example]) == ""


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_of_the_derived_role_is_needed(world: World, action: str) -> None:
    whole = world.policy()
    reduced = [
        statement | {"Action": [name for name in statement["Action"] if name != action]}
        for statement in whole["Statement"]
    ]
    forget_multi_region_role(world)
    world.put(whole | {"Statement": [statement for statement in reduced if statement["Action"]]})
    try:
        failed = next(filter(None, map(world.life, EXAMPLES.values())), "")
    finally:
        world.put(whole)
    assert failed, f"every example works without {action}"
    assert WORDS.get(action, f"is not authorized to perform: {action} on resource: ") in failed


def forget_multi_region_role(world: World) -> None:
    """Delete the role, as in an account that never had a multi-Region key."""
    iam = world.client("iam")
    name = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
    if any(role["RoleName"] == name for role in iam.list_roles()["Roles"]):
        iam.delete_role(RoleName=name)
