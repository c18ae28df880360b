"""Constraints: parameters, numbers, updates."""

from __future__ import annotations

import json
from typing import Any

import pytest

RULES = {"Rules": {"Prod": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Name"}, "a"]}}]}}}
UPDATE = {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}}
TOPIC = "arn:aws:sns:us-east-1:123456789012:events"
SETS = {
    "AccountList": ["210987654321"],
    "RegionList": ["us-east-1"],
    "AdminRole": "arn:aws:iam::123456789012:role/Administration",
    "ExecutionRole": "Execution",
}
STACKSET = {"Version": "String", "Properties": SETS}


@pytest.fixture
def association(world: Any) -> dict[str, str]:
    """A product in a portfolio, and a launch role."""
    world.role("launch")
    product_id, _ = world.product()
    return {"PortfolioId": world.portfolio(product_id), "ProductId": product_id}


def create(world: Any, association: dict[str, str], kind: str, parameters: object) -> Any:
    text = parameters if isinstance(parameters, str) else json.dumps(parameters)
    return world.catalog.create_constraint(Type=kind, Parameters=text, **association)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("LAUNCH", {"RoleArn": "arn:aws:iam::123456789012:role/launch"}),
        ("LAUNCH", {"LocalRoleName": "launch"}),
        ("NOTIFICATION", {"NotificationArns": [TOPIC]}),
        ("RESOURCE_UPDATE", UPDATE),
        ("STACKSET", STACKSET),
        ("TEMPLATE", RULES),
    ],
)
def test_each_type_reads_back(world: Any, association: dict[str, str], kind: str, parameters: object) -> None:
    created = create(world, association, kind, parameters)
    described = world.catalog.describe_constraint(Id=created["ConstraintDetail"]["ConstraintId"])
    assert described["ConstraintDetail"]["Owner"] == "123456789012"
    assert json.loads(described["ConstraintParameters"]) == parameters
    assert described["Status"] == "AVAILABLE"
    listed = world.catalog.list_constraints_for_portfolio(**association)["ConstraintDetails"]
    assert listed == [described["ConstraintDetail"]]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("NOPE", {}),
        ("LAUNCH", "not json"),
        ("LAUNCH", "[" * 100_000),
        ("LAUNCH", []),
        ("LAUNCH", {}),
        ("LAUNCH", {"RoleArn": "arn:aws:iam::123456789012:role/launch", "LocalRoleName": "launch"}),
        ("LAUNCH", {"RoleArn": "launch"}),
        ("LAUNCH", {"RoleArn": "arn:aws:iam::123456789012:role/other"}),
        ("LAUNCH", {"LocalRoleName": "other"}),
        ("NOTIFICATION", {"NotificationArns": []}),
        ("NOTIFICATION", {"NotificationArns": ["arn:aws:sqs:us-east-1:123456789012:events"]}),
        ("RESOURCE_UPDATE", {"Version": "1.0", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}}),
        ("RESOURCE_UPDATE", {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "MAYBE"}}),
        ("STACKSET", {"Properties": {}}),
        ("STACKSET", {"Version": "String", "Properties": SETS | {"AccountList": []}}),
        ("STACKSET", {"Version": "String", "Properties": SETS | {"RegionList": "us-east-1"}}),
        ("STACKSET", {"Version": "String", "Properties": SETS | {"AdminRole": "Administration"}}),
        ("STACKSET", {"Version": "String", "Properties": SETS | {"ExecutionRole": SETS["AdminRole"]}}),
        ("STACKSET", {"Version": "String", "Properties": SETS | {"StackInstanceControl": "MAYBE"}}),
        ("TEMPLATE", {"Prod": {"Assertions": []}}),
        ("TEMPLATE", {"Rules": {}}),
        ("TEMPLATE", {"Rules": {"no-dash": {"Assertions": [{"Assert": True}]}}}),
        ("TEMPLATE", {"Rules": {"Prod": {"Assertions": []}}}),
        ("TEMPLATE", {"Rules": {"Prod": {"Assertions": [{"AssertDescription": "x"}]}}}),
        ("TEMPLATE", {"Rules": {"Prod": {"Assertions": [{"Assert": True}], "Other": 1}}}),
    ],
)
def test_invalid_parameters_are_refused(world: Any, association: dict[str, str], kind: str, parameters: object) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException):
        create(world, association, kind, parameters)
    assert world.catalog.list_constraints_for_portfolio(**association)["ConstraintDetails"] == []


def test_a_missing_launch_role_gets_the_error_of_iam_propagation(world: Any, association: dict[str, str]) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="profile does not exist"):
        create(world, association, "LAUNCH", {"LocalRoleName": "other"})


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [("LAUNCH", {"LocalRoleName": "launch"}), ("STACKSET", STACKSET), ("RESOURCE_UPDATE", UPDATE)],
)
def test_a_second_constraint_of_a_single_type_is_refused(
    world: Any, association: dict[str, str], kind: str, parameters: object
) -> None:
    create(world, association, kind, parameters)
    with pytest.raises(world.catalog.exceptions.DuplicateResourceException):
        create(world, association, kind, parameters)


def test_launch_and_stackset_exclude_each_other(world: Any, association: dict[str, str]) -> None:
    create(world, association, "STACKSET", STACKSET)
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="both"):
        create(world, association, "LAUNCH", {"LocalRoleName": "launch"})


def test_several_template_constraints_are_allowed(world: Any, association: dict[str, str]) -> None:
    create(world, association, "TEMPLATE", RULES)
    create(world, association, "TEMPLATE", RULES)
    assert len(world.catalog.list_constraints_for_portfolio(**association)["ConstraintDetails"]) == 2


def test_the_product_must_be_in_the_portfolio(world: Any, association: dict[str, str]) -> None:
    other, _ = world.product("Other")
    with pytest.raises(world.catalog.exceptions.ResourceNotFoundException, match="is not associated with portfolio"):
        create(world, association | {"ProductId": other}, "TEMPLATE", RULES)


def test_an_update_keeps_the_id_and_checks_the_parameters(world: Any, association: dict[str, str]) -> None:
    constraint_id = create(world, association, "TEMPLATE", RULES)["ConstraintDetail"]["ConstraintId"]
    with pytest.raises(world.catalog.exceptions.InvalidParametersException):
        world.catalog.update_constraint(Id=constraint_id, Parameters="{}")
    world.catalog.update_constraint(Id=constraint_id, Description="why")
    described = world.catalog.describe_constraint(Id=constraint_id)
    assert described["ConstraintDetail"]["Description"] == "why"
    assert json.loads(described["ConstraintParameters"]) == RULES
    world.catalog.delete_constraint(Id=constraint_id)
    message = f"Constraint not found: {constraint_id}"
    with pytest.raises(world.catalog.exceptions.ResourceNotFoundException, match=message):
        world.catalog.describe_constraint(Id=constraint_id)
