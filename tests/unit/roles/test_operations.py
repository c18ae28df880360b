"""The permissions of the roles for CI, and the tables of docs/permissions.md."""

from __future__ import annotations

import pytest

from catalog.check.iam_actions import iam_action
from catalog.roles.operations import (
    BOOTSTRAP_OPERATIONS,
    OF_IMPORTS,
    OPERATIONS,
    PHASES,
    Operation,
    Phase,
    PublisherResources,
    permissions,
    table,
)
from tests.unit.roles.conftest import ROOT

HEADINGS: dict[Phase, str] = {
    "plan": "## `catalog plan`",
    "publish": "## `catalog publish`: the permissions of `catalog plan`, and",
    "upkeep": "## `catalog prune` and `catalog adopt`: the permissions of `catalog publish`, and",
    "bootstrap": "It calls",
}
DOCUMENTS = "arn:aws:ssm:*:1:document/o-*"
RESOURCES = PublisherResources("arn:aws:s3:::b", DOCUMENTS, ("arn:aws:iam::1:role/r",), ("arn:aws:iam::2:role/t",))


@pytest.mark.parametrize("phase", HEADINGS)
def test_docs_permissions_has_the_tables_of_operations(phase: Phase) -> None:
    document = (ROOT / "docs" / "permissions.md").read_text()
    written = document.split(f"{HEADINGS[phase]}\n\n", 1)[1].split("\n\n", 1)[0]
    assert f"{written}\n" == table(phase), "write the table of docs/permissions.md again"


@pytest.mark.parametrize("operations", [OPERATIONS, BOOTSTRAP_OPERATIONS])
def test_every_action_exists_and_is_listed_once(operations: tuple[Operation, ...]) -> None:
    actions = [operation.action for operation in operations]
    assert len(actions) == len(set(actions))
    assert [action for action in actions if iam_action(action) is None] == []


def test_only_actions_without_resource_types_are_allowed_on_all_resources() -> None:
    for phase in PHASES:
        for permission in permissions(phase, RESOURCES):
            if permission.resources == ("*",):
                for action in permission.actions:
                    known = iam_action(action)
                    anywhere = [
                        operation
                        for operation in OPERATIONS
                        if operation.action == action and operation.resource_set == "anywhere"
                    ]
                    assert anywhere or (known and known.everywhere), action


def test_without_launch_roles_the_publisher_passes_none() -> None:
    statements = permissions("publish", PublisherResources("arn:aws:s3:::b", DOCUMENTS, ()))
    assert "iam:PassRole" not in {action for permission in statements for action in permission.actions}


def test_portfolios_of_other_accounts_are_reached_by_the_actions_for_imports_alone() -> None:
    arn = "arn:aws:catalog:*:3:portfolio/port-x"
    resources = PublisherResources("arn:aws:s3:::b", DOCUMENTS, (), imports=(arn,))
    reached = {
        action
        for phase in PHASES
        for permission in permissions(phase, resources)
        if arn in permission.resources
        for action in permission.actions
    }
    assert reached == OF_IMPORTS


def test_only_the_role_that_publishes_may_assume_the_roles_of_targets() -> None:
    assuming = {
        phase: [
            permission.resources
            for permission in permissions(phase, RESOURCES)
            if "sts:AssumeRole" in permission.actions
        ]
        for phase in PHASES
    }
    assert assuming == {"plan": [], "publish": [("arn:aws:iam::2:role/t",)], "upkeep": []}
    none = permissions("publish", PublisherResources("arn:aws:s3:::b", DOCUMENTS, ()))
    assert "sts:AssumeRole" not in {action for permission in none for action in permission.actions}
