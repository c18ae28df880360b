"""Drift: what differs between the resources of a stack and what their services have now.

Source: CloudFormation user guide, "Detect unmanaged configuration changes to stacks and resources with drift
detection": only properties that the template sets count, and none with a dynamic reference; a resource that is gone is
DELETED; what cannot be looked at is NOT_CHECKED. The sandbox looks at what the main read of a type shows, and at tags:
what only another call shows does not drift here. What is modelled drifts by Cloud Control API.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.base import StackContext
from catalog.sandbox.cloudformation.state import Stack, StackResource
from catalog.sandbox.registry.differing import Deviation

FILTER = "StackResourceDriftStatusFilters"
IN_SYNC, MODIFIED, DELETED, NOT_CHECKED = "IN_SYNC", "MODIFIED", "DELETED", "NOT_CHECKED"


def detect(stack: Stack, names: Collection[str] | None = None) -> str:
    """Look at the resources, or at some of them; the id of the detection."""
    for name, resource in stack.resources.items():
        if names is None or name in names:
            resource.drift = _look(stack, resource)
            resource.drift_status = _status(resource.drift)
    stack.drift_id, stack.drift_at = str(mock_random.uuid4()), utcnow()
    return stack.drift_id


def _look(stack: Stack, resource: StackResource) -> Deviation | None:
    handler = find_handler(resource.type_name)
    if handler is None:
        return None
    context = StackContext(
        stack.account,
        stack.region,
        stack.partition,
        stack.name,
        stack.stack_id,
        resource.logical_id,
        "",
        stack.tags,
    )
    written = {name: value for name, value in resource.applied.items() if not _refers(resource.properties.get(name))}
    return handler.deviation(context, resource.live, written)


def _refers(value: Any) -> bool:
    """Whether a property has a dynamic reference, whose value nobody may see."""
    return "{{resolve:" in json.dumps(value, default=str)


def _status(deviation: Deviation | None) -> str:
    if deviation is None:
        return NOT_CHECKED
    if deviation.gone:
        return DELETED
    return MODIFIED if deviation.differences else IN_SYNC


def stack_status(stack: Stack) -> str:
    """StackDriftStatus."""
    if not stack.drift_id:
        return NOT_CHECKED
    drifted = any(resource.drift_status in (MODIFIED, DELETED) for resource in stack.resources.values())
    return "DRIFTED" if drifted else IN_SYNC


def status_view(stack: Stack) -> dict[str, Any]:
    """The answer of DescribeStackDriftDetectionStatus: a detection is done when its call answers."""
    drifted = [each for each in stack.resources.values() if each.drift_status in (MODIFIED, DELETED)]
    return {
        "StackId": stack.stack_id,
        "StackDriftDetectionId": stack.drift_id,
        "StackDriftStatus": stack_status(stack),
        "DetectionStatus": "DETECTION_COMPLETE",
        "DriftedStackResourceCount": len(drifted),
        "Timestamp": stack.drift_at,
    }


def resource_view(stack: Stack, resource: StackResource) -> dict[str, Any]:
    """A StackResourceDrift. Secrets are references in it, as in the template."""
    differences = resource.drift.differences if resource.drift else ()
    expected = json.loads(json.dumps(resource.properties, default=str))
    view: dict[str, Any] = {
        "StackId": stack.stack_id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.live.physical_id,
        "ResourceType": resource.type_name,
        "ExpectedProperties": json.dumps(expected),
        "StackResourceDriftStatus": resource.drift_status,
        "Timestamp": stack.drift_at,
    }
    if resource.drift_status in (IN_SYNC, MODIFIED):
        actual = dict(expected)
        for each in differences:
            name = each.path.lstrip("/").partition("/")[0]
            actual[name] = each.actual if name != each.path.lstrip("/") or each.kind != "REMOVE" else None
        view["ActualProperties"] = json.dumps({name: value for name, value in actual.items() if value is not None})
        view["PropertyDifferences"] = [
            {
                "PropertyPath": each.path,
                "ExpectedValue": _text(expected.get(each.path.lstrip("/"), each.expected)),
                "ActualValue": _text(each.actual),
                "DifferenceType": each.kind,
            }
            for each in differences
        ]
    return view


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
