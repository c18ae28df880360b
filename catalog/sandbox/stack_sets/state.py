"""The state of stack sets with service-managed permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow

from catalog.sandbox.settings import now, settings

OPERATION_SECONDS = 4.0
"""How long an operation takes, times the latency of the sandbox."""

Place = tuple[str, str]
"""(account, Region)."""


@dataclass(slots=True)
class ManagedInstance:
    """A stack instance: the stack of a stack set in one account and Region."""

    account: str
    region: str
    unit: str
    """The organizational unit of the request through which it was made."""
    stack_name: str
    stack_id: str = ""
    status: str = "OUTDATED"
    detailed: str = "PENDING"
    reason: str = ""
    operation: str = ""
    """The id of the last operation on it."""


@dataclass(frozen=True, slots=True)
class OperationResult:
    """What an operation did in one account and Region."""

    account: str
    region: str
    unit: str
    status: str
    reason: str = ""


@dataclass(slots=True)
class ManagedOperation:
    """An operation. It is carried out when it is requested, and RUNNING until it is due."""

    id: str
    action: str
    preferences: Mapping[str, Any] = field(default_factory=dict)
    targets: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = "SUCCEEDED"
    results: list[OperationResult] = field(default_factory=list)
    started: datetime = field(default_factory=utcnow)
    due: float = field(default_factory=lambda: now() + OPERATION_SECONDS * settings.latency)

    @property
    def in_flight(self) -> bool:
        """Whether it has not ended yet."""
        return now() < self.due

    @property
    def status(self) -> str:
        """StackSetOperationStatus."""
        return "RUNNING" if self.in_flight else self.outcome


@dataclass(slots=True)
class ManagedStackSet:
    """A stack set with service-managed permissions. It belongs to the management account."""

    name: str
    id: str
    arn: str
    template: str
    description: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    auto_deployment: Mapping[str, Any] = field(default_factory=dict)
    managed_execution: bool = False
    token: str = ""
    units: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Each organizational unit with the DeploymentTargets that named it last: its account filter stays (assumed)."""
    unit_regions: dict[str, set[str]] = field(default_factory=dict)
    """Each organizational unit with its Regions."""
    instances: dict[Place, ManagedInstance] = field(default_factory=dict)
    operations: dict[str, ManagedOperation] = field(default_factory=dict)

    @property
    def deploys_automatically(self) -> bool:
        """Whether accounts that join a unit get the stack."""
        return bool(self.auto_deployment.get("Enabled"))

    @property
    def regions(self) -> list[str]:
        """The Regions in which it has instances."""
        return sorted({instance.region for instance in self.instances.values()})
