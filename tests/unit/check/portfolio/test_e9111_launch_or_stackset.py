from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


STACKSET = (
    "    stackset: {accounts: ['111122223333'], regions: [us-east-1], "
    "admin_role: 'arn:aws:iam::123456789012:role/sets', execution_role: set-member}\n"
)


def test_each_product_decides_for_itself(judge: Judge) -> None:
    text = f"products:\n  - product: loose\n    launch: {{local_role_name: x}}\n  - product: parcel\n{STACKSET}"
    assert judge(text, "E9111") == []
    (finding,) = judge(text + "    launch: {local_role_name: y}\n", "E9111")
    assert finding.product == "parcel"
