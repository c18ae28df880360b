from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.check.finding import Finding
from catalog.check.portfolio.e9102_launch_role_not_administrator import is_administrator

Judge = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("catalog-launch-kms-key", False),
        ("launch-badminton-court", False),
        ("launch-admin-portal-queue", False),
        ("AdministratorAccess", True),
        ("AWSReservedSSO_AdministratorAccess_0123456789abcdef", True),
        ("OrganizationAccountAccessRole", True),
        ("AWSControlTowerExecution", True),
        ("Admin", True),
        ("admin-role", True),
        ("TeamAdmin", True),
        ("AWSAdministratorsRole", True),
    ],
)
def test_names_of_administrators(name: str, expected: bool) -> None:
    assert is_administrator(name) is expected


def test_a_role_by_arn_is_judged_by_its_name_and_not_by_our_permissions(judge: Judge) -> None:
    text = "products:\n  - product: loose\n    launch: {{role_arn: 'arn:aws:iam::111122223333:role/{}'}}\n"
    assert judge(text.format("team/launch"), "E9102") == []
    (finding,) = judge(text.format("team/Administrator"), "E9102")
    assert "Administrator" in finding.message


def test_the_roles_of_a_stack_set_are_judged_by_their_names(judge: Judge) -> None:
    text = (
        "products:\n  - product: parcel\n    stackset:\n      accounts: ['111122223333']\n      regions: [us-east-1]\n"
        "      admin_role: arn:aws:iam::111122223333:role/AWSCloudFormationStackSetAdministrationRole\n"
        "      execution_role: {}\n"
    )
    assert judge(text.format("parcel-member"), "E9102") == []
    (finding,) = judge(text.format("AWSCloudFormationStackSetExecutionRole"), "E9102")
    assert finding.line == 10


def test_a_permission_of_everything_names_product_and_sid(judge: Judge) -> None:
    (finding,) = judge("products:\n  - product: loose\n    launch: {local_role_name: x}\n", "E9102")
    assert finding.message == "permission Everything of products/loose.py gives the launch role *"
