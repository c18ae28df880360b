from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


LAUNCH = "products:\n  - product: loose\n    launch: {role_arn: 'arn:aws:iam::111122223333:role/launch'}\n"


def test_a_role_by_arn_is_allowed_without_shares(judge: Judge) -> None:
    assert judge(LAUNCH, "E9112") == []
    assert judge("shares: []\n" + LAUNCH, "E9112") == []
    (finding,) = judge("shares:\n  - {organization: o-aaaabbbbcc}\n" + LAUNCH, "E9112")
    assert "role/launch" in finding.message


def test_a_stack_set_is_managed_in_one_account(judge: Judge) -> None:
    stack_set = (
        "    stackset: {accounts: ['111122223333'], regions: [us-east-1], "
        "admin_role: 'arn:aws:iam::111122223333:role/sets', execution_role: set-member}\n"
    )
    text = f"products:\n  - product: parcel\n{stack_set}"
    assert judge(text, "E9112") == []
    (finding,) = judge("shares:\n  - {organization: o-aaaabbbbcc}\n" + text, "E9112")
    assert finding.where == "products/parcel/stackset/admin_role"
