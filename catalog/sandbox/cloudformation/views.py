"""CloudFormation's answers: stacks, resources, events and change sets in the shape of botocore's model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.cfn import is_secret
from catalog.cfn.template import INNER, section, text_of, transforms
from catalog.sandbox.cloudformation.changes import ChangeDetail, ResourceChange
from catalog.sandbox.cloudformation.definition import required_capabilities
from catalog.sandbox.cloudformation.drift import stack_status
from catalog.sandbox.cloudformation.modelled import can_read
from catalog.sandbox.cloudformation.proofs import proof_note
from catalog.sandbox.cloudformation.property_values import target_values
from catalog.sandbox.cloudformation.state import ChangeSet, Definition, Event, Stack, StackResource
from catalog.sandbox.registry.schemas import type_schema

HIDDEN = "****"
CAPABILITIES_REASON = "The following resource(s) require capabilities: [{}]"


def stack_view(stack: Stack) -> dict[str, Any]:
    """A member of DescribeStacks."""
    definition = stack.definition
    return _present(
        {
            "StackId": stack.stack_id,
            "StackName": stack.name,
            "AliasName": stack.alias,
            "ChangeSetId": stack.change_set_id,
            "Description": definition.template.get("Description") if definition else None,
            "Parameters": parameter_views(definition) if definition else [],
            "CreationTime": stack.created,
            "DeletionTime": stack.deleted,
            "LastUpdatedTime": stack.updated,
            "RollbackConfiguration": dict(stack.rollback_configuration),
            "StackStatus": stack.status,
            "StackStatusReason": stack.reason,
            "DisableRollback": not stack.rolls_back,
            "RetainExceptOnCreate": stack.retain_except_on_create or None,
            "NotificationARNs": list(stack.notification_arns),
            "Capabilities": list(stack.capabilities),
            "Outputs": [
                {
                    "OutputKey": output.key,
                    "OutputValue": output.value,
                    **_present({"Description": output.description, "ExportName": output.export_name}),
                }
                for output in stack.outputs
            ]
            or None,
            "TimeoutInMinutes": stack.timeout_minutes or None,
            "RoleARN": stack.role_arn,
            "ParentId": stack.parent_id,
            "RootId": stack.root_id,
            "Tags": tag_views(stack.tags),
            "EnableTerminationProtection": stack.termination_protection,
            "LastOperations": [
                {"OperationType": each.kind, "OperationId": each.operation_id} for each in stack.operations[:-6:-1]
            ]
            or None,
            "DriftInformation": _present(
                {"StackDriftStatus": stack_status(stack), "LastCheckTimestamp": stack.drift_at}
            ),
        }
    )


def summary_view(stack: Stack) -> dict[str, Any]:
    """A member of ListStacks."""
    view = stack_view(stack)
    names = (
        "StackId",
        "StackName",
        "CreationTime",
        "LastUpdatedTime",
        "DeletionTime",
        "StackStatus",
        "ParentId",
        "RootId",
    )
    summary = {name: view[name] for name in (*names, "StackStatusReason", "DriftInformation") if name in view}
    return _present({**summary, "TemplateDescription": view.get("Description")})


def parameter_views(definition: Definition) -> list[dict[str, str]]:
    """Parameters with their values; NoEcho values are hidden, SSM parameters include the resolved value."""
    declared = section(definition.template, "Parameters")
    views = []
    for name, value in definition.raw.items():
        view = {"ParameterKey": name, "ParameterValue": HIDDEN if is_secret(declared[name]) else value}
        if str(declared[name].get("Type", "")).startswith("AWS::SSM::"):
            resolved = definition.values[name]
            view["ResolvedValue"] = resolved if isinstance(resolved, str) else ",".join(resolved)
        views.append(view)
    return views


def tag_views(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as a list."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def resource_view(stack: Stack, resource: StackResource, time_name: str) -> dict[str, Any]:
    """A resource; `time_name` is the name of the timestamp, which differs between operations."""
    return _present(
        {
            "StackName": stack.name,
            "StackId": stack.stack_id,
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.live.physical_id,
            "ResourceType": resource.type_name,
            time_name: resource.changed,
            "ResourceStatus": resource.status,
            "ResourceStatusReason": resource.reason or proof_note(resource),
            "DriftInformation": {"StackResourceDriftStatus": resource.drift_status},
        }
    )


def event_view(stack: Stack, event: Event) -> dict[str, Any]:
    """A member of DescribeStackEvents."""
    return _present(
        {
            "StackId": stack.stack_id,
            "EventId": event.event_id,
            "StackName": stack.name,
            "LogicalResourceId": event.logical_id,
            "PhysicalResourceId": event.physical_id,
            "ResourceType": event.type_name,
            "Timestamp": event.timestamp,
            "ResourceStatus": event.status,
            "ResourceStatusReason": event.reason,
            "ClientRequestToken": event.token,
            "OperationId": event.operation_id,
        }
    )


def change_set_view(change_set: ChangeSet, *, values: bool = False) -> dict[str, Any]:
    """The answer of DescribeChangeSet, with the `values` of properties if the request asks for them."""
    return _present(
        {
            **change_set_summary(change_set),
            "OnStackFailure": change_set.on_failure,
            "Parameters": parameter_views(change_set.definition),
            "NotificationARNs": list(change_set.notification_arns),
            "RollbackConfiguration": dict(change_set.rollback_configuration),
            "Capabilities": list(change_set.capabilities),
            "Tags": tag_views(change_set.tags),
            "Changes": [
                {"Type": "Resource", "ResourceChange": resource_change_view(change, values=values)}
                for change in change_set.changes
            ],
        }
    )


def resource_change_view(change: ResourceChange, *, values: bool) -> dict[str, Any]:
    """A ResourceChange; Scope and Details are empty for resources that are added or removed."""
    return _present(
        {
            "Action": change.action,
            "PolicyAction": change.policy_action,
            "LogicalResourceId": change.logical_id,
            "PhysicalResourceId": change.physical_id,
            "ResourceType": change.type_name,
            "Replacement": change.replacement,
            "ChangeSetId": change.change_set_id,
            "Scope": list(change.scope),
            "Details": [_detail_view(change, detail, values=values) for detail in change.details],
            "BeforeContext": change.before if values else None,
            "AfterContext": change.after if values else None,
        }
    )


def _detail_view(change: ResourceChange, detail: ChangeDetail, *, values: bool) -> dict[str, Any]:
    target = {"Attribute": detail.attribute, "Name": detail.name, "RequiresRecreation": detail.recreation}
    target |= target_values(change, detail.attribute, detail.name) if values else {}
    view = {"Target": _present(target), "Evaluation": detail.evaluation, "ChangeSource": detail.source}
    return _present({**view, "CausingEntity": detail.cause})


def change_set_summary(change_set: ChangeSet) -> dict[str, Any]:
    """A member of ListChangeSets."""
    return _present(
        {
            "StackId": change_set.stack.stack_id,
            "StackName": change_set.stack.name,
            "ChangeSetId": change_set.change_set_id,
            "ChangeSetName": change_set.name,
            "ExecutionStatus": change_set.execution_status,
            "Status": change_set.status,
            "StatusReason": change_set.reason,
            "CreationTime": change_set.created,
            "Description": change_set.description,
            "IncludeNestedStacks": change_set.include_nested,
            "ParentChangeSetId": change_set.parent.change_set_id if change_set.parent else None,
            "RootChangeSetId": change_set.root.change_set_id if change_set.parent else None,
        }
    )


def template_view(template: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of GetTemplateSummary."""
    resources = _typed(template)
    types = list(dict.fromkeys(resource["Type"] for resource in resources.values()))
    capabilities = sorted(required_capabilities(template, template))[:1]
    iam = [name for name in types if name.startswith("AWS::IAM::")]
    return _present(
        {
            "Parameters": [
                _declared_view(name, declared)
                for name, declared in section(template, "Parameters").items()
                if isinstance(declared, dict) and name != INNER
            ],
            "Description": template.get("Description"),
            "Capabilities": capabilities,
            "CapabilitiesReason": CAPABILITIES_REASON.format(", ".join(iam)) if capabilities and iam else None,
            "ResourceTypes": types,
            "Version": template.get("AWSTemplateFormatVersion"),
            "Metadata": json.dumps(template["Metadata"]) if "Metadata" in template else None,
            "DeclaredTransforms": list(transforms(template)),
            "ResourceIdentifierSummaries": _identifier_views(resources),
        }
    )


