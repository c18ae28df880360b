"""Auto Scaling groups with what belongs to them, launch configurations, and launch templates.

The instances of a group are instances of EC2. Tags of the stack reach them whatever PropagateAtLaunch says (template
reference, "CloudFormation resource tagging"). Their update policy: catalog/sandbox/cloudformation/rolling_updates.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import CallFailed, CallRefused
from catalog.sandbox.registry.rows import by, ending, inside, plain, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_type
from catalog.sandbox.registry.tables.forms import added, call, dropped, new_name, profile_roles

GROUP = by("AutoScalingGroupName")
COOLDOWN = {"Cooldown": "DefaultCooldown"}
INSTANCES = "ec2.amazonaws.com"


def new_group(it: ApiResource) -> dict[str, Any]:
    """The name of the group, and its subnets as the API takes them."""
    subnets = it.properties.get("VPCZoneIdentifier")
    return {**GROUP(it), "VPCZoneIdentifier": ",".join(map(str, subnets)) if subnets else None}


def group_arn(it: ApiResource) -> str:
    """The ARN of a group, with `*` for the identifier in it."""
    place = it.place
    start = f"arn:{place.partition}:autoscaling:{place.region}:{place.account}:autoScalingGroup"
    return str(it["AutoScalingGroupARN"] or f"{start}:*:autoScalingGroupName/{it['AutoScalingGroupName']}")


def tag_of_group(it: ApiResource, properties: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Whose tag it is, and whether instances get it."""
    own = {str(tag["Key"]): as_text(tag.get("PropagateAtLaunch")) == "true" for tag in properties.get("Tags") or ()}
    return {
        "ResourceId": it["AutoScalingGroupName"],
        "ResourceType": "auto-scaling-group",
        "PropagateAtLaunch": own.get(key, True),
    }


def of_group(members: Any, name: str, parameter: str) -> Any:
    """A call with the members of a list that an update adds or drops; no call without any."""
    return lambda it: GROUP(it) | {parameter: members(it, name)} if members(it, name) else None


def attached(name: str, noun: str) -> tuple[Setting, Setting]:
    """The settings for a list whose members are detached and attached."""
    return (
        Setting((name,), ApiCall(f"Detach{noun}", of_group(dropped, name, name)), on_create=False),
        Setting((name,), ApiCall(f"Attach{noun}", of_group(added, name, name)), on_create=False),
    )


def hooks(it: ApiResource) -> list[dict[str, Any]]:
    """PutLifecycleHook for each hook that is new or has changed."""
    return [GROUP(it) | dict(hook) for hook in added(it, "LifecycleHookSpecificationList")]


def dropped_hooks(it: ApiResource) -> list[dict[str, Any]]:
    """DeleteLifecycleHook for each hook whose name an update drops."""
    name = "LifecycleHookSpecificationList"
    kept = {hook["LifecycleHookName"] for hook in it.properties.get(name) or ()}
    gone = [hook["LifecycleHookName"] for hook in dropped(it, name)]
    return [GROUP(it) | {"LifecycleHookName": hook} for hook in gone if hook not in kept]


def notifications(properties: Mapping[str, Any]) -> dict[str, list[str]]:
    """The topics of a group, each with the kinds of notifications that it gets."""
    single = properties.get("NotificationConfiguration")
    listed = [*(properties.get("NotificationConfigurations") or ()), *([single] if single else ())]
    return {as_text(each["TopicARN"]): list(each.get("NotificationTypes") or ()) for each in listed}


def put_notifications(it: ApiResource) -> list[dict[str, Any]]:
    """PutNotificationConfiguration for each topic that is new or has changed."""
    before = notifications(it.old)
    return [
        GROUP(it) | {"TopicARN": topic, "NotificationTypes": kinds}
        for topic, kinds in notifications(it.properties).items()
        if before.get(topic) != kinds
    ]


def dropped_notifications(it: ApiResource) -> list[dict[str, Any]]:
    """DeleteNotificationConfiguration for each topic that an update drops."""
    now = notifications(it.properties)
    return [GROUP(it) | {"TopicARN": topic} for topic in notifications(it.old) if topic not in now]


def metrics(it: ApiResource) -> list[dict[str, Any]]:
    """EnableMetricsCollection; all metrics without a list of them."""
    return [
        GROUP(it) | {"Granularity": each["Granularity"], "Metrics": each.get("Metrics")}
        for each in it.properties.get("MetricsCollection") or ()
    ]


def launch_template(properties: Mapping[str, Any]) -> Any:
    """The launch template of a group, with its version."""
    policy = properties.get("MixedInstancesPolicy") or {}
    return properties.get("LaunchTemplate") or policy.get("LaunchTemplate", {}).get("LaunchTemplateSpecification")


