"""Comparisons of two matrices."""

from __future__ import annotations

import json
from collections.abc import Callable

from catalog.access import Matrix, compare_matrices, matrix
from catalog.content.render import Rendered
from tests.unit.access.conftest import PLACE, REQUIRED

Make = Callable[..., Matrix]
USER = "KeyUsers: app"


def test_equal_matrices_have_no_changes(whole_matrix: Make) -> None:
    assert compare_matrices(whole_matrix(), whole_matrix()) == ()


def test_gains_and_losses_are_opposites(whole_matrix: Make) -> None:
    old, new = whole_matrix(), whole_matrix(GrantsForAwsServices="true")
    gained = {(change.principal, change.action) for change in compare_matrices(old, new) if change.effect == "gains"}
    lost = {(change.principal, change.action) for change in compare_matrices(new, old) if change.effect == "loses"}
    assert gained == lost
    assert {(USER, "kms:CreateGrant"), (USER, "kms:ListGrants"), (USER, "kms:RevokeGrant")} <= gained
    assert all(principal.startswith("KeyUsers") for principal, _ in gained)


def test_a_change_has_both_answers_and_their_statements(whole_matrix: Make) -> None:
    changes = compare_matrices(whole_matrix(), whole_matrix(PreventDestroy="true"))
    (change,) = (
        change
        for change in changes
        if change.principal == "KeyAdministrators: admin" and change.action == "kms:ScheduleKeyDeletion"
    )
    assert str(change) == (
        "KeyAdministrators: admin loses kms:ScheduleKeyDeletion: conditional if "
        "kms:ScheduleKeyDeletionPendingWindowInDays is at least 30 or absent "
        "[KeyAdministrators, DeletionWindowIsAFloor] → denied [PreventDestroy]"
    )


def test_a_principal_that_one_side_does_not_name_is_compared_with_its_class_there(whole_matrix: Make) -> None:
    changes = compare_matrices(whole_matrix(), whole_matrix(AllowCloudWatchLogs="true"))
    assert {(change.principal, change.effect) for change in changes} == {("logs.us-east-1.amazonaws.com", "gains")}


def test_a_new_policy_gives_the_access_that_it_allows(whole_matrix: Make) -> None:
    changes = compare_matrices(Matrix(), whole_matrix())
    assert {change.effect for change in changes} == {"gains"}
    assert (USER, "kms:Decrypt") in {(change.principal, change.action) for change in changes}
    assert compare_matrices(whole_matrix(), Matrix())[0].effect == "loses"


def test_renaming_a_parameter_is_not_a_change_of_access(rendered: Rendered) -> None:
    """Principals are compared by their identity, not by the parameter that contains them."""
    renamed = json.loads(json.dumps(rendered.template).replace("KeyUsers", "Readers"))
    parameters = {name.replace("KeyUsers", "Readers"): value for name, value in REQUIRED.items()}
    old, new = matrix(rendered.template, REQUIRED, PLACE), matrix(renamed, parameters, PLACE)
    assert "Readers: app" in {row.principal for row in new.policies[0].rows}
    assert compare_matrices(old, new) == ()
