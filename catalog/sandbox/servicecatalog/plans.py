"""Plans of provisioned products: a launch or an update that is prepared, shown, and executed later.

Documented (CreateProvisionedProductPlan and ProvisionedProductDetail in the API Reference): one plan for each
provisioned product; for an existing one its status must be AVAILABLE or TAINTED; a new one is PLAN_IN_PROGRESS until
the plan is executed. A plan without changes is CREATE_FAILED with CloudFormation's words
(aws-service-catalog-puppet, aws.py). The form of the ids is that of the AWS CLI's examples.

After another update of its stack a plan cannot be executed, as its change set is OBSOLETE (DescribeChangeSet,
ExecutionStatus, in the CloudFormation API Reference).

Assumed: the texts of the errors; an executed plan makes room for another one; a plan of a product with a STACKSET
constraint is refused, because a plan is of type CLOUDFORMATION.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from catalog.sandbox.servicecatalog import stack_runs
from catalog.sandbox.servicecatalog.access import visible
from catalog.sandbox.servicecatalog.call import Call, ready_at
from catalog.sandbox.servicecatalog.exceptions import (
    InvalidParametersException,
    InvalidStateException,
    ResourceNotFoundException,
)
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.launch_permissions import check_service_calls
from catalog.sandbox.servicecatalog.launching import LaunchPlan, check_parameters
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.provisioning import (
    new_provisioned_product,
    planned_launch,
    planned_update,
    run_launch,
    run_update,
)
from catalog.sandbox.servicecatalog.records import record_status
from catalog.sandbox.servicecatalog.state import StoredPlan, StoredProvisionedProduct
from catalog.sandbox.servicecatalog.tokens import token_member
from catalog.sandbox.servicecatalog.views import View, optional
from catalog.sandbox.settings import now
from catalog.sandbox.stacks import ResourceChange, StackRefused

REVIEWED = "PLAN_IN_PROGRESS"
"""The status of a provisioned product that is only planned."""
ATTRIBUTES = ("PROPERTIES", "METADATA", "CREATIONPOLICY", "UPDATEPOLICY", "DELETIONPOLICY", "TAGS")
"""What Service Catalog tells of a change (API reference, ResourceTargetDefinition)."""
EXECUTION = {"SUCCEEDED": "EXECUTE_SUCCESS", "FAILED": "EXECUTE_FAILED"}


def create_provisioned_product_plan(call: Call) -> dict[str, Any]:
    """CreateProvisionedProductPlan, for a new or an existing provisioned product."""
    check_parameters(call)
    name = call.text("ProvisionedProductName")
    target = next((item for item in call.state.provisioned_products.values() if item.name == name), None)
    if target:
        _check_plannable(call, target)
        launch = planned_update(call, target)
    else:
        launch = planned_launch(call)
        target = new_provisioned_product(call, launch.launch)
        target.status = REVIEWED
    if launch.stack_set:
        raise InvalidParametersException(f"Product {launch.launch.product_id} has a STACKSET constraint: no plans.")
    call.state.provisioned_products[target.id] = target
    plan = _new_plan(call, target, launch)
    call.state.plans[plan.id] = plan
    return {
        "PlanName": call.text("PlanName"),
        "PlanId": plan.id,
        "ProvisionProductId": target.id,
        "ProvisionedProductName": target.name,
        "ProvisioningArtifactId": plan.artifact_id,
    }


def _check_plannable(call: Call, target: StoredProvisionedProduct) -> None:
    of_target = [plan for plan in call.state.plans.values() if plan.provisioned_product_id == target.id]
    if any(not plan.record_id for plan in of_target):
        raise InvalidStateException(
            f"Provisioned product {target.id} has a plan already: execute or delete {of_target[-1].id} first."
        )
    if call.is_busy(target) or target.status not in ("AVAILABLE", "TAINTED"):
        raise InvalidStateException(f"Provisioned product {target.id} must be AVAILABLE or TAINTED.")
    for plan in of_target:
        del call.state.plans[plan.id]


def _new_plan(call: Call, target: StoredProvisionedProduct, launch: LaunchPlan) -> StoredPlan:
    changes: tuple[ResourceChange, ...] = ()
    message = ""
    try:
        changes = stack_runs.preview(call, target, launch)
    except StackRefused as refusal:
        message = refusal.message
    return StoredPlan(
        id=new_id("plan"),
        request=dict(call.request),
        provisioned_product_id=target.id,
        provisioned_product_name=target.name,
        product_id=launch.launch.product_id,
        artifact_id=launch.launch.artifact_id,
        path_id=launch.launch.path_id,
        user_arn=call.caller.arn,
        user_arn_session=call.caller.session_arn,
        created=call.received,
        ready_at=ready_at(),
        message=message,
        changes=changes,
        stack_version=stack_runs.version_of_stack(call, target),
    )


def _requested(call: Call) -> StoredPlan:
    plan = call.state.plans.get(call.text("PlanId"))
    if not plan:
        raise ResourceNotFoundException(f"Plan not found: {call.text('PlanId')}")
    return plan


def _status(call: Call, plan: StoredPlan) -> str:
    record = call.state.records.get(plan.record_id)
    if record:
        return EXECUTION.get(record_status(record, now()), "EXECUTE_IN_PROGRESS")
    if now() < plan.ready_at:
        return "CREATE_IN_PROGRESS"
    return "CREATE_FAILED" if plan.message else "CREATE_SUCCESS"


def describe_provisioned_product_plan(call: Call) -> dict[str, Any]:
    """DescribeProvisionedProductPlan; the changes appear when the plan is ready."""
    plan = _requested(call)
    status = _status(call, plan)
    items, more = page(call, [_change(item) for item in plan.changes] if status != "CREATE_IN_PROGRESS" else [])
    request = plan.request
    details = {
        "CreatedTime": plan.created,
        "UpdatedTime": plan.created,
        "PathId": plan.path_id,
        "ProductId": plan.product_id,
        **_summary(plan),
        "Status": status,
        "NotificationArns": request.get("NotificationArns", []),
        "ProvisioningParameters": request.get("ProvisioningParameters", []),
        "Tags": request.get("Tags", []),
        **optional(StatusMessage=plan.message if status == "CREATE_FAILED" else ""),
    }
    return {"ProvisionedProductPlanDetails": details, "ResourceChanges": items, **more}


def _summary(plan: StoredPlan) -> View:
    """ProvisionedProductPlanSummary."""
    return {
        "PlanName": plan.request["PlanName"],
        "PlanId": plan.id,
        "ProvisionProductId": plan.provisioned_product_id,
        "ProvisionProductName": plan.provisioned_product_name,
        "PlanType": "CLOUDFORMATION",
        "ProvisioningArtifactId": plan.artifact_id,
    }


def _change(change: ResourceChange) -> View:
    """ResourceChange: CloudFormation's words in capitals."""
    return {
        "Action": change.action.upper(),
        "LogicalResourceId": change.logical_id,
        "ResourceType": change.type_name,
        "Scope": [attribute.upper() for attribute in change.scope if attribute.upper() in ATTRIBUTES],
        "Details": list(_details(change)),
        **optional(PhysicalResourceId=change.physical_id, Replacement=change.replacement.upper()),
    }


