"""Run service actions on provisioned products with SSM Automation, and describe their parameters.

Source: ExecuteProvisionedProductServiceAction, DescribeServiceActionExecutionParameters and CreateServiceAction (the
Definition's AssumeRole and Parameters) in the API Reference; Administrator Guide, "Service actions", step
"Troubleshooting". Assumed: the type of the record, its error code, and the status UNDER_CHANGE of the provisioned
product during the execution.
"""

from __future__ import annotations

import json
from typing import Any

from catalog.sandbox import automation, stacks
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import (
    InvalidParametersException,
    InvalidStateException,
    ResourceNotFoundException,
    not_implemented,
)
from catalog.sandbox.servicecatalog.lookup import all_products
from catalog.sandbox.servicecatalog.records import SERVICE_ACTION, add_record, due
from catalog.sandbox.servicecatalog.state import RecordOutcome, StoredProvisionedProduct, StoredServiceAction

FAILED = "AutomationExecutionFailed"


def describe_service_action_execution_parameters(call: Call) -> dict[str, Any]:
    """DescribeServiceActionExecutionParameters: the parameters of the definition, with their defaults."""
    target, service_action = _requested(call)
    return {"ServiceActionParameters": _parameters(call, target, service_action)}


def execute_provisioned_product_service_action(call: Call) -> dict[str, Any]:
    """ExecuteProvisionedProductServiceAction; if a step fails, the call still succeeds and its record is FAILED."""
    target, service_action = _requested(call)
    if call.is_busy(target) or target.status not in ("AVAILABLE", "TAINTED"):
        raise InvalidStateException(f"Provisioned product {target.id} is {target.status}: no action can be executed.")
    name = service_action.definition["Name"]
    if automation.is_aws_owned(name):
        raise not_implemented(f"{call.operation.name} with the AWS-owned document {name}")
    declared = {parameter["Name"]: parameter for parameter in _parameters(call, target, service_action)}
    given = dict(call.request.get("Parameters") or {})
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise InvalidParametersException(f"Parameter is not defined in service action definition: {', '.join(unknown)}")
    outcome = _run(call, target, service_action, declared, given)
    return add_record(call, SERVICE_ACTION, target, target.launch, outcome, {})


def _run(
    call: Call,
    target: StoredProvisionedProduct,
    service_action: StoredServiceAction,
    declared: dict[str, dict[str, Any]],
    given: dict[str, list[str]],
) -> RecordOutcome:
    role = service_action.definition.get("AssumeRole", "")
    role = target.launch.launch_role_arn if role == "LAUNCH_ROLE" else role
    errors: tuple[tuple[str, str], ...] = ()
    try:
        document = _document(call, service_action)
        values = _values(document, declared, given)
        automation.run(document, values, role=role, caller=call.caller.arn, region=call.region, stack=target.stack_id)
    except automation.AutomationFailed as failure:
        errors = ((FAILED, str(failure)),)
    return RecordOutcome(due(), target.status, target.message, succeeded=not errors, errors=errors)


def _values(
    document: automation.AutomationDocument, declared: dict[str, dict[str, Any]], given: dict[str, list[str]]
) -> dict[str, list[str]]:
    """The parameters of the automation; raises `AutomationFailed` with the texts of the guide's "Troubleshooting".

    Parameters outside of the definition get the default of the document.
    """
    for name, parameter in declared.items():
        if parameter["Type"] != "TARGET":
            continue
        if not parameter["DefaultValues"]:
            kind = document.target_type
            raise automation.AutomationFailed(f"Cannot find any resources with type {kind} in provisioned product")
        if not_allowed := [value for value in given.get(name, ()) if value not in parameter["DefaultValues"]]:
            raise automation.AutomationFailed(
                "The following values for the parameter are not allowed because they are not in the provisioned "
                f"product: {', '.join(not_allowed)}"
            )
    return _defaults(document) | {name: parameter["DefaultValues"] for name, parameter in declared.items()} | given


def _requested(call: Call) -> tuple[StoredProvisionedProduct, StoredServiceAction]:
    """The provisioned product, and the service action that is associated with its version."""
    target = call.state.provisioned_products.get(call.text("ProvisionedProductId"))
    if target is None:
        raise ResourceNotFoundException(f"Provisioned product not found: {call.text('ProvisionedProductId')}")
    action_id, owner = call.text("ServiceActionId"), all_products(call).get(target.launch.product_id)
    version = owner.artifacts.get(target.launch.artifact_id) if owner else None
    if not owner or not version or action_id not in version.service_action_ids:
        raise ResourceNotFoundException(f"Service Action not found: {action_id} of {target.id}")
    return target, call.state_of(owner.account).service_actions[action_id]


def _document(call: Call, service_action: StoredServiceAction) -> automation.AutomationDocument:
    definition = service_action.definition
    return automation.find(call.account, call.region, definition["Name"], definition["Version"])


def _parameters(
    call: Call, target: StoredProvisionedProduct, service_action: StoredServiceAction
) -> list[dict[str, Any]]:
    """The ExecutionParameters of the definition; the default values of a TARGET are resources of the stack."""
    document = automation.AutomationDocument(service_action.definition["Name"], [])
    if not automation.is_aws_owned(document.name):
        try:
            document = _document(call, service_action)
        except automation.AutomationFailed as failure:
            raise ResourceNotFoundException(str(failure)) from failure
    defaults = _defaults(document)
    return [
        {
            "Name": parameter["Name"],
            "Type": parameter["Type"],
            "DefaultValues": _targets(target, call.region, document.target_type)
            if parameter["Type"] == "TARGET"
            else defaults.get(parameter["Name"], []),
        }
        for parameter in definition_parameters(service_action.definition)
    ]


def _defaults(document: automation.AutomationDocument) -> dict[str, list[str]]:
    return {
        name: _texts(parameter["default"]) for name, parameter in document.parameters.items() if "default" in parameter
    }


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _targets(target: StoredProvisionedProduct, region: str, type_name: str) -> list[str]:
    resources = stacks.resources(target.launch.stack_account, region, target.stack_id)
    return [physical_id for physical_id, kind in resources if type_name in ("", kind)]


def definition_parameters(definition: dict[str, str]) -> list[dict[str, str]]:
    """The Parameters of a definition, parsed; raises `InvalidParametersException` if they are invalid."""
    try:
        parameters = json.loads(definition.get("Parameters") or "[]")
    except (ValueError, RecursionError) as error:
        raise InvalidParametersException(f"Definition Parameters are not valid JSON: {error}") from error
    if not isinstance(parameters, list) or not all(
        isinstance(parameter, dict)
        and set(parameter) == {"Name", "Type"}
        and parameter["Type"] in ("TARGET", "TEXT_VALUE")
        for parameter in parameters
    ):
        raise InvalidParametersException(
            "Definition Parameters must be a list of items such as"
            ' {"Name": "InstanceId", "Type": "TARGET" or "TEXT_VALUE"}.'
        )
    return parameters
