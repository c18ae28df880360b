"""Scalable targets and scaling policies of Application Auto Scaling. Nothing is scaled.

The reference of a target is what identifies it, which a policy takes apart (template reference, ScalingTargetId).
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import by, inside, regional, tagged, taken
from catalog.sandbox.registry.tables.forms import added, dropped

SERVICE = "application-autoscaling"
PARTS = ("ResourceId", "ScalableDimension", "ServiceNamespace")
TARGET, SPACE = by(*PARTS), by(*PARTS[1:])


def target_arn(it: ApiResource) -> str:
    """The ARN of a target, whose identifier the service makes up."""
    return str(it["ScalableTargetARN"] or regional(it, SERVICE, "scalable-target/*"))


def actions(it: ApiResource) -> list[dict[str, Any]]:
    """PutScheduledAction for each action that is new or has changed."""
    return [{**TARGET(it), **action} for action in added(it, "ScheduledActions")]


def dropped_actions(it: ApiResource) -> list[dict[str, Any]]:
    """DeleteScheduledAction for each action whose name an update drops."""
    kept = {action["ScheduledActionName"] for action in it.properties.get("ScheduledActions") or ()}
    gone = {action["ScheduledActionName"] for action in dropped(it, "ScheduledActions")}
    return [{**TARGET(it), "ScheduledActionName": name} for name in sorted(gone - kept)]


ACTIONS = ("ScheduledActions",)
SCALABLE_TARGET = ApiType(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    SERVICE,
    create=ApiCall("RegisterScalableTarget", copies=True),
    known=lambda it, answer: {
        "ScalableTargetARN": answer.get("ScalableTargetARN"),
        "Id": "|".join(str(it[name]) for name in PARTS),
    },
    read=ApiCall("DescribeScalableTargets", lambda it: {**SPACE(it), "ResourceIds": [it["ResourceId"]]}),
    shown=inside("ScalableTargets.0"),
    attributes=taken(ScalableTargetARN="ScalableTargetARN"),
    settings=(
        Setting(ACTIONS, ApiCall("DeleteScheduledAction", dropped_actions), on_create=False),
        Setting(ACTIONS, ApiCall("PutScheduledAction", actions)),
    ),
    update=ApiCall("RegisterScalableTarget", copies=True),
    delete=(ApiCall("DeregisterScalableTarget", TARGET),),
    tagging=tagged("ResourceARN", "ScalableTargetARN", "Tags"),
    arn=target_arn,
    passed_to="application-autoscaling.amazonaws.com",
)


def of_target(it: ApiResource) -> dict[str, Any]:
    """What identifies the target of a policy, by its reference or by its parts."""
    reference = str(it["ScalingTargetId"] or "").split("|")
    named = dict(zip(PARTS, reference, strict=True)) if len(reference) == len(PARTS) else TARGET(it)
    it.values.setdefault("ScalableDimension", named["ScalableDimension"])
    return named


def policy(it: ApiResource) -> dict[str, Any]:
    """The name of a policy, and its target."""
    return {**of_target(it), "PolicyName": it["PolicyName"]}


def shown_policy(it: ApiResource, answer: Any) -> Any:
    """The policy with its name."""
    return next((each for each in answer["ScalingPolicies"] if each["PolicyName"] == it["PolicyName"]), None)


SCALING_POLICY = ApiType(
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    SERVICE,
    create=ApiCall("PutScalingPolicy", policy, copies=True),
    known=taken(Arn="PolicyARN"),
    read=ApiCall("DescribeScalingPolicies", lambda it: {**of_target(it), "PolicyNames": [it["PolicyName"]]}),
    shown=shown_policy,
    update=ApiCall("PutScalingPolicy", policy, copies=True),
    delete=(ApiCall("DeleteScalingPolicy", policy),),
    arn=lambda it: regional(it, SERVICE, "scalable-target/*"),
    ref="Arn",
)

TYPES = (SCALABLE_TARGET, SCALING_POLICY)
