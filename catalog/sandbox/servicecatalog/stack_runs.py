"""Run the stack operations of a provisioned product, and return their outcomes as record outcomes.

Statuses: ProvisionedProductDetail in the API Reference. ERROR if a first launch fails, if a stack is DELETE_FAILED
(because then no other operation is possible), or if an unexpected error occurs; TAINTED if an update fails and the
stack still exists.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from catalog.sandbox import stacks
from catalog.sandbox.servicecatalog import stack_set_runs
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.identifiers import new_uuid, stack_name
from catalog.sandbox.servicecatalog.launch_permissions import check_service_calls, log_unchecked_types
from catalog.sandbox.servicecatalog.launch_roles import can_assume
from catalog.sandbox.servicecatalog.launching import LaunchPlan, auto_tags
from catalog.sandbox.servicecatalog.parameters import kept_and_sent, kept_parameters, sent_values
from catalog.sandbox.servicecatalog.records import due, duration, removed
from catalog.sandbox.servicecatalog.state import RecordOutcome, StoredLaunch, StoredProvisionedProduct

NO_UPDATES = "No updates are to be performed."
CLOUDFORMATION_ERROR = "AmazonCloudFormationException"
INTERNAL_ERROR, INTERNAL_FAILURE = "InternalFailure", "Internal Failure"
log = logging.getLogger(__name__)


def create(call: Call, target: StoredProvisionedProduct, plan: LaunchPlan) -> RecordOutcome:
    """Create the stack or stack set; the status becomes AVAILABLE or ERROR."""
    wanted = plan.stack_set
    if wanted:
        return _outcome_of(call, target, "ERROR", lambda: stack_set_runs.create(call, target, plan, wanted))
    return _outcome_of(call, target, "ERROR", lambda: _create(call, target, plan))


def update(call: Call, target: StoredProvisionedProduct, plan: LaunchPlan) -> RecordOutcome:
    """Update the stack or stack set: AVAILABLE or TAINTED. An update without changes succeeds [assumed]."""
    wanted, stack_set = plan.stack_set, target.stack_set

    def run() -> RecordOutcome:
        _refuse_kept_and_sent(call)
        if wanted and stack_set:
            return stack_set_runs.update(target, stack_set, plan, wanted)
        return _update(call, target, plan)

    return _outcome_of(call, target, "TAINTED", run)


def _refuse_kept_and_sent(call: Call) -> None:
    """Refuse a value for a parameter that keeps its value, as boto/boto3#4426 reports it of AWS."""
    for key in kept_and_sent(call):
        raise stacks.StackRefused(
            f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true and non empty value for a "
            "parameter"
        )


def delete(call: Call, target: StoredProvisionedProduct) -> RecordOutcome:
    """Delete the stack or stack set; the provisioned product is removed, or its status becomes ERROR."""
    stack_set = target.stack_set
    if stack_set:
        return _outcome_of(call, target, "ERROR", lambda: stack_set_runs.delete(stack_set))
    return _outcome_of(call, target, "ERROR", lambda: _delete(call, target))


def _outcome_of(
    call: Call, target: StoredProvisionedProduct, failed: str, run: Callable[[], RecordOutcome]
) -> RecordOutcome:
    """The outcome of `run`; every exception becomes a failed outcome."""
    call.state.under_way.add(target.name)
    try:
        return run()
    except stacks.StackRefused as refusal:
        return _refusal(failed, refusal)
    except Exception:  # an unexpected error must end in a failed record, as on AWS
        log.exception("%s: the stack operation failed unexpectedly", call.operation.name)
        errors = ((INTERNAL_ERROR, INTERNAL_FAILURE),)
        return RecordOutcome(due(), "ERROR", INTERNAL_FAILURE, succeeded=False, errors=errors)
    finally:
        call.state.under_way.discard(target.name)


def _create(call: Call, target: StoredProvisionedProduct, plan: LaunchPlan) -> RecordOutcome:
    role = plan.launch.launch_role_arn
    if role and not can_assume(role):
        return _role_failure("ERROR", role)
    check_service_calls(role, verb_of(call, "create"), call.region, stack_name(call.account, target.id))
    wanted = _wanted(call, target, plan)
    stack = stacks.create_stack(replace(wanted, notification_arns=plan.topics), seconds=duration())
    if role:
        log_unchecked_types(stack.types)
    return _success(stack, plan.launch) if stack.status == "CREATE_COMPLETE" else _failure("ERROR", stack)


