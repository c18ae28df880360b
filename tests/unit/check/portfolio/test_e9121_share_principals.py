from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


PRODUCTS = "products:\n  - product: loose\n"
PATTERN = "principals:\n  - {arn: 'arn:aws:iam:::role/dev-*', type: IAM_PATTERN}\n"


def test_patterns_must_not_be_shared(judge: Judge) -> None:
    share = "shares:\n  - {organization: o-aaaabbbbcc, share_principals: true}\n"
    (finding,) = judge(PATTERN + share + PRODUCTS, "E9121")
    assert "arn:aws:iam:::role/dev-*" in finding.message
    assert judge(share + PRODUCTS, "E9121") == []
    assert judge(PATTERN + share.replace("true", "false") + PRODUCTS, "E9121") == []


def test_an_account_share_never_has_principals(judge: Judge) -> None:
    (finding,) = judge("shares:\n  - {account: '111122223333', share_principals: true}\n" + PRODUCTS, "E9121")
    assert "does not support" in finding.message
