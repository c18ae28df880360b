"""Auto Scaling: what moto's groups leave out of what they are given, and what a deletion leaves behind.

Sources: Amazon EC2 Auto Scaling API reference, CreateAutoScalingGroup, DeleteAutoScalingGroup ("deletes the policies",
instances with ForceDelete), EnableMetricsCollection ("If you omit this property, all metrics are enabled"),
PutNotificationConfiguration, PutLifecycleHook. The words for a wrong capacity: banzaicloud/pipeline#3017.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, InstanceState
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from catalog.sandbox.services.launch_templates import VERSION, disks

GROUPS, TOPICS, REGISTERED = "sandbox_groups", "sandbox_topics", "sandbox_registered"
KEPT = {
    "CapacityRebalance": "capacity_rebalance",
    "Context": "context",
    "DefaultCooldown": "default_cooldown",
    "DefaultInstanceWarmup": "default_instance_warmup",
    "DesiredCapacityType": "desired_capacity_type",
    "InstanceMaintenancePolicy": "instance_maintenance_policy",
    "MaxInstanceLifetime": "max_instance_lifetime",
    "PlacementGroup": "placement_group",
    "ServiceLinkedRoleARN": "service_linked_role_arn",
    "TerminationPolicies": "termination_policies",
}
"""Parameter → attribute, for what moto keeps after a creation alone, or never."""
METRICS = [
    f"Group{name}"
    for name in (
        *("MinSize", "MaxSize", "DesiredCapacity", "InServiceInstances", "PendingInstances", "StandbyInstances"),
        *("TerminatingInstances", "TotalInstances", "InServiceCapacity", "PendingCapacity", "StandbyCapacity"),
        *("TerminatingCapacity", "TotalCapacity"),
    )
]
CREATE, UPDATE = AutoScalingResponse.create_auto_scaling_group, AutoScalingResponse.update_auto_scaling_group
CAPACITY, DELETE = FakeAutoScalingGroup.set_desired_capacity, AutoScalingBackend.delete_auto_scaling_group
PUT_POLICY, PUT_ACTION = AutoScalingResponse.put_scaling_policy, AutoScalingResponse.put_scheduled_update_group_action
PUT_POOL, DESCRIBE_POOL = AutoScalingResponse.put_warm_pool, AutoScalingResponse.describe_warm_pool
VERSIONS = re.compile(r"\$Latest|\$Default|\d+", re.IGNORECASE)
REGISTER, LAUNCH = (
    AutoScalingBackend.update_attached_target_groups,
    FakeAutoScalingGroup.replace_autoscaling_group_instances,
)


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    for answer in (
        create_auto_scaling_group,
        update_auto_scaling_group,
        put_lifecycle_hook,
        put_scaling_policy,
        put_scheduled_update_group_action,
        put_warm_pool,
        describe_warm_pool,
        enable_metrics_collection,
        disable_metrics_collection,
        put_notification_configuration,
        delete_notification_configuration,
        describe_notification_configurations,
    ):
        setattr(AutoScalingResponse, answer.__name__, answer)
    setattr(AutoScalingBackend, "delete_auto_scaling_group", delete)  # noqa: B010  # mypy allows no other form
    setattr(AutoScalingBackend, "update_attached_target_groups", register)  # noqa: B010
    setattr(FakeAutoScalingGroup, "set_desired_capacity", set_capacity)  # noqa: B010
    setattr(FakeAutoScalingGroup, "replace_autoscaling_group_instances", launch)  # noqa: B010
    setattr(InstanceState, "launch_template", property(launched_from))  # noqa: B010


def group(response: AutoScalingResponse) -> FakeAutoScalingGroup:
    """The group that a request names; raises AWS's error."""
    name = response._get_param("AutoScalingGroupName")
    existing = response.autoscaling_backend.autoscaling_groups.get(name)
    if existing is None:
        raise ValidationError(f"AutoScalingGroup name not found - null: {name}")
    return existing


