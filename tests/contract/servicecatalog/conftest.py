"""Fixtures: the sandbox's Service Catalog over HTTP, with roles, templates, products and portfolios."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from catalog.sandbox import faults
from catalog.sandbox.install import install
from catalog.sandbox.settings import Settings, settings

ACCOUNT = "123456789012"
REGION = "us-east-1"
BUCKET = "templates"
PARAMETERS = [{"Key": "Name", "Value": "events"}]
LAUNCHING = ("cloudformation:*", "kms:*", "s3:GetObject", "sns:*", "sqs:*")
TOPIC_TEMPLATE: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Description": "A topic",
    "Parameters": {
        "Name": {"Type": "String", "AllowedPattern": "[a-z-]+", "ConstraintDescription": "lower case only"},
        "Size": {"Type": "Number", "Default": 3, "MaxValue": 9, "Description": "How many"},
        "Secret": {"Type": "String", "NoEcho": True, "Default": "x", "AllowedValues": ["x", "y"]},
    },
    "Rules": {
        "NotForbidden": {
            "Assertions": [
                {
                    "Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Name"}, "forbidden"]}]},
                    "AssertDescription": "This name is forbidden",
                }
            ]
        }
    },
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}},
    "Outputs": {"TopicArn": {"Value": {"Ref": "Topic"}, "Description": "The topic"}},
}


def trust_policy(**principal: str) -> str:
    """A trust policy that allows a Service or AWS principal to assume the role."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@cache
def make_client(url: str, service: str, region: str, **keys: str) -> Any:
    """A client without retries; cached, because creating it takes longer than most tests."""
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client(service, endpoint_url=url, region_name=region, config=config, **keys)  # type: ignore[call-overload]


@dataclass(frozen=True)
class Identity:
    """Credentials and the ARN of their owner."""

    arn: str
    keys: dict[str, str]


@dataclass
class World:
    """The clients of one account, and the operations that many tests need."""

    url: str
    keys: dict[str, str] = field(
        default_factory=lambda: {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    )

    def client(self, service: str, identity: Identity | None = None, region: str = REGION) -> Any:
        keys = identity.keys if identity else self.keys
        return make_client(self.url, service, region, **keys)

    @property
    def catalog(self) -> Any:
        return self.client("servicecatalog")

    def put_template(self, template: object = TOPIC_TEMPLATE, key: str = "t.json") -> str:
        body = template if isinstance(template, str) else json.dumps(template)
        s3 = self.client("s3")
        if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key=key, Body=body.encode())
        return f"https://{BUCKET}.s3.{REGION}.amazonaws.com/{key}"

    def product(self, name: str = "Topic", template: object = TOPIC_TEMPLATE, **members: Any) -> tuple[str, str]:
        """Create a product; return its id and that of its artifact."""
        answer = self.catalog.create_product(
            Name=name,
            Owner="security",
            ProductType="CLOUD_FORMATION_TEMPLATE",
            ProvisioningArtifactParameters={
                "Name": "1.0.0",
                "Info": {"LoadTemplateFromURL": self.put_template(template)},
                "Type": "CLOUD_FORMATION_TEMPLATE",
            },
            **members,
        )
        summary = answer["ProductViewDetail"]["ProductViewSummary"]
        return summary["ProductId"], answer["ProvisioningArtifactDetail"]["Id"]

    def portfolio(self, *product_ids: str, name: str = "Dev", principals: tuple[str, ...] = ()) -> str:
        """Create a portfolio with these products and IAM principals; return its id."""
        portfolio_id: str = self.catalog.create_portfolio(DisplayName=name, ProviderName="security")["PortfolioDetail"][
            "Id"
        ]
        for product_id in product_ids:
            self.catalog.associate_product_with_portfolio(PortfolioId=portfolio_id, ProductId=product_id)
        for arn in principals:
            self.catalog.associate_principal_with_portfolio(
                PortfolioId=portfolio_id, PrincipalARN=arn, PrincipalType="IAM"
            )
        return portfolio_id

    def budget(self, name: str) -> None:
        """Create a budget in this account."""
        limit = {"Amount": "10", "Unit": "USD"}
        budget = {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
        account = self.client("sts").get_caller_identity()["Account"]
        self.client("budgets").create_budget(AccountId=account, Budget=budget)

    def role(self, name: str, path: str = "/", allow: tuple[str, ...] = LAUNCHING, **trusted: str) -> str:
        """Create a role that Service Catalog or the principal in `trusted` can assume; return its ARN."""
        trust = trust_policy(**(trusted or {"Service": "servicecatalog.amazonaws.com"}))
        role = self.client("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trust)["Role"]
        self.allow(name, {"Effect": "Allow", "Action": list(allow), "Resource": "*"})
        return str(role["Arn"])

    def allow(self, role: str, *statements: dict[str, Any]) -> None:
        """Replace the policy statements of a role."""
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.client("iam").put_role_policy(RoleName=role, PolicyName="launch", PolicyDocument=document)

    def drop_role(self, name: str) -> None:
        """Delete a role that `role` has created."""
        iam = self.client("iam")
        iam.delete_role_policy(RoleName=name, PolicyName="launch")
        iam.delete_role(RoleName=name)

    def assume(self, role_arn: str, session: str = "session") -> Identity:
        answer = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=session)["Credentials"]
        keys = {
            "aws_access_key_id": answer["AccessKeyId"],
            "aws_secret_access_key": answer["SecretAccessKey"],
            "aws_session_token": answer["SessionToken"],
        }
        return Identity(role_arn, keys)

    def user(self, name: str) -> Identity:
        iam = self.client("iam")
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Identity(arn, {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]})

    def organization(self) -> Organization:
        """Create an organization, with access for Service Catalog, one unit, and one account in the unit."""
        client = self.client("organizations")
        identifier = client.create_organization()["Organization"]["Id"]
        root = client.list_roots()["Roots"][0]["Id"]
        unit = client.create_organizational_unit(ParentId=root, Name="workloads")["OrganizationalUnit"]
        organization = Organization(self, identifier, root, unit["Id"], unit["Arn"])
        organization.member = organization.account(unit["Id"])
        self.catalog.enable_aws_organizations_access()
        return organization

    def other_account(self, account: str) -> World:
        """The same sandbox, with a role of another account."""
        return World(self.url, self.assume(f"arn:aws:iam::{account}:role/admin").keys)


