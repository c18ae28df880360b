"""The access that the KMS product gives: the important rows of its matrix."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.access import PolicyMatrix
from catalog.cfn import Pseudo
from catalog.errors import ContentError

KeyMatrix = Callable[..., PolicyMatrix]
ADMIN, USER = "KeyAdministrators: admin", "KeyUsers: app"
WITH_IAM = ", with IAM kms:*"
BOTH = "KeyAdministrators and KeyUsers: a principal in both lists"
OTHER = "another role of the account"
WINDOW = "kms:ScheduleKeyDeletionPendingWindowInDays is at least 30 or absent"
FOR_AWS = "kms:GrantIsForAWSResource is true"

ANSWERS = [
    # principal, action, answer, statements, conditions, needs_iam
    (ADMIN, "PutKeyPolicy", "allowed", ("KeyAdministrators",), (), False),
    (ADMIN, "RotateKeyOnDemand", "allowed", ("KeyAdministratorsRotateOnDemand",), (), False),
    (ADMIN, "Decrypt", "denied", ("KeyAdministratorsCannotUseTheKey",), (), False),
    (ADMIN, "CreateGrant", "denied", ("KeyAdministratorsCannotUseTheKey",), (), False),
    (ADMIN, "ReplicateKey", "denied", ("NoReplicas",), (), False),
    (ADMIN, "ScheduleKeyDeletion", "conditional", ("KeyAdministrators", "DeletionWindowIsAFloor"), (WINDOW,), False),
    (
        ADMIN,
        "CreateAlias",
        "conditional",
        ("KeyAdministrators",),
        ("an IAM policy allows it on the alias",),
        True,
    ),
    (ADMIN + WITH_IAM, "CreateAlias", "allowed", ("KeyAdministrators",), (), True),
    (ADMIN + WITH_IAM, "Decrypt", "denied", ("KeyAdministratorsCannotUseTheKey",), (), False),
    (ADMIN + WITH_IAM, "ReplicateKey", "denied", ("NoReplicas",), (), False),
    (USER, "Decrypt", "allowed", ("KeyUsers",), (), False),
    (USER, "DescribeKey", "allowed", ("KeyUsers",), (), False),
    (USER, "PutKeyPolicy", "denied", (), (), False),
    (USER, "CreateGrant", "denied", ("GrantsOnlyForAwsServices",), (FOR_AWS,), False),
    (USER + WITH_IAM, "Decrypt", "allowed", ("KeyUsers",), (), False),
    (USER + WITH_IAM, "PutKeyPolicy", "allowed", ("RootAccountOwnership",), (), True),
    (BOTH, "Decrypt", "denied", ("KeyAdministratorsCannotUseTheKey",), (), False),
    (BOTH, "PutKeyPolicy", "allowed", ("KeyAdministrators",), (), False),
    (OTHER, "Decrypt", "denied", (), (), False),
    (OTHER + WITH_IAM, "Decrypt", "allowed", ("RootAccountOwnership",), (), True),
    (
        OTHER + WITH_IAM,
        "CreateGrant",
        "conditional",
        ("RootAccountOwnership", "GrantsOnlyForAwsServices"),
        (FOR_AWS,),
        True,
    ),
    ("the account's root user", "Decrypt", "allowed", ("RootAccountOwnership",), (), False),
    ("a role of another account" + WITH_IAM, "Decrypt", "denied", (), (), False),
    ("another AWS service", "Decrypt", "denied", (), (), False),
    ("anonymous", "Decrypt", "denied", (), (), False),
]


@pytest.fixture(scope="module")
def plain(key_matrix: KeyMatrix) -> PolicyMatrix:
    return key_matrix()


@pytest.mark.parametrize(("principal", "action", "answer", "sids", "conditions", "needs_iam"), ANSWERS)
def test_answers(
    plain: PolicyMatrix,
    principal: str,
    action: str,
    answer: str,
    sids: tuple[str, ...],
    conditions: tuple[str, ...],
    needs_iam: bool,
) -> None:
    row = plain.row(principal, f"kms:{action}")
    assert (row.answer, row.sids, row.conditions, row.needs_iam) == (answer, sids, conditions, needs_iam)


def test_every_class_has_a_row_for_every_action(plain: PolicyMatrix) -> None:
    cells = [(row.principal, row.action) for row in plain.rows]
    actions = {action for _, action in cells}
    assert len(cells) == len(set(cells)) == len(plain.principals) * len(actions)
    assert {"kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GetKeyLastUsage", "kms:Decapsulate"} <= actions
    assert "kms:ReEncrypt" not in actions


def test_users_grant_to_aws_services_only(key_matrix: KeyMatrix) -> None:
    made = key_matrix(GrantsForAwsServices="true")
    for action in ("CreateGrant", "ListGrants", "RevokeGrant"):
        row = made.row(USER, f"kms:{action}")
        assert (row.answer, row.conditions) == ("conditional", (FOR_AWS,))
        assert row.sids[0] == "KeyUsersGrantToAwsServices"
    assert made.row(ADMIN, "kms:CreateGrant").explicit


EVERYTHING = {
    "PreventDestroy": "true",
    "GrantsForAwsServices": "true",
    "AllowCloudWatchLogs": "true",
    "MultiRegion": "true",
    "ReplicaRegions": "eu-west-1,eu-central-1",
}
WITH_EVERY_STATEMENT = [
    # The question of each statement, for an administrator whose IAM policies allow kms:*
    ("Sign", "allowed", ("RootAccountOwnership",)),
    ("PutKeyPolicy", "allowed", ("KeyAdministrators",)),
    ("Decrypt", "denied", ("KeyAdministratorsCannotUseTheKey",)),
    ("RotateKeyOnDemand", "allowed", ("KeyAdministratorsRotateOnDemand",)),
    ("CreateGrant", "denied", ("KeyAdministratorsCannotUseTheKey",)),
    ("ScheduleKeyDeletion", "denied", ("PreventDestroy",)),
    ("UpdateAlias", "denied", ("PreventDestroy",)),
    ("DeleteAlias", "denied", ("PreventDestroy",)),
    ("ListGrants", "allowed", ("KeyAdministrators",)),
    ("ReplicateKey", "denied", ("OnlyTheReplicaProductReplicates",)),
]


@pytest.mark.parametrize(("action", "answer", "sids"), WITH_EVERY_STATEMENT)
def test_an_administrator_with_iam_policies_is_denied_the_same(
    key_matrix: KeyMatrix, action: str, answer: str, sids: tuple[str, ...]
) -> None:
    row = key_matrix(**EVERYTHING).row(ADMIN + WITH_IAM, f"kms:{action}")
    assert (row.answer, row.sids) == (answer, sids)


def test_only_the_replica_role_replicates_into_the_named_regions(key_matrix: KeyMatrix) -> None:
    made = key_matrix(**EVERYTHING)
    row = made.row(OTHER + WITH_IAM, "kms:ReplicateKey")
    assert (row.answer, row.needs_iam) == ("conditional", True)
    assert row.conditions == (
        "aws:PrincipalArn is arn:aws:iam::123456789012:role/catalog-launch-kms-replica-key",
        "kms:ReplicaRegion is one of eu-west-1, eu-central-1",
    )
    for principal in made.principals:
        if principal.label != OTHER + WITH_IAM:
            assert made.row(principal.label, "kms:ReplicateKey").answer == "denied"


def test_a_window_that_kms_requires_anyway_is_not_a_condition(key_matrix: KeyMatrix) -> None:
    row = key_matrix(DeletionWindowDays="7").row(ADMIN, "kms:ScheduleKeyDeletion")
    assert (row.answer, row.conditions, row.sids) == ("allowed", (), ("KeyAdministrators",))


def test_logs_use_the_key_for_log_groups_of_the_account(key_matrix: KeyMatrix) -> None:
    made = key_matrix(Pseudo("123456789012", "cn-north-1"), AllowCloudWatchLogs="true")
    row = made.row("logs.cn-north-1.amazonaws.com.cn", "kms:Decrypt")
    groups = "arn:aws-cn:logs:cn-north-1:123456789012:log-group:*"
    assert row.conditions == (f"kms:EncryptionContext:aws:logs:arn is like {groups}",)
    # DescribeKey has no encryption context, so that the condition never holds.
    assert made.row("logs.cn-north-1.amazonaws.com.cn", "kms:DescribeKey").answer == "denied"


def test_prevent_destroy_stops_the_root_user_too(key_matrix: KeyMatrix) -> None:
    made = key_matrix(PreventDestroy="true")
    for principal in made.principals:
        for action in ("ScheduleKeyDeletion", "UpdateAlias", "DeleteAlias"):
            row = made.row(principal.label, f"kms:{action}")
            assert row.answer == "denied"
            assert row.sids == ("PreventDestroy",) or row.reason


def test_another_account_needs_both_policies(key_matrix: KeyMatrix) -> None:
    made = key_matrix(KeyUsers="arn:aws:iam::123456789012:role/app,arn:aws:iam::999999999999:root")
    alone = made.row("KeyUsers: account 999999999999", "kms:Decrypt")
    both = made.row("KeyUsers: account 999999999999" + WITH_IAM, "kms:Decrypt")
    assert (alone.answer, alone.reason) == (
        "denied",
        "KeyUsers would allow it together with an IAM policy of the caller",
    )
    assert (both.answer, both.needs_iam, both.sids) == ("allowed", True, ("KeyUsers",))


def test_all_refused_parameters_are_reported(key_matrix: KeyMatrix) -> None:
    with pytest.raises(ContentError) as caught:
        key_matrix(DeletionWindowDays="5", Environment="moon")
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "parameter DeletionWindowDays",
        "parameter Environment",
    ]
    assert "--param" in caught.value.hint


def test_failed_rules_are_reported(key_matrix: KeyMatrix) -> None:
    with pytest.raises(ContentError) as caught:
        key_matrix(Environment="prod")
    assert "rule ProductionIsProtected: In prod PreventDestroy must be true." in caught.value.problems
