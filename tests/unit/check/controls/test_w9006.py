"""W9006 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9006_launch_role_derivable import LaunchRoleDerivable, permissions


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("AWS::KMS::Key", 0),
        ("AWS::KMS::Alias", 0),
        ("AWS::CloudFormation::CustomResource", 1),
        ("AWS::DocDB::DBCluster", 1),
        ("AWS::Nothing::OfThisName", 1),
        ("Org::Service::Thing::MODULE", 1),
        (7, 0),
    ],
)
def test_types_without_permissions_in_their_schema(kind: Any, found: int) -> None:
    assert len(list(LaunchRoleDerivable().faults({"Resources": {"R": {"Type": kind}}}))) == found


def test_the_permissions_are_those_of_the_schema() -> None:
    assert "kms:CreateKey" in permissions("AWS::KMS::Key", "create")
    assert permissions("AWS::KMS::Key", "nothing") == ()


def test_a_type_that_only_one_region_has() -> None:
    assert permissions("AWS::Location::Map", "delete")
