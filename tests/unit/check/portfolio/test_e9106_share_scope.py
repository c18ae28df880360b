from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


PRODUCTS = "products:\n  - product: loose\n"


def test_a_share_that_is_not_listed_is_refused(judge: Judge) -> None:
    text = "shares:\n  - {organizational_unit: ou-abcd-11112222}\n" + PRODUCTS
    (finding,) = judge(text, "E9106", share_with=("111122223333",))
    assert "ou-abcd-11112222" in finding.message
    assert "111122223333" in finding.message


def test_a_whole_organization_is_refused_in_prod_although_it_is_listed(judge: Judge) -> None:
    text = "display_name: T\nprovider: P\nstage: prod\nshares:\n  - {organization: o-aaaabbbbcc}\n" + PRODUCTS
    (finding,) = judge(text, "E9106")
    assert "whole organization" in finding.message
    assert judge(text.replace("stage: prod", "stage: dev"), "E9106") == []
