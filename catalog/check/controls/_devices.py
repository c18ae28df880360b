"""Block devices of instances, and the settings of their metadata service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._cases import members
from catalog.check.controls._control import Path, resources

LAUNCHED: Mapping[str, tuple[str, ...]] = {
    "AWS::AutoScaling::LaunchConfiguration": (),
    "AWS::EC2::Instance": (),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData",),
}
"""Type → the names from its properties to the settings of the instances."""

Settings = tuple[str, str, Path, Mapping[str, Any], Mapping[str, bool]]
"""(logical id, type, path, settings, truths of the conditions around them)."""


def instance_settings(template: Mapping[str, Any]) -> Iterator[Settings]:
    """The settings of instances in each type that launches some, in each branch of Fn::If around them."""
    for logical_id, kind, properties in resources(template, *LAUNCHED):
        node: Any = properties
        path: Path = ("Resources", logical_id, "Properties")
        for name in LAUNCHED[kind]:
            node, path = node.get(name), (*path, name)
        for where, settings, required in members(node, path):
            if isinstance(settings, Mapping):
                yield logical_id, kind, where, settings, required


def volumes(
    template: Mapping[str, Any],
) -> Iterator[tuple[str, Path, Mapping[str, Any], Mapping[str, bool]]]:
    """(logical id, path, Ebs, truths) of each volume in a block device mapping; not of instance stores."""
    for logical_id, _, path, settings, required in instance_settings(template):
        mappings = settings.get("BlockDeviceMappings")
        for where, mapping, inside in members(mappings, (*path, "BlockDeviceMappings"), required):
            if isinstance(mapping, Mapping):
                for ebs_path, ebs, truths in members(mapping.get("Ebs"), (*where, "Ebs"), inside):
                    if isinstance(ebs, Mapping):
                        yield logical_id, ebs_path, ebs, truths
