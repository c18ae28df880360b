"""Stack sets: operations on the stacks of many accounts and Regions.

Source: CloudFormation User Guide, "StackSets concepts" and "StackSets status codes", UpdateStackSet and
StackSetOperation in its API Reference. The Regions are processed one after the other, in the given order. If more
accounts fail in a Region than are tolerated, the operation stops, fails, and skips the remaining Regions; skipped
instances stay OUTDATED. A stack that cannot be deleted is INOPERABLE and excluded from updates. The stacks are named
StackSet-<stack set>-<uuid>, as on AWS. Assumed: the next operation creates a stack again whose creation failed; the
execution role needs permission for the CloudFormation call itself and for DescribeStacks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from moto.cloudformation.models import cloudformation_backends

from catalog.sandbox import stacks
from catalog.sandbox.servicecatalog.identifiers import new_uuid
from catalog.sandbox.servicecatalog.launch_permissions import check_stack_set_calls, log_unchecked_types
from catalog.sandbox.servicecatalog.stack_set_roles import administration_refusal, execution_refusal, execution_role
from catalog.sandbox.servicecatalog.state import StackSet, StoredStackInstance

NO_UPDATES = "No updates are to be performed."
COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
InstanceAction = Callable[[StackSet, StoredStackInstance], str]
"""An operation on one instance; returns the reason for a failure, else an empty string."""


class OperationFailed(Exception):  # noqa: N818 - describes the event
    """In a Region, more accounts failed than are tolerated."""


def add_instances(stack_set: StackSet, accounts: Iterable[str], regions: Iterable[str]) -> list[StoredStackInstance]:
    """Add the missing instances, as OUTDATED, and return the instances of all accounts in all Regions."""
    targets = [(account, region) for region in regions for account in accounts]
    for target in targets:
        name = f"StackSet-{stack_set.name}-{new_uuid()}"
        stack_set.instances.setdefault(target, StoredStackInstance(*target, stack_name=name))
    return [stack_set.instances[target] for target in targets]


def check_administration(stack_set: StackSet) -> None:
    """Raise `StackRefused` if CloudFormation cannot assume the administration role of the stack set."""
    if reason := administration_refusal(stack_set):
        raise stacks.StackRefused(reason)


def operate(
    stack_set: StackSet, instances: Iterable[StoredStackInstance], act: InstanceAction, tolerated: Callable[[int], int]
) -> None:
    """Run `act` on all instances, Region by Region; raises `OperationFailed` with all reasons.

    `tolerated` maps the number of accounts in a Region to the number of accounts that may fail.
    """
    reasons: list[str] = []
    for members in _by_region(instances):
        failed = 0
        for instance in members:
            if reason := act(stack_set, instance):
                failed += 1
                reasons.append(f"Account {instance.account}, Region {instance.region}: {reason}")
            if failed > tolerated(len(members)):
                raise OperationFailed(" ".join(reasons))


def _by_region(instances: Iterable[StoredStackInstance]) -> Iterator[list[StoredStackInstance]]:
    regions: dict[str, list[StoredStackInstance]] = {}
    for instance in instances:
        regions.setdefault(instance.region, []).append(instance)
    yield from regions.values()


def deploy_instance(stack_set: StackSet, instance: StoredStackInstance) -> str:
    """Create or update the stack of an instance; the instance becomes CURRENT, or OUTDATED after a failure."""
    instance.status = "OUTDATED"
    try:
        _check_execution_role(stack_set, instance)
        if instance.has_stack and not instance.updatable and (reason := _delete(stack_set, instance)):
            return reason
        stack = _update(stack_set, instance) if instance.has_stack else _create(stack_set, instance)
    except stacks.StackRefused as refusal:
        if refusal.message != NO_UPDATES:
            return refusal.message
    else:
        if stack.status not in COMPLETE:
            return stack.reason
    instance.status, instance.updatable = "CURRENT", True
    return ""


def delete_instance(stack_set: StackSet, instance: StoredStackInstance) -> str:
    """Delete an instance and its stack; the instance becomes INOPERABLE if its stack cannot be deleted."""
    reason = ""
    if instance.has_stack:
        try:
            _check_execution_role(stack_set, instance)
            reason = _delete(stack_set, instance)
        except stacks.StackRefused as refusal:
            reason = refusal.message
    if reason:
        instance.status = "INOPERABLE"
    else:
        del stack_set.instances[(instance.account, instance.region)]
    return reason


def _check_execution_role(stack_set: StackSet, instance: StoredStackInstance) -> None:
    """Raise `StackRefused` if CloudFormation cannot act in the account and Region of the instance."""
    if instance.region not in cloudformation_backends[instance.account]:
        raise stacks.StackRefused(f"Region {instance.region} is not supported.")
    if reason := execution_refusal(stack_set, instance.account):
        raise stacks.StackRefused(reason)


def _create(stack_set: StackSet, instance: StoredStackInstance) -> stacks.StackOutcome:
    role = execution_role(stack_set, instance.account)
    check_stack_set_calls(role, "cloudformation:CreateStack", instance.region, instance.stack_name)
    instance.has_stack = True
    stack = stacks.create_stack(_wanted(stack_set, instance, role))
    log_unchecked_types(stack.types)
    return stack


def _update(stack_set: StackSet, instance: StoredStackInstance) -> stacks.StackOutcome:
    role = execution_role(stack_set, instance.account)
    check_stack_set_calls(role, "cloudformation:UpdateStack", instance.region, instance.stack_name)
    return stacks.update_stack(_wanted(stack_set, instance, role))


def _wanted(stack_set: StackSet, instance: StoredStackInstance, role: str) -> stacks.WantedStack:
    return stacks.WantedStack(
        instance.account,
        instance.region,
        name=instance.stack_name,
        template=stack_set.template,
        parameters=stack_set.parameters,
        tags=stack_set.tags,
        role_arn=role,
        caller_arn=role,
    )


def _delete(stack_set: StackSet, instance: StoredStackInstance) -> str:
    """Delete the stack of an instance; return the reason for a failure, else an empty string."""
    role = execution_role(stack_set, instance.account)
    check_stack_set_calls(role, "cloudformation:DeleteStack", instance.region, instance.stack_name)
    stack = stacks.delete_stack(
        instance.account, instance.region, name=instance.stack_name, role_arn=role, caller_arn=role
    )
    if stack.status != "DELETE_COMPLETE":
        return stack.reason
    instance.has_stack = instance.updatable = False
    return ""
