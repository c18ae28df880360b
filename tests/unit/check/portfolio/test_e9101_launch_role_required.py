from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


def test_a_stack_set_has_roles_of_its_own(judge: Judge) -> None:
    stackset = (
        "    stackset: {accounts: ['111122223333'], regions: [us-east-1], "
        "admin_role: 'arn:aws:iam::123456789012:role/sets', execution_role: set-member}\n"
    )
    assert judge(f"products:\n  - product: parcel\n{stackset}", "E9101") == []


def test_each_product_is_judged(judge: Judge) -> None:
    found = judge("products:\n  - product: parcel\n    launch: {local_role_name: x}\n  - product: loose\n", "E9101")
    assert [(finding.product, finding.line) for finding in found] == [("loose", 7)]
