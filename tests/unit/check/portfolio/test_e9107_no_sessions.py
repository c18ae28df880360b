from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


def test_the_finding_names_the_role_to_use(judge: Judge) -> None:
    arn = "arn:aws-cn:sts::111122223333:assumed-role/Dev/me@example.com"
    (finding,) = judge(f"principals:\n  - arn: {arn}\nproducts:\n  - product: loose\n", "E9107")
    assert finding.message.endswith("use the role arn:aws-cn:iam::111122223333:role/Dev")
    assert finding.line == 5
