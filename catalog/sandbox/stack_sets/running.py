"""Operations on the instances of a stack set: Region after Region, with a failure tolerance, and what they leave.

If more accounts fail in a Region than are tolerated, the operation stops: the remaining instances are CANCELLED and
stay OUTDATED (User Guide, "StackSets status codes"). An instance whose stack failed is OUTDATED and FAILED, with the
stack's reason; one whose stack cannot be deleted is INOPERABLE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from moto.cloudformation.models import cloudformation_backends
from moto.moto_api._internal import mock_random

from catalog.sandbox import stacks
from catalog.sandbox.organizations import Organization
from catalog.sandbox.stack_sets.state import ManagedInstance, ManagedOperation, ManagedStackSet, OperationResult
from catalog.sandbox.stack_sets.targets import accounts

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
NO_UPDATES = "No updates are to be performed."
PERCENT = 100
Act = Callable[[ManagedStackSet, ManagedInstance], str]
"""Works on one instance; returns the reason of a failure, else an empty string."""


def add_instances(
    stack_set: ManagedStackSet, reached: Mapping[str, str], regions: Iterable[str]
) -> list[ManagedInstance]:
    """The instances of these accounts in these Regions; missing ones are added. Existing ones that are CURRENT stay."""
    added = []
    for region in regions:
        for account, unit in reached.items():
            name = f"StackSet-{stack_set.name}-{mock_random.uuid4()}"
            instance = stack_set.instances.setdefault((account, region), ManagedInstance(account, region, unit, name))
            if instance.status != "CURRENT":
                added.append(instance)
    return added


def run(
    stack_set: ManagedStackSet, operation: ManagedOperation, instances: Iterable[ManagedInstance], act: Act
) -> None:
    """Carry out an operation on instances, and record the result of each."""
    stack_set.operations[operation.id] = operation
    failed_before = False
    for members in by_region(list(instances), operation.preferences.get("RegionOrder") or ()):
        failures, tolerated = 0, tolerance(operation.preferences, len(members))
        for instance in members:
            stopped = failed_before or failures > tolerated
            reason = "Cancelled since failure tolerance has exceeded" if stopped else act(stack_set, instance)
            failures += bool(reason) and not stopped
            status = "CANCELLED" if stopped else "FAILED" if reason else "SUCCEEDED"
            instance.operation, instance.reason = operation.id, reason
            instance.detailed = "INOPERABLE" if instance.status == "INOPERABLE" else status
            operation.results.append(OperationResult(instance.account, instance.region, instance.unit, status, reason))
        failed_before = failed_before or failures > tolerated
    operation.outcome = "FAILED" if failed_before else "SUCCEEDED"


def by_region(instances: list[ManagedInstance], order: Iterable[str]) -> Iterator[list[ManagedInstance]]:
    """The instances by Region: first the Regions of RegionOrder, then the others by name."""
    regions = list(dict.fromkeys([*order, *sorted({each.region for each in instances})]))
    for region in regions:
        if members := [each for each in instances if each.region == region]:
            yield members


def tolerance(preferences: Mapping[str, Any], number: int) -> int:
    """How many accounts of a Region may fail. A percentage is rounded down (StackSetOperationPreferences)."""
    if percentage := preferences.get("FailureTolerancePercentage"):
        return number * int(percentage) // PERCENT
    return int(preferences.get("FailureToleranceCount") or 0)


def deploy(stack_set: ManagedStackSet, instance: ManagedInstance) -> str:
    """Create or update the stack of an instance."""
    instance.status = "OUTDATED"
    if instance.region not in cloudformation_backends[instance.account]:
        return f"Region {instance.region} is not supported."
    caller = f"arn:aws:iam::{instance.account}:role/stacksets-exec-{stack_set.id.rpartition(':')[2]}"
    act = stacks.update_stack if instance.stack_id else stacks.create_stack
    wanted = stacks.WantedStack(
        instance.account,
        instance.region,
        name=instance.stack_name,
        template=stack_set.template,
        parameters=stack_set.parameters,
        tags=stack_set.tags,
        role_arn="",
        caller_arn=caller,
    )
    try:
        stack = act(wanted)
    except stacks.StackRefused as refusal:
        if refusal.message != NO_UPDATES:
            return refusal.message
    else:
        if stack.status not in COMPLETE:
            if not instance.stack_id:  # a stack whose creation failed is made anew
                remove_stack(instance)
            return stack.reason
        instance.stack_id = stack.stack_id
    instance.status = "CURRENT"
    return ""


def remove_stack(instance: ManagedInstance) -> str:
    """Delete the stack of an instance; the reason if it cannot be deleted."""
    caller = f"arn:aws:iam::{instance.account}:root"
    try:
        stack = stacks.delete_stack(
            instance.account, instance.region, name=instance.stack_name, role_arn="", caller_arn=caller
        )
    except stacks.StackRefused as refusal:
        return refusal.message
    return "" if stack.status == "DELETE_COMPLETE" else stack.reason


def delete(stack_set: ManagedStackSet, instance: ManagedInstance) -> str:
    """Delete an instance with its stack."""
    if instance.stack_id and (reason := remove_stack(instance)):
        instance.status = "INOPERABLE"
        return reason
    del stack_set.instances[instance.account, instance.region]
    return ""


def retain(stack_set: ManagedStackSet, instance: ManagedInstance) -> str:
    """Remove an instance from the stack set; its stack stays."""
    del stack_set.instances[instance.account, instance.region]
    return ""


def deploy_automatically(stack_set: ManagedStackSet, organization: Organization) -> None:
    """Deploy to accounts that joined a unit, and remove from those that left (auto-deployment).

    AWS does it when an account moves; here it happens before the next operation on the stack set.
    """
    if not stack_set.deploys_automatically or not stack_set.units:
        return
    regions: dict[str, dict[str, str]] = {}
    for unit, wanted in stack_set.units.items():
        of_unit = accounts(organization, {**wanted, "OrganizationalUnitIds": [unit]})
        for region in stack_set.unit_regions.get(unit, ()):
            regions[region] = {**of_unit, **regions.get(region, {})}
    joined = [
        instance
        for region, reached in sorted(regions.items())
        for instance in add_instances(stack_set, reached, [region])
        if instance.detailed == "PENDING"
    ]
    left = [
        instance
        for instance in stack_set.instances.values()
        if instance.unit and instance.account not in regions.get(instance.region, {})
    ]
    keep = stack_set.auto_deployment.get("RetainStacksOnAccountRemoval")
    for action, instances, act in (("CREATE", joined, deploy), ("DELETE", left, retain if keep else delete)):
        if instances:
            run(stack_set, ManagedOperation(str(mock_random.uuid4()), action, due=0), instances, act)
