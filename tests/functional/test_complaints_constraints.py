"""Complaints 10, 11 and 15 about the tools that were there before, each a test: constraints, and throttling.

The numbers are those of the project's list: a constraint right after the association, a launch role that changes, too
many requests.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import PORTFOLIO, World, ask


@pytest.fixture
def world(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    return World(catalog, sandbox, client, repository, monkeypatch)


def launch_constraint(world: World) -> tuple[str, str]:
    """(id, parameters) of the one constraint."""
    (portfolio,) = world.hub.list_portfolios()["PortfolioDetails"]
    (listed,) = world.hub.list_constraints_for_portfolio(PortfolioId=portfolio["Id"])["ConstraintDetails"]
    answer = world.hub.describe_constraint(Id=listed["ConstraintId"])
    return listed["ConstraintId"], answer["ConstraintParameters"]


def test_complaint_10_a_constraint_waits_until_the_association_is_known(world: World) -> None:
    """aws-cdk #20810 and others' sleeps of 30 s: ResourceNotFound for a constraint right after the association."""
    world.write()
    ask(world.sandbox, "POST", FAULTS_PATH, {"kind": "lag", "seconds": 0.6})
    world.publish()
    ask(world.sandbox, "DELETE", FAULTS_PATH)
    assert "catalog-launch-kms-key" in launch_constraint(world)[1]
    world.settled()


def test_complaint_11_another_launch_role_changes_the_constraint_in_place(world: World) -> None:
    """service-catalog-puppet #586: the id contained the role's name, so a new role was "already exists"."""
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


def test_complaint_15_throttled_reads_and_writes_are_tried_again(world: World) -> None:
    """service-catalog-puppet #631, #702: ThrottlingException in DescribeProvisioningArtifact and updates."""
    world.write()
    for operation in ("ListPortfolios", "DescribeProvisioningArtifact", "CreateProduct", "CreateConstraint"):
        ask(world.sandbox, "POST", FAULTS_PATH, {"kind": "error", "operations": [operation], "calls": 1})
    world.publish()
    assert [fault for fault in ask(world.sandbox, "GET", FAULTS_PATH)["faults"] if fault["calls"]] == []
    ask(world.sandbox, "DELETE", FAULTS_PATH)
    world.settled()
