"""Constraints of all five types over HTTP: created, changed, deleted, read back, and unchanged on a second publish."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.model.constraint import split_digest
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import HUB, PORTFOLIO, World, ask
from tests.functional.test_governance import PRODUCT
from tests.releasing import release

ADMIN = "AWSCloudFormationStackSetAdministrationRole"
HEAD = """\
display_name: Team
provider: Team
stage: dev
products:
  - product: kms_key
"""
ROLE = "    launch: {local_role_name: catalog-launch-kms-key}\n"
TOPIC = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:"
STACKSET = f"""\
    stackset:
      accounts: [%s]
      regions: [%s]
      admin_role: arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{ADMIN}
      execution_role: team-stack-set
"""


@pytest.fixture
def world(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    return World(catalog, sandbox, client, repository, monkeypatch)


def parameters(world: World) -> dict[str, Any]:
    """Type → (Parameters, description) of every constraint, as AWS returns them."""
    listed = world.hub.list_constraints_for_portfolio(PortfolioId=world.portfolio_id())["ConstraintDetails"]
    constraints = {}
    for detail in listed:
        answer = world.hub.describe_constraint(Id=detail["ConstraintId"])
        assert detail["Type"] not in constraints
        description, digest = split_digest(detail["Description"])
        assert digest
        constraints[detail["Type"]] = (json.loads(answer["ConstraintParameters"]), description)
    return constraints


def step(world: World, entry: str) -> list[dict[str, Any]]:
    """Publish the product with these constraints, check them, and return the planned changes of constraints."""
    world.write(head=HEAD + entry)
    result = world.catalog("plan", "--local", "--json", at=world.repository)
    assert result.exit_code == 0, result.output
    world.publish()
    world.settled()
    return [one for one in json.loads(result.stdout)["changes"] if "Constraint" in one["operation"]]


def topics(*names: str) -> str:
    return "    notification:\n      topics:\n" + "".join(f"        - {TOPIC}{name}\n" for name in names)


def test_constraints_of_each_type_are_created_changed_and_deleted(world: World) -> None:
    world.client("iam").create_role(RoleName=ADMIN, AssumeRolePolicyDocument="{}")
    sns = {name: world.client("sns").create_topic(Name=name)["TopicArn"] for name in ("one", "two")}
    rules = "    template:\n      require:\n        - {parameter: Environment, allowed: [dev]}\n"
    tags = "    resource_update: {tag_updates: not_allowed, description: Tags stay.}\n"
    step(world, ROLE + rules + topics("one") + tags)
    rule = {
        "Assert": {"Fn::Contains": [["dev"], {"Ref": "Environment"}]},
        "AssertDescription": "Environment must be one of dev.",
    }
    assert parameters(world) == {
        "LAUNCH": ({"LocalRoleName": "catalog-launch-kms-key"}, ""),
        "TEMPLATE": ({"Rules": {"EnvironmentAllowed": {"Assertions": [rule]}}}, ""),
        "NOTIFICATION": ({"NotificationArns": [sns["one"]]}, ""),
        "RESOURCE_UPDATE": (
            {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "NOT_ALLOWED"}},
            "Tags stay.",
        ),
    }

    changed = step(world, ROLE + rules.replace("[dev]", "[dev, test]") + topics("two", "one") + tags)
    assert [(one["operation"], one["impact"], one["details"]) for one in changed] == [
        (
            "UpdateConstraint",
            "widens",
            [
                "rule EnvironmentAllowed: + Environment is one of dev, test",
                "rule EnvironmentAllowed: - Environment is one of dev",
            ],
        ),
        ("UpdateConstraint", "none", [f"topics: + {sns['two']}"]),
    ]
    assert parameters(world)["NOTIFICATION"][0] == {"NotificationArns": sorted(sns.values())}
    assert step(world, ROLE + rules.replace("[dev]", "[dev, test]") + topics("one", "two") + tags) == []

    changed = step(world, STACKSET % ("'123456789012', '111122223333'", "us-east-1"))
    assert [(one["operation"], one["address"].rpartition("/")[2], one["impact"]) for one in changed] == [
        ("DeleteConstraint", "launch", "destroys"),
        ("DeleteConstraint", "notification", "destroys"),
        ("DeleteConstraint", "resource_update", "destroys"),
        ("DeleteConstraint", "template", "widens"),
        ("CreateConstraint", "stackset", "widens"),
    ]
    properties = {
        "AccountList": ["111122223333", "123456789012"],
        "RegionList": ["us-east-1"],
        "AdminRole": f"arn:aws:iam::123456789012:role/{ADMIN}",
        "ExecutionRole": "team-stack-set",
    }
    assert parameters(world) == {"STACKSET": ({"Version": "2.0", "Properties": properties}, "")}

    (changed,) = step(world, STACKSET % ("'123456789012'", "us-east-1, eu-west-1"))
    assert changed["impact"] == "widens"
    assert changed["details"] == ["accounts: - 111122223333", "regions: + eu-west-1"]
    (changed,) = step(world, STACKSET % ("'123456789012'", "eu-west-1, us-east-1"))
    assert (changed["impact"], changed["details"]) == (
        "none",
        ["regions: order us-east-1, eu-west-1 → eu-west-1, us-east-1"],
    )
    assert parameters(world)["STACKSET"][0]["Properties"]["RegionList"] == ["eu-west-1", "us-east-1"]

    (changed,) = step(world, STACKSET % ("'123456789012'", "us-east-1") + "      stack_instances: not_allowed\n")
    assert changed["details"] == ["regions: - eu-west-1", "stack instances by people: not set → not allowed"]
    assert parameters(world)["STACKSET"][0]["Properties"]["StackInstanceControl"] == "NOT_ALLOWED"

    step(world, ROLE)
    assert list(parameters(world)) == ["LAUNCH"]
    (product,) = world.hub.search_products_as_admin()["ProductViewDetails"]
    world.hub.create_constraint(
        PortfolioId=world.portfolio_id(),
        ProductId=product["ProductViewSummary"]["ProductId"],
        Type="NOTIFICATION",
        Parameters=json.dumps({"NotificationArns": list(sns.values())}),
    )
    (changed,) = step(world, ROLE)  # what somebody made by hand is taken away, as any constraint that is not declared
    assert changed["operation"] == "DeleteConstraint"
    assert list(parameters(world)) == ["LAUNCH"]


def test_unmanaged_constraints_are_deleted_with_their_product(world: World) -> None:
    (world.repository / "products" / "handle.py").write_text(PRODUCT)
    release(world.repository, "handle")
    kept = "  - product: handle\n    launch: {local_role_name: catalog-launch-handle}\n"
    step(world, ROLE + topics("one") + kept)
    listed = world.hub.search_products_as_admin()["ProductViewDetails"]
    names = {one["ProductViewSummary"]["Name"]: one["ProductViewSummary"]["ProductId"] for one in listed}
    (product,) = (aws_id for name, aws_id in names.items() if name != "Handle")
    portfolio = world.portfolio_id()

    made = world.hub.create_constraint(
        PortfolioId=portfolio,
        ProductId=product,
        Type="NOTIFICATION",
        Parameters=json.dumps({"NotificationArns": [f"arn:aws:sns:us-east-1:{HUB}:two"]}),
    )
    second = made["ConstraintDetail"]["ConstraintId"]
    step(world, ROLE + topics("one") + kept)  # the second one stays, and there is nothing to do
    plan = json.loads(world.catalog("plan", "--local", "--json", at=world.repository).stdout)
    assert [one for one in plan["notices"] if second in one and one.endswith("left as it is")]

    world.write(head=HEAD.replace("  - product: kms_key\n", kept))
    plan = json.loads(world.catalog("plan", "--local", "--json", at=world.repository).stdout)
    assert not [one for one in plan["notices"] if second in one]
    world.publish()
    world.settled()
    (left,) = world.hub.list_constraints_for_portfolio(PortfolioId=portfolio)["ConstraintDetails"]
    assert left["Type"] == "LAUNCH"


def launch_constraint(world: World) -> tuple[str, str]:
    """(id, parameters) of the only constraint."""
    (portfolio,) = world.hub.list_portfolios()["PortfolioDetails"]
    (listed,) = world.hub.list_constraints_for_portfolio(PortfolioId=portfolio["Id"])["ConstraintDetails"]
    answer = world.hub.describe_constraint(Id=listed["ConstraintId"])
    return listed["ConstraintId"], answer["ConstraintParameters"]


def test_a_constraint_waits_until_the_association_is_known(world: World) -> None:
    """Complaint 10, aws-cdk #20810: ResourceNotFound right after the association, so that others sleep for 30 s."""
    world.write()
    ask(world.sandbox, "POST", FAULTS_PATH, {"kind": "lag", "seconds": 0.6})
    world.publish()
    ask(world.sandbox, "DELETE", FAULTS_PATH)
    assert "catalog-launch-kms-key" in launch_constraint(world)[1]
    world.settled()


