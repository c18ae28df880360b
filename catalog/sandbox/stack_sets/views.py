"""Stack sets, instances and operations in the shape of botocore's model."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.stack_sets.state import ManagedInstance, ManagedOperation, ManagedStackSet


def summary_view(stack_set: ManagedStackSet) -> dict[str, Any]:
    """A member of ListStackSets."""
    return {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.id,
        "Description": stack_set.description,
        "Status": "ACTIVE",
        "AutoDeployment": dict(stack_set.auto_deployment),
        "PermissionModel": "SERVICE_MANAGED",
        "DriftStatus": "NOT_CHECKED",
        "ManagedExecution": {"Active": stack_set.managed_execution},
    }


def stack_set_view(stack_set: ManagedStackSet) -> dict[str, Any]:
    """The answer of DescribeStackSet. moto's serializer makes lists of Parameters and Tags."""
    return {
        **summary_view(stack_set),
        "TemplateBody": stack_set.template,
        "Parameters": dict(stack_set.parameters),
        "Capabilities": list(stack_set.capabilities),
        "Tags": dict(stack_set.tags),
        "StackSetARN": stack_set.arn,
        "OrganizationalUnitIds": list(stack_set.units),
        "Regions": stack_set.regions,
    }


def instance_view(stack_set: ManagedStackSet, instance: ManagedInstance) -> dict[str, Any]:
    """A member of ListStackInstances. While its operation runs, it is OUTDATED and RUNNING."""
    operation = stack_set.operations.get(instance.operation)
    running = operation is not None and operation.in_flight
    return {
        "StackSetId": stack_set.id,
        "Account": instance.account,
        "Region": instance.region,
        "StackId": instance.stack_id,
        "Status": "OUTDATED" if running else instance.status,
        "StatusReason": "" if running else instance.reason,
        "StackInstanceStatus": {"DetailedStatus": "RUNNING" if running else instance.detailed},
        "OrganizationalUnitId": instance.unit,
        "DriftStatus": "NOT_CHECKED",
        "LastOperationId": instance.operation,
    }


def operation_view(stack_set: ManagedStackSet, operation: ManagedOperation) -> dict[str, Any]:
    """The answer of DescribeStackSetOperation."""
    failed = sum(result.status == "FAILED" for result in operation.results)
    return {
        "OperationId": operation.id,
        "StackSetId": stack_set.id,
        "Action": operation.action,
        "Status": operation.status,
        "OperationPreferences": dict(operation.preferences),
        "CreationTimestamp": operation.started,
        "DeploymentTargets": dict(operation.targets),
        "StatusDetails": {"FailedStackInstancesCount": 0 if operation.in_flight else failed},
    }


def result_views(operation: ManagedOperation) -> list[dict[str, Any]]:
    """The members of ListStackSetOperationResults."""
    return [
        {
            "Account": result.account,
            "Region": result.region,
            "OrganizationalUnitId": result.unit,
            "Status": "RUNNING" if operation.in_flight else result.status,
            "StatusReason": "" if operation.in_flight else result.reason,
        }
        for result in operation.results
    ]
