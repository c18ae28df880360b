from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


def test_principals_by_name_and_repetitions_do_not_count(judge: Judge) -> None:
    patterns = [f"  - {{arn: 'arn:aws:iam:::role/dev-{n % 10}', type: IAM_PATTERN}}\n" for n in range(15)]
    names = [f"  - arn: arn:aws:iam::111122223333:role/dev-{n}\n" for n in range(20)]
    text = "".join(["principals:\n", *patterns, *names, "products:\n  - product: loose\n"])
    assert judge(text, "E9110") == []


def test_the_first_principal_over_the_limit_is_reported_with_the_number(judge: Judge) -> None:
    patterns = [f"  - {{arn: 'arn:aws:iam:::role/dev-{n}', type: IAM_PATTERN}}\n" for n in range(12)]
    (finding,) = judge("".join(["principals:\n", *patterns, "products:\n  - product: loose\n"]), "E9110")
    assert finding.message == "12 principals of type IAM_PATTERN; the limit is 10"
    assert finding.path == ("principals", 10)