def test_another_launch_role_changes_the_constraint_in_place(world: World) -> None:
    """Complaint 11, puppet #586: the id contained the role's name, so a new role was "already exists"."""
    world.write()
    world.publish()
    constraint_id, _ = launch_constraint(world)
    world.write(head=PORTFOLIO.replace("catalog-launch-kms-key", "catalog-launch-keys"))
    planned = [operation for operation, _ in world.operations() if "Constraint" in operation]
    assert planned == ["UpdateConstraint"]
    world.publish()
    again, parameters = launch_constraint(world)
    assert again == constraint_id
    assert "catalog-launch-keys" in parameters
    world.settled()


def test_a_role_that_role_arn_names_must_exist_before_the_plan_is_made(world: World) -> None:
    """At creation and at an update, with nothing changed until then."""

    def planned(role: str) -> list[str]:
        arn = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{role}"
        world.write(head=f"{HEAD}    launch: {{role_arn: '{arn}'}}\n")
        result = world.catalog("plan", "--local", "--json", at=world.repository)
        assert result.exit_code == 0, result.output
        blockers: list[str] = json.loads(result.stdout)["blockers"]
        return blockers

    iam, trust = world.client("iam"), '{"Version": "2012-10-17", "Statement": []}'
    (missing,) = planned("own/first")
    assert f"Account {HUB} has no role arn:aws:iam::{HUB}:role/own/first, with which a product is launched" in missing
    assert "catalog role derive PRODUCT --name ROLE" in missing
    refused = world.catalog("publish", "--local", "--yes", "--allow", "widen", at=world.repository)
    assert (refused.exit_code, "nothing was changed" in refused.stderr) == (1, True)
    assert world.hub.list_portfolios()["PortfolioDetails"] == []
    iam.create_role(RoleName="first", AssumeRolePolicyDocument=trust)
    (elsewhere,) = planned("own/first")
    assert f"(the role of this name is arn:aws:iam::{HUB}:role/first)" in elsewhere
    assert planned("first") == []
    world.publish()
    assert "role/second" in planned("second")[0]
    iam.create_role(RoleName="second", AssumeRolePolicyDocument=trust)
    assert planned("second") == []
