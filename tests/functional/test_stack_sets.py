"""`catalog stackset` against the sandbox's organization: plan, publish, status, and what goes wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from catalog.sandbox.control import Sandbox
from tests.functional.conftest import ROOT, Run

SERVICE = "member.org.stacksets.cloudformation.amazonaws.com"
TABLE = """
[tool.catalog.stacksets.launch-roles]
content = "launch-roles"
organizational_units = {units}
regions = ["us-east-1"]
failure_tolerance = {tolerance}
max_concurrent = "25%"
"""
ROLE = "catalog-launch-kms-key"


@dataclass
class Organized:
    """An organization with a unit of two accounts, and a repository with a stack set."""

    catalog: Run
    client: Callable[..., Any]
    repository: Path
    root: str = ""
    unit: str = ""
    accounts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        client = self.client("organizations")
        client.create_organization()
        self.root = client.list_roots()["Roots"][0]["Id"]
        self.unit = self.make_unit("w")
        self.accounts = tuple(self.join(name, self.unit) for name in ("one", "two"))
        client.enable_aws_service_access(ServicePrincipal=SERVICE)
        self.declare(self.unit)

    def make_unit(self, name: str) -> str:
        answer = self.client("organizations").create_organizational_unit(ParentId=self.root, Name=name)
        return str(answer["OrganizationalUnit"]["Id"])

    def join(self, name: str, unit: str) -> str:
        client = self.client("organizations")
        answer = client.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        client.move_account(AccountId=answer["AccountId"], SourceParentId=self.root, DestinationParentId=unit)
        return str(answer["AccountId"])

    def declare(self, *units: str, tolerance: int = 0, table: str = TABLE) -> None:
        file = self.repository / "pyproject.toml"
        head = file.read_text().partition("\n[tool.catalog.stacksets")[0]
        file.write_text(head + table.format(units=json.dumps(units), tolerance=tolerance))

    def run(self, command: str, *options: str, code: int = 0) -> Any:
        result = self.catalog("stackset", command, "--local", *options, at=self.repository)
        assert result.exit_code == code, result.output
        return result

    def publish(self, *options: str, code: int = 0) -> Any:
        return self.run("publish", "--yes", "--allow", "widen", *options, code=code)

    def changes(self) -> list[tuple[str, str, str]]:
        plan = json.loads(self.run("plan", "--json").stdout)
        return [(each["operation"], each["address"].partition(":")[0], each["impact"]) for each in plan["changes"]]

    def instances(self, code: int = 0) -> dict[str, tuple[str, str]]:
        answer = json.loads(self.run("status", "--json", code=code).stdout)
        (stack_set,) = answer["stack_sets"]
        return {each["account"]: (each["status"], each["detailed_status"]) for each in stack_set["instances"]}


@pytest.fixture
def organized(catalog: Run, client: Callable[..., Any], repository: Path) -> Organized:
    return Organized(catalog, client, repository)


def test_a_unit_gets_the_launch_role_and_a_second_publish_has_no_changes(
    organized: Organized, account: Callable[..., Any]
) -> None:
    address = "stack-set/launch-roles"
    assert organized.changes() == [
        ("CreateStackSet", address, "widens"),
        ("CreateStackInstances", f"{address}/instances/us-east-1", "widens"),
    ]
    assert (
        organized.run("status", code=4)
        .stdout.splitlines()[1]
        .endswith("missing: `catalog stackset publish` creates it")
    )
    organized.run("publish", "--yes", code=2)
    organized.publish()
    assert organized.instances() == dict.fromkeys(organized.accounts, ("CURRENT", "SUCCEEDED"))
    for each in organized.accounts:
        assert account(each, "iam").get_role(RoleName=ROLE)["Role"]["RoleName"] == ROLE
    assert organized.changes() == []
    assert "No changes." in organized.publish().stdout
    late = organized.join("late", organized.unit)
    assert organized.instances()[late] == ("CURRENT", "SUCCEEDED")
    assert organized.changes() == []


def test_failed_accounts_are_named_and_deployed_again(organized: Organized, account: Callable[..., Any]) -> None:
    taken, other = organized.accounts
    iam = account(taken, "iam")
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument="{}")
    result = organized.publish(code=1)
    assert f"{taken} us-east-1: FAILED: " in result.output
    assert "ended as FAILED: not deployed: 2\n" in result.output
    assert organized.instances(code=4) == {taken: ("OUTDATED", "FAILED"), other: ("OUTDATED", "CANCELLED")}
    text = organized.run("status", code=4).stdout
    assert "2 OUTDATED" in text
    assert ROLE in text  # the reason
    iam.delete_role(RoleName=ROLE)
    assert organized.changes() == [("UpdateStackInstances", "stack-set/launch-roles/instances/us-east-1", "widens")]
    organized.publish()
    assert organized.instances() == dict.fromkeys(organized.accounts, ("CURRENT", "SUCCEEDED"))


def test_a_tolerated_failure_is_named_too(organized: Organized, account: Callable[..., Any]) -> None:
    taken, other = organized.accounts
    organized.declare(organized.unit, tolerance=1)
    account(taken, "iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument="{}")
    output = organized.publish(code=4).output
    assert "stack set catalog-launch-roles: 1 instance failed, which failure_tolerance allows:" in output
    assert f"{taken} us-east-1: FAILED: " in output
    assert organized.instances(code=4)[other] == ("CURRENT", "SUCCEEDED")


def test_a_new_template_says_what_the_role_loses_and_a_unit_that_goes_is_emptied(organized: Organized) -> None:
    organized.publish()
    client = organized.client("cloudformation")
    stack_set = client.describe_stack_set(StackSetName="catalog-launch-roles")["StackSet"]
    template = json.loads(stack_set["TemplateBody"])
    (role,) = (each for each in template["Resources"].values() if each["Type"] == "AWS::IAM::Role")
    more = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Sid": "More"}
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(more)
    client.update_stack_set(
        StackSetName="catalog-launch-roles",
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Description=stack_set["Description"],
    )
    plan = json.loads(organized.run("plan", "--json").stdout)
    (change,) = plan["changes"]
    assert (change["operation"], change["impact"]) == ("UpdateStackSet", "restricts")
    assert any("loses" in line and "ListAllMyBuckets" in line for line in change["details"])
    second = organized.make_unit("second")
    member = organized.join("three", second)
    organized.declare(second, organized.make_unit("empty"))
    operations = [
        ("DeleteStackInstances", "destroys"),
        ("UpdateStackSet", "restricts"),
        ("CreateStackInstances", "widens"),
    ]
    assert [each[::2] for each in organized.changes()] == operations
    assert "--allow restrict --allow destroy" in organized.publish(code=2).output
    organized.publish("--allow", "restrict", "--allow", "destroy")
    assert organized.instances() == {member: ("CURRENT", "SUCCEEDED")}
    assert organized.changes() == []  # also the empty unit is deployed to once


CATALOGUE = """
[tool.catalog.stacksets.everything]
content = "catalogue"
organizational_units = {units}
regions = ["us-east-1"]
portfolios = ["security-dev"]
concurrency_mode = "SOFT_FAILURE_TOLERANCE"
"""


def test_a_catalogue_reads_its_templates_from_the_bucket_and_is_in_every_account(
    organized: Organized, account: Callable[..., Any]
) -> None:
    organized.publish()
    organized.declare(organized.unit, table=CATALOGUE)
    plan = json.loads(organized.run("plan", "--json").stdout)
    assert [each["operation"] for each in plan["changes"]] == [
        "UploadTemplate",
        "CreateStackSet",
        "CreateStackInstances",
    ]
    validate(plan, json.loads((ROOT / "catalog/content/schemas/plan.json").read_text()))
    notes = "\n".join(plan["notices"])
    assert (
        "its policy must allow them to ([tool.catalog.template_bucket] organization, `catalog help stacks.md`)" in notes
    )
    assert "one account at a time: set max_concurrent" in notes
    assert "stack set catalog-launch-roles is no longer declared. It is kept, with 2 instances" in notes
    organized.catalog("bootstrap", "--local", "--yes", "--allow", "widen", at=organized.repository)
    organized.publish()
    for each in organized.accounts:
        (portfolio,) = account(each, "servicecatalog").list_portfolios()["PortfolioDetails"]
        assert portfolio["ARN"].split(":")[4] == each
    assert organized.changes() == []
    stack_set = organized.client("cloudformation").describe_stack_set(StackSetName="catalog-everything")["StackSet"]
    resources = json.loads(stack_set["TemplateBody"])["Resources"].values()
    (product,) = (each for each in resources if each["Type"].endswith("::CloudFormationProduct"))
    url = product["Properties"]["ProvisioningArtifactParameters"][0]["Info"]["LoadTemplateFromURL"]
    assert url.startswith(
        "https://catalog-templates-123456789012-us-east-1.s3.us-east-1.amazonaws.com/templates/kms_key/"
    )


def test_what_stands_in_the_way_is_said(organized: Organized) -> None:
    organized.client("organizations").disable_aws_service_access(ServicePrincipal=SERVICE)
    assert "activate-organizations-access" in organized.publish(code=1).output
    organized.client("organizations").enable_aws_service_access(ServicePrincipal=SERVICE)
    organized.client("cloudformation").create_stack_set(
        StackSetName="catalog-launch-roles",
        TemplateBody='{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}',
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False},
    )
    assert "that is not ours" in organized.publish("--allow", "restrict", code=1).output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('content = "roles"', "content must be one of launch-roles, catalogue"),
        ('regions = ["us-east-1", "eu-west-1"]', "regions must be one Region, got 2"),
        ('regions = ["eu-west-9"]', "'eu-west-9' is not among the Regions"),
        ('organizational_units = ["x"]', "'x' is not the id of an organizational unit"),
        ('failure_tolerance = "110%"', "failure_tolerance must be a number of accounts from 0 on, or a percentage"),
        ("max_concurrent = 0", "max_concurrent must be a number of accounts from 1 on, or a percentage"),
        ('concurrency_mode = "FAST"', "concurrency_mode must be one of STRICT_FAILURE_TOLERANCE"),
        ('portfolios = ["none"]', "unknown portfolio 'none'"),
        ("auto_deployment = false\nretain_stacks = true", "retain_stacks is for auto_deployment = true only"),
        ("call_as = 1", "has unknown settings ['call_as']"),
    ],
)
def test_a_wrong_setting_is_named(catalog: Run, repository: Path, line: str, message: str) -> None:
    settings = {
        "content": 'content = "launch-roles"',
        "organizational_units": 'organizational_units = ["ou-abcd-12345678"]',
        "regions": 'regions = ["us-east-1"]',
    }
    settings[line.partition(" ")[0]] = line
    file = repository / "pyproject.toml"
    file.write_text(file.read_text() + "\n[tool.catalog.stacksets.x]\n" + "\n".join(settings.values()) + "\n")
    result = catalog("stackset", "plan", "--local", at=repository)
    assert (result.exit_code, message in result.output) == (2, True), result.output
    assert re.search(r"pyproject.toml:\d+: \[tool.catalog.stacksets.x\]", result.output), result.output


def test_stack_sets_are_managed_in_one_region(catalog: Run, fleet: Path) -> None:
    file = fleet / "pyproject.toml"
    file.write_text(file.read_text() + TABLE.format(units='["ou-abcd-12345678"]', tolerance=0))
    result = catalog("stackset", "plan", "--local", "--to", "all", at=fleet)
    assert (result.exit_code, "several Regions of account 111122223333: hub/eu-west-1, hub" in result.output) == (
        2,
        True,
    )


def test_names_of_stack_sets_are_checked(catalog: Run, repository: Path, sandbox: Sandbox) -> None:
    result = catalog("stackset", "plan", "--local", at=repository)
    assert (result.exit_code, "declares no stack sets" in result.output) == (2, True)
