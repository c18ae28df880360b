from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("team/launch", "has a path"),
        ("/launch", "has a path"),
        ("arn:aws:iam::111122223333:role/x", "has a path"),
        ("launch role", "not the name of a role"),
        ("launch:role", "not the name of a role"),
        ("lünch", "not the name of a role"),
    ],
)
def test_values_that_are_not_names(judge: Judge, name: str, words: str) -> None:
    (finding,) = judge(f"products:\n  - product: loose\n    launch: {{local_role_name: '{name}'}}\n", "E9108")
    assert words in finding.message