def _details(change: ResourceChange) -> Iterator[View]:
    for detail in change.details:
        attribute, recreation = detail.attribute.upper(), detail.recreation.upper()
        if attribute in ATTRIBUTES:
            target = {"Attribute": attribute, "RequiresRecreation": recreation, **optional(Name=detail.name)}
            yield {"Target": target, "Evaluation": detail.evaluation.upper(), **optional(CausingEntity=detail.cause)}


def execute_provisioned_product_plan(call: Call) -> dict[str, Any]:
    """ExecuteProvisionedProductPlan: the launch or update of the plan, with its parameters."""
    plan = _requested(call)
    status = _status(call, plan)
    if status != "CREATE_SUCCESS":
        raise InvalidStateException(f"Plan {plan.id} is {status}: only a plan that is CREATE_SUCCESS can be executed.")
    target = call.state.provisioned_products[plan.provisioned_product_id]
    if call.is_busy(target):
        raise InvalidStateException(f"Provisioned product {target.id} is UNDER_CHANGE.")
    if plan.stack_version != stack_runs.version_of_stack(call, target):
        raise InvalidStateException(
            f"Plan {plan.id} is obsolete, as the stack of {target.id} was updated since: delete it and create another."
        )
    token = token_member(call.operation)
    planned = replace(call, request={**plan.request, token: call.request[token]})
    if target.status == REVIEWED:
        answer = run_launch(planned, target, planned_launch(planned, target))
    else:
        answer = run_update(planned, target, planned_update(planned, target))
    plan.record_id = answer["RecordDetail"]["RecordId"]
    return answer


def delete_provisioned_product_plan(call: Call) -> dict[str, Any]:
    """DeleteProvisionedProductPlan; a provisioned product that was only planned goes with it."""
    plan = _requested(call)
    target = call.state.provisioned_products.get(plan.provisioned_product_id)
    if target and not plan.record_id and not call.flag("IgnoreErrors"):
        _discard(call, target)
    del call.state.plans[plan.id]
    if target and target.status == REVIEWED:
        del call.state.provisioned_products[target.id]
    return {}


def _discard(call: Call, target: StoredProvisionedProduct) -> None:
    """Raise `InvalidParametersException` if the launch role may not delete the change set."""
    try:
        name = stack_runs.name_of_stack(call, target)
        check_service_calls(target.launch.launch_role_arn, "discard", call.region, name)
    except StackRefused as refusal:
        raise InvalidParametersException(refusal.message) from refusal


def list_provisioned_product_plans(call: Call) -> dict[str, Any]:
    """ListProvisionedProductPlans, of one provisioned product or of all; by default only the caller's own."""
    wanted = call.text("ProvisionProductId")
    plans = [
        plan
        for plan in call.state.plans.values()
        if visible(call, plan, default="User") and wanted in ("", plan.provisioned_product_id)
    ]
    items, more = page(call, plans)
    return {"ProvisionedProductPlans": [_summary(plan) for plan in items], **more}
