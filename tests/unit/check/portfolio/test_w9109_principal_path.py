from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


@pytest.mark.parametrize("arn", ["role/a/b", "user/team/ann", "group/x/y/z"])
def test_roles_users_and_groups_with_a_path(judge: Judge, arn: str) -> None:
    text = f"principals:\n  - arn: arn:aws:iam::111122223333:{arn}\nproducts:\n  - product: loose\n"
    (finding,) = judge(text, "W9109")
    assert arn in finding.message


def test_another_control_reports_sessions(judge: Judge) -> None:
    text = "principals:\n  - arn: arn:aws:sts::111122223333:assumed-role/a/b\nproducts:\n  - product: loose\n"
    assert judge(text, "W9109") == []
