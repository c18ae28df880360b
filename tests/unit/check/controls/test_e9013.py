"""E9013 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9013_hidden_stays_hidden import HiddenStaysHidden


def found(no_echo: Any = True, **parts: Any) -> list[str]:
    template = {"Parameters": {"P": {"Type": "String", "NoEcho": no_echo}}, **parts}
    return ["/".join(map(str, path)) for path, _ in HiddenStaysHidden().faults(template)]


@pytest.mark.parametrize("no_echo", [True, "true"])
def test_an_output_with_the_value_in_any_function(no_echo: Any) -> None:
    outputs = {"O": {"Value": {"Fn::Join": ["", ["a", {"Fn::Sub": "${P}"}]]}}}
    assert found(no_echo, Outputs=outputs) == ["Outputs/O/Value/Fn::Join/1/1"]


def test_a_parameter_without_no_echo_is_not_hidden() -> None:
    assert found(False, Outputs={"O": {"Value": {"Ref": "P"}}}) == []


def test_an_attribute_of_a_resource_is_not_the_parameter() -> None:
    assert found(Outputs={"O": {"Value": {"Fn::Sub": "${Secret} ${!P}"}}}) == []


def test_the_tags_of_a_type_are_those_of_its_schema() -> None:
    vault = {"Type": "AWS::Backup::BackupVault", "Properties": {"BackupVaultTags": {"Token": {"Ref": "P"}}}}
    assert found(Resources={"V": vault}) == ["Resources/V/Properties/BackupVaultTags/Token"]
