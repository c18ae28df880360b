"""UpdatePolicy: which changes replace a resource because of it, and what it says of the sizes of a group.

Source: template reference, "UpdatePolicy attribute", and the types' own pages ("Update requires").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GROUP, ALIAS = "AWS::AutoScaling::AutoScalingGroup", "AWS::Lambda::Alias"
SIZES = ("MinSize", "MaxSize", "DesiredCapacity")
LAUNCHES = ("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy", "VPCZoneIdentifier")
"""The properties of a group whose change makes its instances obsolete."""
UNLESS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "AWS::ElastiCache::ReplicationGroup": ("UseOnlineResharding", ("NumNodeGroups", "NodeGroupConfiguration")),
    "AWS::OpenSearchService::Domain": ("EnableVersionUpgrade", ("EngineVersion",)),
    "AWS::Elasticsearch::Domain": ("EnableVersionUpgrade", ("ElasticsearchVersion",)),
}
"""Type → the policy without which a change of these properties replaces it."""


def is_on(policy: Mapping[str, Any], *path: str) -> bool:
    """Whether a policy, or a member of one, is true."""
    value: Any = policy
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value is True or str(value).lower() == "true"


def replaced_by(type_name: str, policy: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The properties whose change replaces a resource with this policy, though its schema does not say so."""
    if policy is None:
        return ()
    if type_name == GROUP and is_on(policy, "AutoScalingReplacingUpdate", "WillReplace"):
        return LAUNCHES
    name, properties = UNLESS.get(type_name, ("", ()))
    return properties if name and not is_on(policy, name) else ()


def kept_by(type_name: str, policy: Mapping[str, Any]) -> tuple[str, ...]:
    """The properties that change in place with this policy."""
    name, properties = UNLESS.get(type_name, ("", ()))
    return properties if name and is_on(policy, name) else ()


def sizes_left(policy: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an update gives a group: with IgnoreUnmodifiedGroupSizeProperties no size that the template leaves."""
    if not is_on(policy, "AutoScalingScheduledAction", "IgnoreUnmodifiedGroupSizeProperties"):
        return new
    return {name: value for name, value in new.items() if name not in SIZES or old.get(name) != value}
