"""The number of AWS calls of plan and publish: docs/calls.md, proved at two sizes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scale import build_repository, calls
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import ROOT, Run
from tests.functional.sharing import World, ask

SIZES = ((3, 2, 1), (6, 5, 3))
"""Portfolios, products, versions."""
LISTED = Counter({"ListRoles": 1})
"""The portfolios have patterns as principals, and nothing else."""
LEASE = Counter({"ListObjectVersions": 1})
"""What publish reads besides: whether another publisher is at work."""
CONSTRAINTS = 2
"""For each association."""


def documented() -> dict[str, tuple[int, ...]]:
    """Operation → calls per run, product, portfolio, constraint and service action, from docs/calls.md."""
    section = (ROOT / "docs" / "calls.md").read_text().split("\n## ")[1]
    rows = re.findall(r"^\| (\w+) \|(.*)\|$", section, flags=re.MULTILINE)[1:]
    return {name: tuple(int(cell.strip() or 0) for cell in cells.split("|")) for name, cells in rows}


def expected(portfolios: int, products: int) -> Counter[str]:
    """The reads of a catalog of this size, in which each product has a service action."""
    sizes = (1, products, portfolios, portfolios * products * CONSTRAINTS, products)
    return LISTED + Counter(
        {
            name: sum(calls * size for calls, size in zip(constants, sizes, strict=True))
            for name, constants in documented().items()
        }
    )


ACTION = """

from dataclasses import replace

from catalog import ServiceAction