def roles_of_template(it: ApiResource) -> Iterable[str]:
    """The ARNs of the roles that instances get from the launch template, if it is another one than before."""
    template = launch_template(it.properties)
    if not template or template == launch_template(it.old):
        return []
    names = {name: template[name] for name in ("LaunchTemplateId", "LaunchTemplateName") if name in template}
    parameters = {**names, "Versions": [as_text(template.get("Version", "$Default"))]}
    try:
        (version,) = it.ask("DescribeLaunchTemplateVersions", parameters, service="ec2")["LaunchTemplateVersions"]
    except (CallRefused, CallFailed):
        return []  # the call that takes the template says that it does not exist
    return profile_roles(it, version["LaunchTemplateData"].get("IamInstanceProfile"))


NOTIFICATIONS = ("NotificationConfigurations", "NotificationConfiguration")
HOOKS = ("LifecycleHookSpecificationList",)
AUTO_SCALING_GROUP = ApiType(
    "AWS::AutoScaling::AutoScalingGroup",
    "autoscaling",
    create=ApiCall("CreateAutoScalingGroup", new_group, copies=True, renamed=COOLDOWN),
    read=ApiCall("DescribeAutoScalingGroups", lambda it: {"AutoScalingGroupNames": [it["AutoScalingGroupName"]]}),
    shown=inside("AutoScalingGroups.0"),
    attributes=taken(AutoScalingGroupARN="AutoScalingGroupARN"),
    settings=(
        *attached("TargetGroupARNs", "LoadBalancerTargetGroups"),
        *attached("LoadBalancerNames", "LoadBalancers"),
        Setting(HOOKS, ApiCall("DeleteLifecycleHook", dropped_hooks), on_create=False),
        Setting(HOOKS, ApiCall("PutLifecycleHook", hooks), on_create=False),
        Setting(NOTIFICATIONS, ApiCall("DeleteNotificationConfiguration", dropped_notifications), on_create=False),
        Setting(NOTIFICATIONS, ApiCall("PutNotificationConfiguration", put_notifications)),
        Setting(("MetricsCollection",), call("DisableMetricsCollection", "AutoScalingGroupName"), on_create=False),
        Setting(("MetricsCollection",), ApiCall("EnableMetricsCollection", metrics)),
    ),
    update=ApiCall("UpdateAutoScalingGroup", new_group, copies=True, renamed=COOLDOWN),
    delete=(ApiCall("DeleteAutoScalingGroup", lambda it: GROUP(it) | {"ForceDelete": True}),),
    tagging=Tagging(ApiCall("CreateOrUpdateTags"), ApiCall("DeleteTags"), "Tags", keys_in="Tags", more=tag_of_group),
    arn=group_arn,
    also={"delete": ("autoscaling:UpdateAutoScalingGroup",)},
    also_for={
        (step, name): ("ec2:RunInstances",)
        for step in ("create", "update")
        for name in ("LaunchTemplate", "MixedInstancesPolicy")
    },
    in_place=("LaunchConfigurationName", "VPCZoneIdentifier", "LaunchTemplate", "MixedInstancesPolicy"),
    passes=roles_of_template,
    passes_to=INSTANCES,
    modelled=(
        "AvailabilityZoneDistribution",
        "AvailabilityZoneIds",
        "AvailabilityZoneImpairmentPolicy",
        "CapacityReservationSpecification",
        "DeletionProtection",
        "InstanceLifecyclePolicy",
        "SkipZonalShiftValidation",
        "TrafficSources",
    ),
)


def new_configuration(it: ApiResource) -> dict[str, Any]:
    """CreateLaunchConfiguration."""
    monitored = it.properties.get("InstanceMonitoring")
    return {
        "LaunchConfigurationName": it.name,
        "InstanceMonitoring": None if monitored is None else {"Enabled": as_text(monitored) == "true"},
    }


LAUNCH_CONFIGURATION = ApiType(
    "AWS::AutoScaling::LaunchConfiguration",
    "autoscaling",
    create=ApiCall("CreateLaunchConfiguration", new_configuration, copies=True, omitted=("InstanceMonitoring",)),
    read=ApiCall(
        "DescribeLaunchConfigurations", lambda it: {"LaunchConfigurationNames": [it["LaunchConfigurationName"]]}
    ),
    shown=inside("LaunchConfigurations.0"),
    delete=(call("DeleteLaunchConfiguration", "LaunchConfigurationName"),),
    passed_to=INSTANCES,
    passes=lambda it: profile_roles(it, it["IamInstanceProfile"]),
    modelled=("InstanceId", "PlacementTenancy"),
)


def put_policy(it: ApiResource) -> dict[str, Any]:
    """PutScalingPolicy, under a name that stays."""
    return by("PolicyName")(it) if it["PolicyName"] else new_name(it, "PolicyName")


