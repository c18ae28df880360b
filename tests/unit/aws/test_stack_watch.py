"""Following the events of a stack."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.aws.launched_stacks import LaunchEvent, StackWatch


def failed(logical_id: str, reason: str) -> LaunchEvent:
    return LaunchEvent(logical_id, "AWS::SNS::Topic", "CREATE_FAILED", reason, datetime.now(UTC))


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], None),
        (["Resource creation cancelled", "no"], "no"),
        (["no", "Resource update cancelled", "never"], "no"),
        (["", "Resource creation cancelled"], None),
    ],
)
def test_the_first_failure_is_not_a_cancelled_resource(reasons: list[str], expected: str | None) -> None:
    watch = StackWatch(None, "stack", events=[failed(f"T{index}", text) for index, text in enumerate(reasons)])  # type: ignore[arg-type]  # it is not used
    first = watch.first_failure
    assert (first.reason if first else None) == expected
