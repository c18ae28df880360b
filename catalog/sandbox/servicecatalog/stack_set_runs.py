"""Run the operations on the stack set of a provisioned product, and return their outcomes as record outcomes.

The stack set has the same name as a stack would have, SC-<account>-<provisioned product> (AWS's managed policy
AWSServiceCatalogEndUserFullAccess names stackset/SC-* and stack/StackSet-SC-*). An update changes the stack set even if
it fails (UpdateStackSet in the CloudFormation API Reference). Assumed:

- A failed first launch ends as ERROR; a failed update or deletion of instances ends as TAINTED, as with a stack.
- The codes and texts of RecordErrors.
- There are no RecordOutputs, because every stack has its own outputs.
- NOTIFICATION topics have no effect, because CreateStackSet accepts none.
- The changed tags of an update are set on the stacks.
- A deletion ignores instances that do not exist.
"""

from __future__ import annotations

from moto.cloudformation.utils import generate_stackset_arn, generate_stackset_id

from catalog.sandbox import stacks
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.identifiers import stack_name
from catalog.sandbox.servicecatalog.launching import LaunchPlan, auto_tags
from catalog.sandbox.servicecatalog.records import due, removed
from catalog.sandbox.servicecatalog.stack_set_plans import StackSetPlan
from catalog.sandbox.servicecatalog.stack_sets import (
    OperationFailed,
    add_instances,
    check_administration,
    delete_instance,
    deploy_instance,
    operate,
)
from catalog.sandbox.servicecatalog.state import RecordOutcome, StackSet, StoredProvisionedProduct, StoredStackInstance

FAILED = "StackSetOperationFailed"
"""The code of a RecordError [assumed]."""


def create(call: Call, target: StoredProvisionedProduct, plan: LaunchPlan, wanted: StackSetPlan) -> RecordOutcome:
    """Create the stack set and its instances; the status becomes AVAILABLE or ERROR."""
    name = stack_name(call.account, target.id)
    stack_set = StackSet(
        name=name,
        arn=generate_stackset_arn(generate_stackset_id(name), call.region, wanted.account),
        account=wanted.account,
        admin_role=wanted.admin_role,
        execution_role=wanted.execution_role,
        template=plan.template,
        parameters=dict(wanted.parameters),
        tags=plan.launch.tags | auto_tags(target, plan.launch),
    )
    target.stack_set = stack_set
    check_administration(stack_set)
    target.stack_id = stack_set.arn
    try:
        operate(
            stack_set,
            add_instances(stack_set, wanted.accounts, wanted.regions),
            deploy_instance,
            wanted.tolerated,
        )
    except OperationFailed as failure:
        return _failure("ERROR", failure)
    return RecordOutcome(due(), "AVAILABLE", "", succeeded=True, launch=plan.launch)


def update(
    target: StoredProvisionedProduct, stack_set: StackSet, plan: LaunchPlan, wanted: StackSetPlan
) -> RecordOutcome:
    """Create, update or delete instances; the status becomes AVAILABLE or TAINTED."""
    try:
        if wanted.operation == "UPDATE":
            _change(target, stack_set, plan, wanted)
        else:
            check_administration(stack_set)
            if wanted.operation == "CREATE":
                added = add_instances(stack_set, wanted.accounts, wanted.regions)
                outdated = [instance for instance in added if instance.status == "OUTDATED"]
                operate(stack_set, outdated, deploy_instance, wanted.tolerated)
            else:
                operate(stack_set, _existing(stack_set, wanted), delete_instance, wanted.tolerated)
    except OperationFailed as failure:
        return _failure("TAINTED", failure)
    return RecordOutcome(due(), "AVAILABLE", "", succeeded=True, launch=plan.launch)


def _change(target: StoredProvisionedProduct, stack_set: StackSet, plan: LaunchPlan, wanted: StackSetPlan) -> None:
    """Update the stack set, then the instances that the request names."""
    chosen = _chosen(stack_set, wanted)
    unknown = sorted(wanted.unchanged - stack_set.parameters.keys())
    if unknown:
        raise stacks.StackRefused(f"Parameters: [{', '.join(unknown)}] must have values")
    unchanged = {name: stack_set.parameters[name] for name in wanted.unchanged}
    stack_set.admin_role, stack_set.execution_role = wanted.admin_role, wanted.execution_role
    stack_set.template, stack_set.parameters = plan.template, {**wanted.parameters, **unchanged}
    stack_set.tags = plan.launch.tags | auto_tags(target, plan.launch)
    check_administration(stack_set)
    for instance in stack_set.instances.values():
        if instance.status != "INOPERABLE":
            instance.status = "OUTDATED"
    operate(
        stack_set, [instance for instance in chosen if instance.status == "OUTDATED"], deploy_instance, wanted.tolerated
    )


def _chosen(stack_set: StackSet, wanted: StackSetPlan) -> list[StoredStackInstance]:
    """The instances to update: all, or those in the request; raises `StackRefused` for one that does not exist."""
    if not wanted.named_accounts and not wanted.named_regions:
        return list(stack_set.instances.values())
    instances = _existing(stack_set, wanted)
    missing = wanted.named_accounts - {instance.account for instance in instances}
    missing |= wanted.named_regions - {instance.region for instance in instances}
    if missing:
        raise stacks.StackRefused(
            f"The stack set has no stack instances in {', '.join(sorted(missing))}", "StackInstanceNotFoundException"
        )
    return instances


def _existing(stack_set: StackSet, wanted: StackSetPlan) -> list[StoredStackInstance]:
    targets = [(account, region) for region in wanted.regions for account in wanted.accounts]
    return [stack_set.instances[target] for target in targets if target in stack_set.instances]


def delete(stack_set: StackSet) -> RecordOutcome:
    """Delete all instances and the stack set; the provisioned product is removed, or its status becomes ERROR."""
    if stack_set.instances:
        check_administration(stack_set)
    try:
        operate(stack_set, list(stack_set.instances.values()), delete_instance, lambda accounts: 0)
    except OperationFailed as failure:
        return _failure("ERROR", failure)
    return removed()


def _failure(status: str, failure: OperationFailed) -> RecordOutcome:
    return RecordOutcome(due(), status, str(failure), succeeded=False, errors=((FAILED, str(failure)),))
