"""I9011 beyond its fixtures."""

from __future__ import annotations

from catalog.check.controls.i9011_undecided import Undecided

TEMPLATE = {
    "Resources": {"Files": {"Type": "AWS::EFS::FileSystem", "Properties": {"Encrypted": {"Fn::ImportValue": "on"}}}}
}


def test_it_names_the_control_that_cannot_decide() -> None:
    ((path, message),) = Undecided().faults(TEMPLATE)
    assert path == ("Resources", "Files", "Properties", "Encrypted")
    assert message.startswith("E9015: whether Files (AWS::EFS::FileSystem) is encrypted is not decided")


def test_a_control_that_is_off_leaves_nothing_undecided() -> None:
    control = Undecided()
    control.off = frozenset({"E9015"})
    assert not list(control.faults(TEMPLATE))


def test_a_template_with_too_many_values_is_not_decided() -> None:
    parameters = {f"P{index}": {"Type": "String", "AllowedValues": ["a", "b", "c"]} for index in range(8)}
    encrypted = {"Fn::Join": ["", [{"Ref": name} for name in parameters]]}
    files = {"Type": "AWS::EFS::FileSystem", "Properties": {"Encrypted": encrypted}}
    assert len(list(Undecided().faults({"Parameters": parameters, "Resources": {"Files": files}}))) == 1