def _typed(template: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The resources that have a type: with a macro, a member of Resources can have any shape."""
    members = section(template, "Resources").items()
    return {name: body for name, body in members if isinstance(body, dict) and isinstance(body.get("Type"), str)}


def _identifier_views(resources: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What identifies the resources of each type in an import; not of types that cannot be imported."""
    views: dict[str, dict[str, Any]] = {}
    for name, body in resources.items():
        schema = type_schema(body["Type"])
        if schema is not None and can_read(schema):
            new = {"ResourceType": schema.name, "LogicalResourceIds": [], "ResourceIdentifiers": list(schema.primary)}
            views.setdefault(schema.name, new)["LogicalResourceIds"].append(name)
    return list(views.values())


def validation_view(template: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of ValidateTemplate."""
    view = template_view(template)
    names = ("Description", "Capabilities", "CapabilitiesReason", "DeclaredTransforms")
    parameters = [
        {key: value for key, value in parameter.items() if key not in ("ParameterType", "ParameterConstraints")}
        for parameter in view["Parameters"]
    ]
    return {"Parameters": parameters, **{name: view[name] for name in names if name in view}}


def _declared_view(name: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    allowed = declared.get("AllowedValues")
    allowed = allowed if isinstance(allowed, list) else ()
    return _present(
        {
            "ParameterKey": name,
            "DefaultValue": text_of(declared.get("Default")),
            "ParameterType": declared.get("Type"),
            "NoEcho": is_secret(declared),
            "Description": declared.get("Description"),
            "ParameterConstraints": {"AllowedValues": [text_of(value) for value in allowed]} if allowed else {},
        }
    )


def _present(view: dict[str, Any]) -> dict[str, Any]:
    """The view without empty members, which AWS omits."""
    return {name: value for name, value in view.items() if value is not None and value != ""}