def check_bounds(response: AutoScalingResponse, existing: FakeAutoScalingGroup | None = None) -> None:
    """Refuse sizes that do not fit each other, and a launch configuration that does not exist."""
    given = (response._get_param(name) for name in ("MinSize", "MaxSize", "DesiredCapacity"))
    smallest, largest, desired = (None if value is None else int(value) for value in given)
    if existing:
        smallest = existing.min_size if smallest is None else smallest
        largest = existing.max_size if largest is None else largest
    if smallest is not None and largest is not None:
        if largest < smallest:
            raise ValidationError(f"Max bound, {largest}, must be greater than or equal to min bound, {smallest}")
        if desired is not None and not smallest <= desired <= largest:
            raise ValidationError(
                f"Desired capacity:{desired} must be between the specified min size:{smallest} and max size:{largest}"
            )
    versions = [(response._get_param("LaunchTemplate") or {}).get("Version"), *_mixed_versions(response)]
    if any(version and not VERSIONS.fullmatch(str(version)) for version in versions):
        raise ValidationError(
            "Invalid launch template version: either '$Default', '$Latest', or a numeric version are allowed."
        )
    name = response._get_param("LaunchConfigurationName")
    if name and name not in response.autoscaling_backend.launch_configurations:
        raise ValidationError(f"Launch configuration name not found - Launch configuration {name} not found")


