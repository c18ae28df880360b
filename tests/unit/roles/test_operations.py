from __future__ import annotations

import pytest

from catalog.check.handlers import iam_action
from catalog.roles.operations import OPERATIONS, PHASES, Phase, PublisherResources, permissions, table
from tests.unit.roles.conftest import ROOT

HEADINGS: dict[Phase, str] = {
    "plan": "## `catalog plan`",
    "publish": "## `catalog publish`: the same, and",
    "upkeep": "## `catalog prune` and `catalog adopt`: the same, and",
}
DOCUMENTS = "arn:aws:ssm:*:1:document/o-*"
PLACES = PublisherResources("arn:aws:s3:::b", DOCUMENTS, ("arn:aws:iam::1:role/r",), ("arn:aws:iam::2:role/t",))


@pytest.mark.parametrize("phase", PHASES)
def test_permissions_are_documented_as_the_table_has_them(phase: Phase) -> None:
    document = (ROOT / "docs" / "permissions.md").read_text()
    written = document.split(f"{HEADINGS[phase]}\n\n", 1)[1].split("\n\n", 1)[0]
    assert f"{written}\n" == table(phase), "write the table of docs/permissions.md anew"


def test_every_action_exists_and_stands_once() -> None:
    actions = [operation.action for operation in OPERATIONS]
    assert len(actions) == len(set(actions))
    assert [action for action in actions if iam_action(action) is None] == []


def test_what_has_no_resource_is_known_to_have_none() -> None:
    for phase in PHASES:
        for permission in permissions(phase, PLACES):
            if permission.resources == ("*",):
                for action in permission.actions:
                    known = iam_action(action)
                    written = [one for one in OPERATIONS if one.action == action and one.resource_set == "anywhere"]
                    assert written or (known and known.everywhere), action


def test_a_repository_without_launch_roles_passes_none() -> None:
    found = permissions("publish", PublisherResources("arn:aws:s3:::b", DOCUMENTS, ()))
    assert "iam:PassRole" not in {action for permission in found for action in permission.actions}


def test_the_roles_of_targets_are_assumed_by_who_publishes_and_by_their_arns_alone() -> None:
    assuming = {
        phase: [one.resources for one in permissions(phase, PLACES) if "sts:AssumeRole" in one.actions]
        for phase in PHASES
    }
    assert assuming == {"plan": [], "publish": [("arn:aws:iam::2:role/t",)], "upkeep": []}
    none = permissions("publish", PublisherResources("arn:aws:s3:::b", DOCUMENTS, ()))
    assert "sts:AssumeRole" not in {action for permission in none for action in permission.actions}