SCALING_POLICY = ApiType(
    "AWS::AutoScaling::ScalingPolicy",
    "autoscaling",
    create=ApiCall("PutScalingPolicy", put_policy, copies=True),
    known=taken(Arn="PolicyARN"),
    identified=ending("Arn", "policyName/", "PolicyName"),
    read=ApiCall("DescribePolicies", lambda it: GROUP(it) | {"PolicyNames": [it["PolicyName"]]}),
    shown=inside("ScalingPolicies.0"),
    update=ApiCall("PutScalingPolicy", put_policy, copies=True),
    delete=(call("DeletePolicy", "AutoScalingGroupName", "PolicyName"),),
    arn=group_arn,
)

HOOK = by("AutoScalingGroupName", "LifecycleHookName")
LIFECYCLE_HOOK = ApiType(
    "AWS::AutoScaling::LifecycleHook",
    "autoscaling",
    create=ApiCall("PutLifecycleHook", HOOK, copies=True),
    read=ApiCall("DescribeLifecycleHooks", lambda it: GROUP(it) | {"LifecycleHookNames": [it["LifecycleHookName"]]}),
    shown=inside("LifecycleHooks.0"),
    update=ApiCall("PutLifecycleHook", HOOK, copies=True),
    delete=(ApiCall("DeleteLifecycleHook", HOOK),),
    arn=group_arn,
    ref="LifecycleHookName",
)


def put_action(it: ApiResource) -> dict[str, Any]:
    """PutScheduledUpdateGroupAction, under a name that stays."""
    return by("ScheduledActionName")(it) if it["ScheduledActionName"] else new_name(it, "ScheduledActionName")


SCHEDULED_ACTION = ApiType(
    "AWS::AutoScaling::ScheduledAction",
    "autoscaling",
    create=ApiCall("PutScheduledUpdateGroupAction", put_action, copies=True),
    read=ApiCall(
        "DescribeScheduledActions", lambda it: GROUP(it) | {"ScheduledActionNames": [it["ScheduledActionName"]]}
    ),
    shown=inside("ScheduledUpdateGroupActions.0"),
    update=ApiCall("PutScheduledUpdateGroupAction", put_action, copies=True),
    delete=(call("DeleteScheduledAction", "AutoScalingGroupName", "ScheduledActionName"),),
    arn=group_arn,
    ref="ScheduledActionName",
)

WARM_POOL = plain(
    "AWS::AutoScaling::WarmPool",
    "autoscaling",
    ("AutoScalingGroupName",),
    create="Put",
    update="Put",
    shown=inside("WarmPoolConfiguration"),
    arn=group_arn,
)


def template_tags(properties: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a launch template itself."""
    return {
        str(tag["Key"]): str(tag["Value"])
        for each in properties.get("TagSpecifications") or ()
        for tag in each.get("Tags") or ()
    }


def retagged(it: ApiResource, before: Mapping[str, Any], after: Mapping[str, Any]) -> Any:
    """The parameters for the tags that one state has and the other has not."""
    were = template_tags(before)
    tags = [{"Key": key, "Value": value} for key, value in template_tags(after).items() if were.get(key) != value]
    return {"Resources": [it["LaunchTemplateId"]], "Tags": tags} if tags else None


LAUNCH_TEMPLATE = replace(
    ec2_type(
        "AWS::EC2::LaunchTemplate",
        "launch-template",
        "LaunchTemplateId",
        create=ApiCall("CreateLaunchTemplate", by("LaunchTemplateName"), copies=True),
        answer=("LaunchTemplate", "LaunchTemplateId"),
        describe=("DescribeLaunchTemplates", "LaunchTemplateIds", "LaunchTemplates"),
        settings=(
            Setting(
                ("LaunchTemplateData", "VersionDescription"),
                ApiCall("CreateLaunchTemplateVersion", by("LaunchTemplateId"), copies=True),
                on_create=False,
            ),
            Setting(
                ("TagSpecifications",),
                ApiCall("DeleteTags", lambda it: retagged(it, it.properties, it.old)),
                on_create=False,
            ),
            Setting(
                ("TagSpecifications",),
                ApiCall("CreateTags", lambda it: retagged(it, it.old, it.properties)),
                on_create=False,
            ),
        ),
        attributes=lambda it, shown: {
            name: str(shown[name]) for name in ("DefaultVersionNumber", "LatestVersionNumber")
        },
        delete=(by_id("DeleteLaunchTemplate", "LaunchTemplateId"),),
        tagged=False,
    ),
    also_for={("create", "TagSpecifications"): ("ec2:CreateTags",)},
)

TYPES = (
    AUTO_SCALING_GROUP,
    LAUNCH_CONFIGURATION,
    SCALING_POLICY,
    LIFECYCLE_HOOK,
    SCHEDULED_ACTION,
    WARM_POOL,
    LAUNCH_TEMPLATE,
)
