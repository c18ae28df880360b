"""Stack sets with service-managed permissions: as declared, and as observed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from catalog.model.addresses import Address

LAUNCH_ROLES, CATALOGUE = "launch-roles", "catalogue"
CONTENTS = (LAUNCH_ROLES, CATALOGUE)
"""What a stack set can deploy."""
MAX_UNITS = 50
"""Organizational units of one operation (API Reference, CreateStackInstances)."""

Reach = Mapping[str, frozenset[str]]
"""Organizational unit → the Regions that it is deployed to."""


@dataclass(frozen=True, slots=True)
class StackSetSettings:
    """What a repository declares of a stack set, `[tool.catalog.stacksets.NAME]`."""

    key: str
    content: str
    """LAUNCH_ROLES or CATALOGUE."""
    units: tuple[str, ...]
    """Ids of organizational units, or of the root."""
    regions: tuple[str, ...]
    """In the order in which they are deployed."""
    portfolios: tuple[str, ...] = ()
    """Keys of the portfolios that count. Empty: all."""
    auto_deployment: bool = True
    """Whether an account that joins a unit gets the stack, and one that leaves loses it."""
    retain_stacks: bool = False
    """Whether an account that leaves a unit keeps its stack."""
    preferences: Mapping[str, Any] = field(default_factory=dict)
    """OperationPreferences of the API, without RegionOrder."""
    delegated: bool = False
    """Whether the account is a delegated administrator, and not the management account."""

    def reach(self) -> Reach:
        """Every unit in every Region."""
        return dict.fromkeys(self.units, frozenset(self.regions))

    def ordered(self, regions: Collection[str]) -> tuple[str, ...]:
        """Regions in the declared order; those that are not declared come last."""
        declared = [region for region in self.regions if region in regions]
        return (*declared, *sorted(set(regions) - set(declared)))

    def operation_preferences(self, regions: Collection[str]) -> dict[str, Any]:
        """OperationPreferences of an operation in these Regions."""
        return {**self.preferences, "RegionOrder": list(self.ordered(regions))}

    def automatic(self) -> dict[str, Any]:
        """AutoDeployment of the API. RetainStacksOnAccountRemoval is for enabled auto-deployment only."""
        if not self.auto_deployment:
            return {"Enabled": False}
        return {"Enabled": True, "RetainStacksOnAccountRemoval": self.retain_stacks}

    def call_as(self) -> Literal["SELF", "DELEGATED_ADMIN"]:
        """CallAs of the API."""
        return "DELEGATED_ADMIN" if self.delegated else "SELF"


@dataclass(frozen=True, slots=True)
class DeclaredStackSet:
    """A stack set as it is to be."""

    name: str
    """Its name in AWS."""
    settings: StackSetSettings
    body: str
    """The template."""
    capabilities: tuple[str, ...] = ()
    description: str = ""
    templates: tuple[Address, ...] = ()
    """Product templates that its stacks read from the bucket."""


@dataclass(frozen=True, slots=True)
class DeployedInstance:
    """The stack of a stack set in one account and Region."""

    account: str
    region: str
    unit: str
    status: str
    """CURRENT, OUTDATED or INOPERABLE."""
    detailed: str
    """What the last operation did: SUCCEEDED, FAILED, CANCELLED, RUNNING, PENDING …"""
    reason: str = ""
    operation: str = ""
    """The id of the last operation."""

    @property
    def is_current(self) -> bool:
        """Whether it has what the stack set says."""
        return self.status == "CURRENT"

    @property
    def is_failed(self) -> bool:
        """Whether an operation has to reach it again: none works on it, or is about to, and its account is active."""
        return self.status == "OUTDATED" and self.detailed not in ("RUNNING", "PENDING", "SKIPPED_SUSPENDED_ACCOUNT")


@dataclass(frozen=True, slots=True)
class ObservedStackSet:
    """A stack set in AWS."""

    body: str
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    capabilities: tuple[str, ...] = ()
    automatic: Mapping[str, Any] = field(default_factory=dict)
    """AutoDeployment of the API."""
    automatic_reach: Reach = field(default_factory=dict)
    """Where auto-deployment deploys, also to units without accounts."""
    instances: tuple[DeployedInstance, ...] = ()
    running: str = ""
    """The id of the operation that runs, if any."""

    def reach(self) -> Reach:
        """The units and Regions that it is deployed to."""
        pairs = {(unit, region) for unit, regions in self.automatic_reach.items() for region in regions}
        pairs |= {(each.unit, each.region) for each in self.instances if each.unit}
        return reach_of(pairs)

    def failed(self) -> tuple[DeployedInstance, ...]:
        """The instances that an operation has to reach again."""
        return tuple(each for each in self.instances if each.is_failed)


def reach_of(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Pairs of unit and Region, by unit."""
    regions: dict[str, set[str]] = {}
    for unit, region in sorted(pairs):
        regions.setdefault(unit, set()).add(region)
    return {unit: frozenset(of_unit) for unit, of_unit in regions.items()}


def beyond(reach: Reach, other: Reach) -> dict[frozenset[str], tuple[str, ...]]:
    """Regions → the units for which `reach` has them and `other` has not: one operation each."""
    missing: dict[frozenset[str], list[str]] = {}
    for unit, regions in reach.items():
        if lacking := regions - other.get(unit, frozenset()):
            missing.setdefault(lacking, []).append(unit)
    return {regions: tuple(units) for regions, units in missing.items()}
