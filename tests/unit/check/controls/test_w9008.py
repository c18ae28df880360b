"""W9008 beyond its fixtures."""

from __future__ import annotations

import pytest

from catalog.check.controls.w9008_key_administrators import KeyAdministrators


def names(arn: str, action: str = "kms:PutKeyPolicy") -> int:
    statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": action, "Resource": "*"}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [statement]}}}
    return len(list(KeyAdministrators().faults({"Resources": {"Key": key}})))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("prod-app-role", 1),
        ("app", 1),
        ("team/Application_Role", 1),
        ("orders-lambda", 1),
        ("AdministratorAccess", 1),
        ("security-break-glass-role", 0),
        ("approvers", 0),  # a word that only begins so
        ("mapping-admin", 0),
    ],
)
def test_names_of_applications_and_administrators(name: str, found: int) -> None:
    assert names(f"arn:aws:iam::111122223333:role/{name}") == found


def test_an_application_that_only_describes_the_key_is_not_an_administrator() -> None:
    assert names("arn:aws:iam::111122223333:role/app", "kms:DescribeKey") == 0


def test_principals_that_are_not_roles_have_no_name() -> None:
    assert names("111122223333") == names("arn:aws:iam::111122223333:root") == 0