def _update(call: Call, target: StoredProvisionedProduct, plan: LaunchPlan) -> RecordOutcome:
    role = plan.launch.launch_role_arn
    if role and not can_assume(role):
        return _role_failure("TAINTED", role)
    check_service_calls(role, verb_of(call, "update"), call.region, name_of_stack(call, target))
    try:
        stack = stacks.update_stack(_wanted(call, target, plan), seconds=duration())
    except stacks.StackRefused as refusal:
        if refusal.message != NO_UPDATES:
            raise
        return RecordOutcome(due(), "AVAILABLE", "", succeeded=True, outputs=target.outputs, launch=plan.launch)
    return _success(stack, plan.launch) if stack.status == "UPDATE_COMPLETE" else _failure("TAINTED", stack)


def _delete(call: Call, target: StoredProvisionedProduct) -> RecordOutcome:
    """Delete the stack by name; without a stack id (the creation failed unexpectedly) without the role."""
    role = target.launch.launch_role_arn if target.stack_id else ""
    if role and not can_assume(role):
        return _role_failure("ERROR", role)
    check_service_calls(role, "delete", call.region, name_of_stack(call, target))
    stack = stacks.delete_stack(
        target.launch.stack_account,
        call.region,
        name=name_of_stack(call, target),
        role_arn=role,
        caller_arn=call.caller.arn,
        seconds=duration(),
    )
    return removed() if stack.status == "DELETE_COMPLETE" else _failure("ERROR", stack)


def verb_of(call: Call, verb: str) -> str:
    """`verb`, or execute for a plan, whose change set is executed."""
    return "execute" if call.operation.name == "ExecuteProvisionedProductPlan" else verb


def name_of_stack(call: Call, target: StoredProvisionedProduct) -> str:
    """The name of the stack; an imported stack keeps its own."""
    return target.stack_id.split("/")[1] if target.stack_id else stack_name(call.account, target.id)


def version_of_stack(call: Call, target: StoredProvisionedProduct) -> object:
    """Equal as long as nobody updates, deletes or makes the stack of a provisioned product."""
    return stacks.version_of(target.launch.stack_account, call.region, name_of_stack(call, target))


def preview(call: Call, target: StoredProvisionedProduct, plan: LaunchPlan) -> tuple[stacks.ResourceChange, ...]:
    """The changes of a launch or an update, from a change set; raises `StackRefused`, also if nothing would change."""
    _refuse_kept_and_sent(call)
    role = plan.launch.launch_role_arn
    if role and not can_assume(role):
        raise stacks.StackRefused(f"Access denied while assuming the role {role}", "AccessDenied")
    check_service_calls(role, "plan", call.region, name_of_stack(call, target))
    return stacks.preview_stack(_wanted(call, target, plan))


def _wanted(call: Call, target: StoredProvisionedProduct, plan: LaunchPlan) -> stacks.WantedStack:
    """The stack of a launch, an update or a plan."""
    return stacks.WantedStack(
        plan.launch.stack_account,
        call.region,
        name=name_of_stack(call, target),
        template=plan.template,
        parameters=sent_values(call),
        tags=plan.launch.tags | auto_tags(target, plan.launch),
        role_arn=plan.launch.launch_role_arn,
        caller_arn=call.caller.arn,
        use_previous=kept_parameters(call),
    )


def _success(stack: stacks.StackOutcome, launch: StoredLaunch) -> RecordOutcome:
    outputs = (_stack_output(stack), *stack.outputs)
    return RecordOutcome(
        due(),
        "AVAILABLE",
        "",
        succeeded=True,
        outputs=outputs,
        stack_id=stack.stack_id,
        launch=launch,
        unproven=stack.unproven,
    )


def _failure(status: str, stack: stacks.StackOutcome) -> RecordOutcome:
    return RecordOutcome(
        due(),
        status,
        stack.reason,
        succeeded=False,
        rolled_back=True,
        errors=((CLOUDFORMATION_ERROR, stack.reason),),
        outputs=(_stack_output(stack),),
        stack_id=stack.stack_id,
    )


def _stack_output(stack: stacks.StackOutcome) -> tuple[str, str, str]:
    return ("CloudformationStackARN", stack.stack_id, "The ARN of the launched Cloudformation Stack")


def _refusal(status: str, refusal: stacks.StackRefused) -> RecordOutcome:
    """The outcome of a refused request; the text is that of the AWS CLI's examples, with two spaces."""
    status_code = 403 if refusal.code == "AccessDenied" else 400
    message = (
        f"{CLOUDFORMATION_ERROR}  {refusal.message} (Service: AmazonCloudFormation; Status Code: {status_code};"
        f" Error Code: {refusal.code}; Request ID: {new_uuid()})"
    )
    return RecordOutcome(due(), status, message, succeeded=False, errors=((CLOUDFORMATION_ERROR, message),))


def _role_failure(status: str, role: str) -> RecordOutcome:
    message = f"Access denied while assuming the role {role}"
    return RecordOutcome(due(), status, message, succeeded=False, errors=(("AccessDeniedException", message),))