def _mixed_versions(response: AutoScalingResponse) -> list[Any]:
    template = (response._get_param("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
    return [(template.get("LaunchTemplateSpecification") or {}).get("Version")]


def create_auto_scaling_group(response: AutoScalingResponse) -> ActionResult:
    """CreateAutoScalingGroup, with lifecycle hooks."""
    check_bounds(response)
    answer = CREATE(response)
    _keep(response)
    for hook in response._get_param("LifecycleHookSpecificationList") or []:
        _put_hook(response, hook)
    return answer


def update_auto_scaling_group(response: AutoScalingResponse) -> ActionResult:
    """UpdateAutoScalingGroup; a group has a launch template or a launch configuration, never both."""
    target = group(response)
    check_bounds(response, target)
    policy = target.mixed_instances_policy
    answer = UPDATE(response)
    _keep(response)
    if response._get_param("LaunchConfigurationName"):
        target.ec2_launch_template = None
    elif response._get_param("LaunchTemplate") or response._get_param("MixedInstancesPolicy"):
        target.launch_config = target.launch_configuration_name = None  # type: ignore[assignment]  # as moto begins
    else:
        target.mixed_instances_policy = policy
    return answer


def _keep(response: AutoScalingResponse) -> None:
    target = group(response)
    for parameter, attribute in KEPT.items():
        value = response._get_param(parameter)
        if value is not None:
            setattr(target, attribute, value)


def put_lifecycle_hook(response: AutoScalingResponse) -> ActionResult:
    """PutLifecycleHook."""
    group(response)
    _put_hook(response, response._get_params())
    return EmptyResult()


def _put_hook(response: AutoScalingResponse, given: dict[str, Any]) -> None:
    target = group(response)
    timeout = given.get("HeartbeatTimeout")
    hook = response.autoscaling_backend.create_lifecycle_hook(
        given["LifecycleHookName"],
        target.name,
        given["LifecycleTransition"],
        None if timeout is None else int(timeout),
        given["DefaultResult"] if given.get("DefaultResult") else "ABANDON",
    )
    more = {"role_arn": "RoleARN", "notification_target_arn": "NotificationTargetARN"}
    for attribute, parameter in {**more, "notification_metadata": "NotificationMetadata"}.items():
        setattr(hook, attribute, given.get(parameter))
    hook.global_timeout = min(172_800, 100 * hook.heartbeat_timeout)


def put_scaling_policy(response: AutoScalingResponse) -> ActionResult:
    """PutScalingPolicy for a group that exists; moto answers with a name that no client reads."""
    group(response)
    PUT_POLICY(response)
    policy = response.autoscaling_backend.policies[response._get_param("PolicyName")]
    return ActionResult({"PolicyARN": policy.arn})


def put_scheduled_update_group_action(response: AutoScalingResponse) -> ActionResult:
    """PutScheduledUpdateGroupAction for a group that exists."""
    group(response)
    return PUT_ACTION(response)


def put_warm_pool(response: AutoScalingResponse) -> ActionResult:
    """PutWarmPool for a group that exists."""
    group(response)
    return PUT_POOL(response)


def describe_warm_pool(response: AutoScalingResponse) -> ActionResult:
    """DescribeWarmPool for a group that exists."""
    group(response)
    return DESCRIBE_POOL(response)


def enable_metrics_collection(response: AutoScalingResponse) -> ActionResult:
    """EnableMetricsCollection: these metrics too, or all."""
    target, wanted = group(response), response._get_param("Metrics") or METRICS
    target.metrics = [*target.metrics, *(name for name in wanted if name not in target.metrics)]
    return EmptyResult()


def disable_metrics_collection(response: AutoScalingResponse) -> ActionResult:
    """DisableMetricsCollection: these metrics, or all."""
    target, unwanted = group(response), response._get_param("Metrics")
    target.metrics = [name for name in target.metrics if unwanted and name not in unwanted]
    return EmptyResult()


def _topics(target: FakeAutoScalingGroup) -> dict[str, list[str]]:
    topics: dict[str, list[str]] = vars(target).setdefault(TOPICS, {})
    return topics


def put_notification_configuration(response: AutoScalingResponse) -> ActionResult:
    """PutNotificationConfiguration."""
    _topics(group(response))[response._get_param("TopicARN")] = response._get_param("NotificationTypes") or []
    return EmptyResult()


def delete_notification_configuration(response: AutoScalingResponse) -> ActionResult:
    """DeleteNotificationConfiguration."""
    _topics(group(response)).pop(response._get_param("TopicARN"), None)
    return EmptyResult()


def describe_notification_configurations(response: AutoScalingResponse) -> ActionResult:
    """DescribeNotificationConfigurations: one member for each topic and kind of notification."""
    listed = [
        {"AutoScalingGroupName": target.name, "TopicARN": topic, "NotificationType": kind}
        for target in response.autoscaling_backend.describe_auto_scaling_groups(
            response._get_param("AutoScalingGroupNames") or []
        )
        for topic, kinds in _topics(target).items()
        for kind in kinds
    ]
    return ActionResult({"NotificationConfigurations": listed})


def delete(backend: AutoScalingBackend, group_name: str) -> None:
    """Delete a group with its instances, also those that are protected, and with all that belongs to it."""
    target = backend.autoscaling_groups.get(group_name)
    for state in target.instance_states if target else ():
        state.protected_from_scale_in = False
    DELETE(backend, group_name)
    for owned in (backend.policies, backend.scheduled_actions, backend.lifecycle_hooks):
        for key in [key for key, value in owned.items() if value.auto_scaling_group_name == group_name]:
            del owned[key]


def register(backend: AutoScalingBackend, group_name: str) -> None:
    """Register the instances of a group with its target groups, and deregister those that it has no more."""
    target = backend.autoscaling_groups[group_name]
    now = {state.instance.id for state in target.instance_states}
    gone = vars(target).get(REGISTERED, set()) - now
    for arn in target.target_group_arns if gone else ():
        backend.elbv2_backend.deregister_targets(arn, [{"Id": name} for name in sorted(gone)])
    setattr(target, REGISTERED, now)
    REGISTER(backend, group_name)


def set_capacity(target: FakeAutoScalingGroup, new_capacity: int | None) -> None:
    """Launch or end instances until the group has its capacity; moto loses one that Spot and On-Demand share."""
    policy = target.mixed_instances_policy
    if not policy:
        CAPACITY(target, new_capacity)
        return
    target.mixed_instances_policy = {**policy, "InstancesDistribution": {}}
    try:
        CAPACITY(target, new_capacity)
    finally:
        target.mixed_instances_policy = policy


def launch(target: FakeAutoScalingGroup, count_needed: int, propagated_tags: dict[str, str]) -> None:
    """Launch instances from the version of the launch template that the group names, not from its default."""
    token, configuration = VERSION.set(target.launch_template_version if target.ec2_launch_template else None), None
    if target.launch_config and target.launch_config.block_device_mapping_dict:
        configuration, target.launch_config = target.launch_config, copy.copy(target.launch_config)
        target.launch_config.block_device_mapping_dict = disks(configuration.block_device_mapping_dict)
    try:
        LAUNCH(target, count_needed, propagated_tags)
    finally:
        VERSION.reset(token)
        target.launch_config = configuration or target.launch_config


def launched_from(state: InstanceState) -> dict[str, Any] | None:
    """The launch template of an instance, with the version that it was launched from."""
    tags = {tag["key"]: tag["value"] for tag in state.instance.get_tags()}
    source = state.instance.ec2_backend.launch_templates.get(tags.get("aws:ec2launchtemplate:id"))
    if source is None:
        return None
    version = tags["aws:ec2launchtemplate:version"]
    return {"LaunchTemplateId": source.id, "LaunchTemplateName": source.name, "Version": version}
