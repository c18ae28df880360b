"""Complaint 15 about publishers of Service Catalog: throttled by their own reads, and writing what was equal."""

from __future__ import annotations

from pathlib import Path

from benchmarks.scale import build_repository, calls
from tests.functional.conftest import Run
from tests.functional.test_calls import expected, give_actions, published


def test_complaint_15_reads_do_not_grow_with_versions_and_what_is_equal_is_not_written(
    catalog: Run, tmp_path: Path
) -> None:
    """Puppet #631, #702: a DescribeProvisioningArtifact a version, until AWS throttled; writes of what was equal."""
    few, many = (build_repository(tmp_path / str(number), 1, 2, number) for number in (1, 5))
    for root in (few, many):
        give_actions(root)
    published(catalog, few)
    before = calls(catalog("-v", "publish", "--local", "--yes", at=few).stderr)
    added = published(catalog, many)  # the same catalogue, four versions later
    assert {name: added[name] for name in added if name.startswith(("Create", "Update", "Associate"))} == {
        "CreateProvisioningArtifact": 8,
        "AssociateServiceActionWithProvisioningArtifact": 8,
    }
    after = calls(catalog("-v", "publish", "--local", "--yes", at=many).stderr)
    assert after == before == expected(1, 2)
    assert after["DescribeProvisioningArtifact"] == 0
