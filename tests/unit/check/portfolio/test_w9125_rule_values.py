from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]
TEXT = "products:\n  - product: parcel\n    template:\n      require:\n        - {}\n"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{parameter: Environment, allowed: [dev, tset]}", "Environment of parcel cannot be 'tset', it must be one of"),
        ("{parameter: Readers, members_allowed: [ann, Bob]}", "Readers of parcel cannot be 'Bob', it must be pattern"),
        ("{parameter: Days, forbidden: ['30']}", "Days of parcel cannot be '30', it must be 14 or less"),
        (
            "{parameter: Days, equals: '7', when: {parameter: Environment, equals: production}}",
            "Environment of parcel cannot be 'production'",
        ),
    ],
)
def test_a_value_that_nobody_can_choose(judge: Judge, entry: str, words: str) -> None:
    (finding,) = judge(TEXT.format(entry), "W9125")
    assert words in finding.message
    assert (finding.line, finding.severity) == (8, "warning")


@pytest.mark.parametrize(
    "entry",
    [
        "{parameter: Environment, allowed: [dev, test]}",
        "{parameter: Environment, not_empty: true}",
        "{parameter: Environment, equals: production}",  # E9116: nobody can launch at all
    ],
)
def test_possible_values_and_rules_of_another_control(judge: Judge, entry: str) -> None:
    assert judge(TEXT.format(entry), "W9125") == []