STEP = {"name": "Look", "action": "aws:executeAwsApi", "inputs": {"Service": "sts", "Api": "GetCallerIdentity"}}
DOCUMENT = {"schemaVersion": "0.3", "parameters": {"Handle": {"type": "String"}}, "mainSteps": [STEP]}
LOOK = ServiceAction(
    key="look",
    name="Look-{key}",
    description="Looks.",
    document=DOCUMENT,
    parameters={"Handle": "TARGET"},
    target_type="AWS::CloudFormation::WaitConditionHandle",
)
PRODUCT = replace(PRODUCT, service_actions=(LOOK,))
"""


def give_actions(root: Path) -> None:
    """A service action for each product."""
    for file in (root / "products").glob("*.py"):
        file.write_text(file.read_text() + ACTION.replace("{key}", file.stem))


def published(catalog: Run, at: Path) -> Counter[str]:
    """The calls of a first publish."""
    result = catalog("-vv", "publish", "--local", "--yes", "--allow", "widen", at=at)
    assert result.exit_code == 0, result.output
    return calls(result.stderr)


@pytest.mark.parametrize(("portfolios", "products", "versions"), SIZES)
def test_reads_are_the_constants_of_the_documentation(
    catalog: Run, tmp_path: Path, portfolios: int, products: int, versions: int
) -> None:
    root = build_repository(tmp_path / "repository", portfolios, products, versions)
    give_actions(root)
    made = published(catalog, root)
    constraints = portfolios * products * CONSTRAINTS
    assert made["CreateProduct"] + made["CreateProvisioningArtifact"] == products * versions
    assert made["AssociateProductWithPortfolio"] == portfolios * products
    assert made["ListPortfoliosForProduct"] == products
    assert made["ListPrincipalsForPortfolio"] == made["DescribePortfolio"] == portfolios
    assert made["CreateConstraint"] == constraints
    assert made["CreateDocument"] == made["CreateServiceAction"] == products
    assert made["AssociateServiceActionWithProvisioningArtifact"] == products * versions
    assert made["DescribeServiceAction"] == made["ListProvisioningArtifactsForServiceAction"] == products
    assert made["DescribeConstraint"] >= constraints

    planned = catalog("-vv", "plan", "--local", "--detailed-exitcode", at=root)
    assert planned.exit_code == 0, planned.output
    assert calls(planned.stderr) == expected(portfolios, products)

    again = catalog("-vv", "publish", "--local", "--yes", at=root)
    assert "No changes." in again.stdout
    assert calls(again.stderr) == expected(portfolios, products) + LEASE


def test_constraints_with_a_digest_are_not_described_with_refresh_changed(
    catalog: Run, client: Callable[..., Any], tmp_path: Path
) -> None:
    root, hub = build_repository(tmp_path / "repository", 2, 2, 1), client("servicecatalog")
    made = published(catalog, root)
    constraints = {
        (item["PortfolioId"], item["ProductId"], item["Type"]): item
        for portfolio in hub.list_portfolios()["PortfolioDetails"]
        for item in hub.list_constraints_for_portfolio(PortfolioId=portfolio["Id"])["ConstraintDetails"]
    }
    assert len(constraints) == made["CreateConstraint"] == 8
    assert all(re.search(r"^\[sha256:[0-9a-f]{12}\]$", item["Description"]) for item in constraints.values())

    def planned(refresh: str) -> tuple[int, list[str]]:
        result = catalog("-vv", "plan", "--local", "--json", f"--refresh={refresh}", at=root)
        assert result.exit_code == 0, result.output
        changes = json.loads(result.stdout)["changes"]
        return calls(result.stderr)["DescribeConstraint"], [change["operation"] for change in changes]

    assert planned("all") == (8, [])
    assert planned("changed") == (0, [])
    rules = next(item for item in constraints.values() if item["Type"] == "TEMPLATE")
    role = next(item for item in constraints.values() if item["Type"] == "LAUNCH")
    other = {"Rules": {"Other": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}}}
    hub.update_constraint(Id=rules["ConstraintId"], Parameters=json.dumps(other))
    assert planned("changed") == (0, [])
    assert planned("all") == (8, ["UpdateConstraint"])
    hub.update_constraint(Id=rules["ConstraintId"], Description="Edited.")
    hub.update_constraint(Id=role["ConstraintId"], Description=f"Edited. {role['Description']}")
    assert planned("changed") == (1, ["UpdateConstraint", "UpdateConstraint"])
    published(catalog, root)
    assert planned("changed") == (0, [])
    noted = catalog("plan", "--local", "--refresh=changed", at=root).stdout
    assert "note: constraints with an unchanged digest" in " ".join(noted.split())
    refused = catalog("plan", "--local", "--refresh=changed", "-o", "plan.json", at=root)
    assert (refused.exit_code, "a saved plan is of all that AWS has" in refused.stderr) == (2, True)


def test_constraints_of_earlier_versions_get_no_digest_while_nothing_else_changes(
    catalog: Run, client: Callable[..., Any], tmp_path: Path
) -> None:
    root, hub = build_repository(tmp_path / "repository", 1, 1, 1), client("servicecatalog")
    published(catalog, root)
    (portfolio,) = hub.list_portfolios()["PortfolioDetails"]
    listed = hub.list_constraints_for_portfolio(PortfolioId=portfolio["Id"])["ConstraintDetails"]
    for item in listed:
        hub.update_constraint(Id=item["ConstraintId"], Description="")
    again = catalog("-vv", "publish", "--local", "--yes", at=root)
    assert "No changes." in again.stdout
    changed = catalog("-vv", "plan", "--local", "--refresh=changed", at=root)
    assert calls(changed.stderr)["DescribeConstraint"] == len(listed) == 2


def test_reads_do_not_grow_with_versions_and_unchanged_objects_are_not_written(catalog: Run, tmp_path: Path) -> None:
    """Complaint 15, puppet #631, #702: one DescribeProvisioningArtifact a version, and writes of unchanged objects."""
    few, many = (build_repository(tmp_path / str(number), 1, 2, number) for number in (1, 5))
    for root in (few, many):
        give_actions(root)
    published(catalog, few)
    before = calls(catalog("-vv", "publish", "--local", "--yes", at=few).stderr)
    added = published(catalog, many)  # the same catalogue, four versions later
    assert {name: added[name] for name in added if name.startswith(("Create", "Update", "Associate"))} == {
        "CreateProvisioningArtifact": 8,
        "AssociateServiceActionWithProvisioningArtifact": 8,
    }
    after = calls(catalog("-vv", "publish", "--local", "--yes", at=many).stderr)
    assert after == before == expected(1, 2) + LEASE
    assert after["DescribeProvisioningArtifact"] == 0


def test_throttled_reads_and_writes_are_tried_again(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Complaint 15, puppet #631, #702: ThrottlingException of DescribeProvisioningArtifact and of updates."""
    world = World(catalog, sandbox, client, repository, monkeypatch)
    world.write()
    for operation in ("ListPortfolios", "DescribeProvisioningArtifact", "CreateProduct", "CreateConstraint"):
        ask(world.sandbox, "POST", FAULTS_PATH, {"kind": "error", "operations": [operation], "calls": 1})
    world.publish()
    assert [fault for fault in ask(world.sandbox, "GET", FAULTS_PATH)["faults"] if fault["calls"]] == []
    ask(world.sandbox, "DELETE", FAULTS_PATH)
    world.settled()


def test_a_full_quota_is_not_tried_again(catalog: Run, sandbox: Sandbox, repository: Path) -> None:
    """botocore takes LimitExceededException for throttling, and would repeat the call for more than a minute."""
    fault = {"kind": "error", "operations": ["CreateTagOption"], "code": "LimitExceededException", "calls": 1}
    ask(sandbox, "POST", FAULTS_PATH, fault)
    stopped = catalog("publish", "--local", "--yes", "--allow", "widen", at=repository)
    assert stopped.exit_code == 1
    assert "CreateTagOption: LimitExceededException: Rate exceeded" in stopped.stderr
