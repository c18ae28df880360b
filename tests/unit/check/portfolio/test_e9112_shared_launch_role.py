from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


LAUNCH = "products:\n  - product: loose\n    launch: {role_arn: 'arn:aws:iam::111122223333:role/launch'}\n"


def test_a_role_by_arn_is_fine_while_nothing_is_shared(judge: Judge) -> None:
    assert judge(LAUNCH, "E9112") == []
    assert judge("shares: []\n" + LAUNCH, "E9112") == []
    (finding,) = judge("shares:\n  - {organization: o-aaaabbbbcc}\n" + LAUNCH, "E9112")
    assert "role/launch" in finding.message