@dataclass
class Organization:
    """An organization: the clients of its management account, its ids, and an account in its unit."""

    world: World
    id: str
    root: str
    unit: str
    unit_arn: str
    member: str = ""

    def account(self, parent: str, name: str = "dev") -> str:
        """Create an account in a unit or in the root."""
        client = self.world.client("organizations")
        answer = client.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        client.move_account(AccountId=answer["AccountId"], SourceParentId=self.root, DestinationParentId=parent)
        return str(answer["AccountId"])


@pytest.fixture
def organization(world: World) -> Organization:
    return world.organization()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    install()
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def knobs() -> Iterator[Settings]:
    """The settings of the sandbox, without delays; restored after the test."""
    before = dict(vars(settings))
    vars(settings).update(vars(Settings(latency=0.0)))
    faults.clear()
    yield settings
    vars(settings).update(before)
    faults.clear()


@pytest.fixture
def world(server: str, knobs: Settings) -> World:
    """An empty sandbox."""
    urllib.request.urlopen(urllib.request.Request(f"{server}/moto-api/reset", method="POST")).close()  # noqa: S310  # http
    return World(server)


class LaunchScenario:
    """A product in one portfolio with a launch role, and a user who may launch it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.admin = world.catalog
        self.product_id, self.artifact_id = world.product()
        self.launch_role = world.role("launch")
        self.role = world.role("dev")
        self.portfolio_id = world.portfolio(self.product_id, principals=(self.role,))
        self.constrain("LAUNCH", {"LocalRoleName": "launch"})
        self.user = world.client("servicecatalog", world.assume(self.role))

    def constrain(self, kind: str, parameters: object, **more: Any) -> str:
        identifier: str = self.admin.create_constraint(
            PortfolioId=self.portfolio_id,
            ProductId=self.product_id,
            Type=kind,
            Parameters=json.dumps(parameters),
            **more,
        )["ConstraintDetail"]["ConstraintId"]
        return identifier

    def version(self, template: object) -> str:
        """Create another version of the product, 2.0.0."""
        info = {"LoadTemplateFromURL": self.world.put_template(template, key="v2.json")}
        identifier: str = self.admin.create_provisioning_artifact(
            ProductId=self.product_id, Parameters={"Name": "2.0.0", "Info": info}
        )["ProvisioningArtifactDetail"]["Id"]
        return identifier

    def launch(self, name: str = "mine", parameters: Any = PARAMETERS, **more: Any) -> Any:
        request = {"ProductId": self.product_id, "ProvisioningArtifactId": self.artifact_id} | more
        return self.user.provision_product(ProvisionedProductName=name, ProvisioningParameters=parameters, **request)[
            "RecordDetail"
        ]

    def update(self, name: str = "mine", **more: Any) -> Any:
        return self.user.update_provisioned_product(ProvisionedProductName=name, **more)["RecordDetail"]

    def terminate(self, name: str = "mine", **more: Any) -> Any:
        return self.user.terminate_provisioned_product(ProvisionedProductName=name, **more)["RecordDetail"]

    def record(self, record: Any) -> Any:
        return self.user.describe_record(Id=record["RecordId"])

    def provisioned(self, name: str = "mine") -> Any:
        return self.user.describe_provisioned_product(Name=name)["ProvisionedProductDetail"]

    def topics(self) -> list[str]:
        listed = self.world.client("sns").list_topics()["Topics"]
        return sorted(item["TopicArn"].rsplit(":", 1)[1] for item in listed)

    def stack(self, name: str = "mine") -> Any:
        stack_name = f"SC-123456789012-{self.provisioned(name)['Id']}"
        return self.world.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]


@pytest.fixture
def scenario(world: Any) -> Any:
    """A product in one portfolio with a launch role, and a user who may launch it."""
    return LaunchScenario(world)
