"""Principals over HTTP: patterns, roles with a path, sessions, deleted roles.

The numbers of complaints are those of docs/features.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import PORTFOLIO, World

BUSY = "Cannot process more than one portfolio share action at the same time. Try again later."
HEAD = "display_name: Team\nprovider: Team\nstage: dev\nprincipals:\n"
PRODUCTS = "products:\n  - product: kms_key\n    launch: {local_role_name: catalog-launch-kms-key}\n"


@pytest.fixture
def world(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    return World(catalog, sandbox, client, repository, monkeypatch)


def test_a_pattern_is_disassociated_when_it_is_no_longer_declared(world: World) -> None:
    """Complaint 6, terraform #32229: AWS does not find it without its type, and terraform took it for deleted."""
    pattern = "arn:aws:iam:::role/dev-*"
    role = "  - arn: arn:aws:iam::123456789012:role/dev-terraform-role\n"
    world.write(head=f"{HEAD}{role}  - {{arn: '{pattern}', type: IAM_PATTERN}}\n{PRODUCTS}")
    world.publish()
    assert ("IAM_PATTERN", pattern) in world.principals()
    world.settled()
    world.write(head=f"{HEAD}{role}{PRODUCTS}")
    assert world.operations() == [("DisassociatePrincipalFromPortfolio", "destroys")]
    world.fault(
        kind="error",
        operations=["DisassociatePrincipalFromPortfolio"],
        code="ResourceNotFoundException",
        message="Principal not found",
    )
    assert "Principal not found" in world.publish(code=1).stderr  # it is listed all the same
    world.publish()
    assert [kind for kind, _ in world.principals()] == ["IAM"]
    world.settled()


def test_a_role_with_a_path_is_disassociated_as_aws_lists_it(world: World) -> None:
    """Complaint 7, cloudformation-coverage-roadmap #2430: a role with a path keeps its portfolio from being deleted."""
    path = "arn:aws:iam::123456789012:role/team/dev-terraform-role"
    world.write(head=f"{HEAD}  - arn: {path}\n{PRODUCTS}")
    checked = world.catalog("validate", at=world.repository)
    assert "W9109" in checked.output
    world.publish()
    other = "arn:aws:iam::123456789012:role/team/made-by-hand"
    world.hub.associate_principal_with_portfolio(
        PortfolioId=world.portfolio_id(), PrincipalARN=other, PrincipalType="IAM"
    )
    world.write(head=f"{HEAD.removesuffix('principals:' + chr(10))}{PRODUCTS}")
    assert world.operations() == [("DisassociatePrincipalFromPortfolio", "destroys")] * 2
    world.publish()
    assert world.principals() == []
    world.settled()


def test_the_arn_of_a_session_is_refused_and_the_role_is_named(world: World) -> None:
    """Complaint 8, terraform #19998: the ARN that `aws sts get-caller-identity` prints gives no launch path."""
    world.write(head=f"{HEAD}  - arn: arn:aws:sts::123456789012:assumed-role/dev-terraform-role/me\n{PRODUCTS}")
    world.calls()
    refused = world.publish(code=3).stderr
    assert "E9107 portfolios/team.yaml:5" in refused
    assert "use the role arn:aws:iam::123456789012:role/dev-terraform-role" in refused
    assert world.calls() == {}


def test_a_dead_principal_is_reported_and_refreshed(world: World) -> None:
    """Complaint 9, puppet #535: the association is dead, and nothing in the repository has changed."""
    arn = world.role("dev-terraform-role")
    world.write(head=PORTFOLIO)
    world.publish()
    iam = world.client("iam")
    iam.delete_role(RoleName="dev-terraform-role")
    assert world.role("dev-terraform-role") == arn
    ((_, left),) = world.principals()
    assert left.startswith("AROA")
    planned = world.catalog("plan", "--local", at=world.repository)
    assert f"portfolio/team has dead principals {left}" in planned.stdout
    assert "--refresh-principals" in planned.stdout
    assert world.operations() == [("AssociatePrincipalWithPortfolio", "widens")]
    assert world.operations("--refresh-principals") == [
        ("DisassociatePrincipalFromPortfolio", "none"),
        ("AssociatePrincipalWithPortfolio", "widens"),
    ]
    world.publish("--refresh-principals")
    assert world.principals() == [("IAM", arn)]
    person = world.client("servicecatalog", role=arn)
    assert len(person.search_products()["ProductViewSummaries"]) == 1
    world.settled()


def test_a_refresh_also_associates_principals_that_aws_still_lists(world: World) -> None:
    """Complaint 9."""
    world.write(head=PORTFOLIO)
    world.publish()
    before = world.principals()
    assert world.operations("--refresh-principals") == [("AssociatePrincipalWithPortfolio", "widens")]
    world.calls()
    world.publish("--refresh-principals")
    made = world.calls()
    assert (made["DisassociatePrincipalFromPortfolio"], made["AssociatePrincipalWithPortfolio"]) == (1, 1)
    assert world.principals() == before
    world.settled()


def test_a_portfolio_from_which_nobody_can_launch_is_reported(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    """Case G6."""
    file = repository / "portfolios" / "security-dev.yaml"
    head, _, rest = file.read_text().partition("principals:")
    pattern = "principals:\n  - {arn: 'arn:${AWS::Partition}:iam:::role/dev-*', type: IAM_PATTERN}\n"
    file.write_text(head + pattern + rest[rest.index("tag_options:") :])
    words = "portfolio/security-dev: nobody can launch from it: no identity of this account matches"
    assert f"{words} arn:aws:iam:::role/dev-*" in catalog("plan", "--local", at=repository).stdout
    client("iam").create_role(RoleName="dev-app", AssumeRolePolicyDocument="{}")
    assert words not in catalog("plan", "--local", at=repository).stdout
