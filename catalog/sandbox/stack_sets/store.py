"""The stack sets of the sandbox, by management account and Region: found, and changed by operations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.cloudformation.utils import generate_stackset_arn, generate_stackset_id
from moto.moto_api._internal import mock_random

from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.models import sandbox_backend
from catalog.sandbox.cloudformation.operations import LOCK
from catalog.sandbox.organizations import Organization
from catalog.sandbox.stack_sets import running, targets
from catalog.sandbox.stack_sets.state import ManagedInstance, ManagedOperation, ManagedStackSet

NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")


@dataclass(frozen=True, slots=True)
class StackSets:
    """The stack sets of an organization in one Region, as the management account or a delegated administrator."""

    organization: Organization
    region: str

    @property
    def sets(self) -> dict[str, ManagedStackSet]:
        """Name → stack set."""
        sets: dict[str, ManagedStackSet] = sandbox_backend(self.organization.management, self.region).managed_stack_sets
        return sets

    def existing(self, name: str) -> ManagedStackSet:
        """A stack set by name or id, after auto-deployment; raises `StackRefused` if there is none."""
        for stack_set in self.sets.values():
            if name in (stack_set.name, stack_set.id, stack_set.arn):
                with LOCK:
                    running.deploy_automatically(stack_set, self.organization)
                return stack_set
        raise StackRefused(f"StackSet {name} not found", "StackSetNotFoundException")

    def create(self, name: str, **members: Any) -> ManagedStackSet:
        """CreateStackSet. The same token returns the stack set that it made."""
        if not NAME.fullmatch(name):
            raise StackRefused(
                f"1 validation error detected: Value '{name}' at 'stackSetName' failed to satisfy constraint: Member "
                "must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
            )
        with LOCK:
            existing = self.sets.get(name)
            if existing is not None:
                if members["token"] and existing.token == members["token"]:
                    return existing
                raise StackRefused(f"StackSet {name} already exists", "NameAlreadyExistsException")
            identifier = generate_stackset_id(name)
            arn = generate_stackset_arn(identifier, self.region, self.organization.management)
            return self.sets.setdefault(name, ManagedStackSet(name, identifier, arn, **members))

    def remove(self, name: str) -> None:
        """DeleteStackSet. One that does not exist is no error."""
        stack_set = self.sets.get(name)
        if stack_set is None:
            return
        check_idle(stack_set)
        if stack_set.instances:
            raise StackRefused("StackSet is not empty", "StackSetNotEmptyException")
        del self.sets[name]

    def add(self, stack_set: ManagedStackSet, request: Mapping[str, Any]) -> ManagedOperation:
        """CreateStackInstances."""
        with LOCK:
            operation = self.begin(stack_set, "CREATE", request)
            accounts = targets.accounts(self.organization, operation.targets, self.members(stack_set))
            stack_set.units |= dict.fromkeys(operation.targets["OrganizationalUnitIds"], operation.targets)
            for unit in operation.targets["OrganizationalUnitIds"]:
                stack_set.unit_regions.setdefault(unit, set()).update(request["Regions"])
            instances = running.add_instances(stack_set, accounts, request["Regions"])
            running.run(stack_set, operation, instances, running.deploy)
        return operation

    def redeploy(self, stack_set: ManagedStackSet, request: Mapping[str, Any]) -> ManagedOperation:
        """UpdateStackInstances."""
        with LOCK:
            operation = self.begin(stack_set, "UPDATE", request)
            instances = self.chosen(stack_set, operation.targets, request["Regions"])
            if not instances:
                raise StackRefused("The stack set has no such stack instances", "StackInstanceNotFoundException")
            running.run(stack_set, operation, instances, running.deploy)
        return operation

    def remove_instances(self, stack_set: ManagedStackSet, request: Mapping[str, Any]) -> ManagedOperation:
        """DeleteStackInstances. A unit without Regions is no longer deployed to."""
        with LOCK:
            operation = self.begin(stack_set, "DELETE", request)
            instances = self.chosen(stack_set, operation.targets, request["Regions"])
            running.run(stack_set, operation, instances, running.retain if request["RetainStacks"] else running.delete)
            for unit in () if operation.targets.get("Accounts") else operation.targets["OrganizationalUnitIds"]:
                stack_set.unit_regions.get(unit, set()).difference_update(request["Regions"])
                if not stack_set.unit_regions.get(unit):
                    stack_set.units.pop(unit, None)
        return operation

    def update(self, stack_set: ManagedStackSet, request: Mapping[str, Any], **members: Any) -> ManagedOperation:
        """UpdateStackSet: the stack set changes even if its instances fail; all instances are deployed again."""
        with LOCK:
            operation = self.begin(stack_set, "UPDATE", request)
            for name, value in members.items():
                setattr(stack_set, name, value)
            for instance in stack_set.instances.values():
                instance.status = "OUTDATED"
            running.run(stack_set, operation, list(stack_set.instances.values()), running.deploy)
        return operation

    def begin(self, stack_set: ManagedStackSet, action: str, request: Mapping[str, Any]) -> ManagedOperation:
        """A new operation; raises `StackRefused` while another one runs, and for an id that was used."""
        identifier = request.get("OperationId") or str(mock_random.uuid4())
        if identifier in stack_set.operations:
            raise StackRefused(f"Operation {identifier} already exists", "OperationIdAlreadyExistsException")
        check_idle(stack_set)
        preferences = request.get("OperationPreferences") or {}
        check_preferences(preferences)
        return ManagedOperation(identifier, action, preferences, request.get("DeploymentTargets") or {})

    def chosen(
        self, stack_set: ManagedStackSet, wanted: Mapping[str, Any], regions: list[str]
    ) -> list[ManagedInstance]:
        """The existing instances of the wanted accounts and Regions."""
        accounts = targets.accounts(self.organization, wanted, self.members(stack_set))
        return [
            instance
            for (account, region), instance in stack_set.instances.items()
            if region in regions
            and (account in accounts or instance.unit in wanted["OrganizationalUnitIds"])
            and (not wanted.get("Accounts") or account in accounts)
        ]

    @staticmethod
    def members(stack_set: ManagedStackSet) -> set[str]:
        """The accounts that have instances."""
        return {account for account, _ in stack_set.instances}


def check_idle(stack_set: ManagedStackSet) -> None:
    """Raise `StackRefused` while an operation runs."""
    for operation in stack_set.operations.values():
        if operation.in_flight:
            raise StackRefused(
                f"Another Operation on StackSet {stack_set.arn} is in progress: {operation.id}",
                "OperationInProgressException",
            )


def check_preferences(preferences: Mapping[str, Any]) -> None:
    """Raise `StackRefused` for a count together with a percentage."""
    for kind in ("FailureTolerance", "MaxConcurrent"):
        if f"{kind}Count" in preferences and f"{kind}Percentage" in preferences:
            raise StackRefused(f"You can specify only one of {kind}Count and {kind}Percentage")
