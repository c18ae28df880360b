"""E9005 beyond its fixtures: the quotas are inclusive, and the size is that of the published bytes."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.cfn_lint import lint
from catalog.check.controls.e9005_quotas import MAX_BYTES, MAX_ENTRIES, Quotas


@pytest.mark.parametrize(("section", "maximum"), MAX_ENTRIES.items())
def test_a_quota_is_inclusive(section: str, maximum: int) -> None:
    entries: dict[str, Any] = {f"E{number}": {} for number in range(maximum + 1)}
    assert list(Quotas().faults({section: entries})) == [
        ((section,), f"{section} has {maximum + 1} entries; the quota is {maximum}")
    ]
    entries.popitem()
    assert not list(Quotas().faults({section: entries}))


def test_a_template_needs_a_resource() -> None:
    assert [path for path, _ in Quotas().faults({"Resources": {}})] == [("Resources",)]
    assert not list(Quotas().faults({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}))


@pytest.mark.parametrize(("size", "messages"), [(MAX_BYTES, 0), (MAX_BYTES + 1, 1)])
def test_the_size_is_that_of_the_published_bytes(size: int, messages: int) -> None:
    body = b"Resources: {Topic: {Type: AWS::SNS::Topic}}\n#"
    body += b"x" * (size - len(body))
    found = [finding for finding in lint("big", "products/big.py", body, ["us-east-1"]) if finding.id == "E9005"]
    assert len(found) == messages
    assert all("1,000,001 bytes" in finding.message for finding in found)
