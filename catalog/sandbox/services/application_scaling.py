"""Application Auto Scaling: all namespaces and dimensions of its API, tags, and what goes with a target or a policy.

Sources: Application Auto Scaling API reference, RegisterScalableTarget, DeregisterScalableTarget ("deletes the scaling
policies that are associated with it"), PutScalingPolicy (ObjectNotFoundException), TagResource.
"""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling import models, responses
from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeApplicationAutoscalingPolicy
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError

from catalog.sandbox.registry.calls import operation_model

TAGS, PREDICTIVE, PREDICTED = "sandbox_tags", "PredictiveScaling", "PredictiveScalingPolicyConfiguration"
REGISTER, BUILD = ApplicationAutoScalingResponse.register_scalable_target, responses._build_policy
DEREGISTER, PUT = (
    ApplicationAutoscalingBackend.deregister_scalable_target,
    ApplicationAutoscalingBackend.put_scaling_policy,
)


def install() -> None:
    """Replace moto's functions, and add operations."""
    for answer in (register_scalable_target, put_scaling_policy, tag_resource, untag_resource, list_tags_for_resource):
        setattr(ApplicationAutoScalingResponse, answer.__name__, answer)
    setattr(ApplicationAutoScalingResponse, "_validate_params", lambda response: None)  # noqa: B010
    setattr(models, "_target_params_are_valid", target_is_valid)  # noqa: B010  # mypy allows no other form
    setattr(responses, "_build_policy", shown)  # noqa: B010
    setattr(ApplicationAutoscalingBackend, "deregister_scalable_target", deregister)  # noqa: B010
    setattr(ApplicationAutoscalingBackend, "put_scaling_policy", put)  # noqa: B010


def _values(parameter: str) -> list[str]:
    shape: Any = operation_model("application-autoscaling", "RegisterScalableTarget").input_shape
    return list(shape.members[parameter].enum)


def target_is_valid(namespace: str, r_id: str, dimension: str | None) -> bool:
    """Refuse what the API does not have, a dimension of another namespace, and a service of ECS without its cluster."""
    known = namespace in _values("ServiceNamespace") and (
        dimension is None or dimension in _values("ScalableDimension")
    )
    of_cluster = namespace != "ecs" or r_id.count("/") == 2
    if not known or not of_cluster or (dimension is not None and dimension.split(":")[0] != namespace):
        raise AWSValidationException("Unsupported service namespace, resource type or scalable dimension")
    return True


def _target(response: ApplicationAutoScalingResponse) -> Any:
    """The target that a request names; None if it is not registered."""
    targets = response.applicationautoscaling_backend.targets.get(response._get_param("ScalableDimension"), {})
    return targets.get(response._get_param("ResourceId"))


def register_scalable_target(response: ApplicationAutoScalingResponse) -> str:
    """RegisterScalableTarget, with tags."""
    answer = REGISTER(response)
    target, given = _target(response), response._get_param("Tags")
    if given:
        vars(target).setdefault(TAGS, {}).update(given)
    return answer


def deregister(backend: ApplicationAutoscalingBackend, namespace: str, r_id: str, dimension: str) -> None:
    """DeregisterScalableTarget, with its policies and scheduled actions."""
    DEREGISTER(backend, namespace, r_id, dimension)
    for policy in [each for each in backend.policies.values() if _is_of(each, r_id, dimension)]:
        backend.delete_scaling_policy(policy.policy_name, namespace, r_id, dimension)
    backend.scheduled_actions = [each for each in backend.scheduled_actions if not _is_of(each, r_id, dimension)]


def _is_of(part: Any, resource_id: str, dimension: str) -> bool:
    return (part.resource_id, part.scalable_dimension) == (resource_id, dimension)


def put_scaling_policy(response: ApplicationAutoScalingResponse) -> str:
    """PutScalingPolicy, for a target that is registered."""
    names = ("ServiceNamespace", "ResourceId", "ScalableDimension")
    namespace, resource, dimension = (response._get_param(name) for name in names)
    if _target(response) is None:
        raise JsonRESTError(
            "ObjectNotFoundException",
            f"No scalable target registered for service namespace: {namespace}, resource ID: {resource}, scalable "
            f"dimension: {dimension}",
        )
    configurations = ("StepScalingPolicyConfiguration", "TargetTrackingScalingPolicyConfiguration", PREDICTED)
    body: dict[str, Any] = next((given for name in configurations if (given := response._get_param(name))), {})
    policy = response.applicationautoscaling_backend.put_scaling_policy(
        policy_name=response._get_param("PolicyName"),
        service_namespace=namespace,
        resource_id=resource,
        scalable_dimension=dimension,
        policy_type=response._get_param("PolicyType"),
        policy_body=body,
    )
    return json.dumps({"PolicyARN": policy.policy_arn, "Alarms": responses._build_alarms(policy)})


def put(backend: ApplicationAutoscalingBackend, **given: Any) -> FakeApplicationAutoscalingPolicy:
    """A policy, which keeps its ARN and loses its alarms when it changes."""
    key = FakeApplicationAutoscalingPolicy.formulate_key(
        given["service_namespace"], given["resource_id"], given["scalable_dimension"], given["policy_name"]
    )
    before, kind = backend.policies.get(key), given["policy_type"]
    if before is not None:
        before.delete_alarms(backend.account_id, backend.region_name)
    policy = PUT(backend, **{**given, "policy_type": "StepScaling" if kind == PREDICTIVE else kind})
    policy.policy_type = kind or policy.policy_type
    if before is not None:
        policy.policy_arn, policy.creation_time = before.policy_arn, before.creation_time
    return policy


def shown(policy: FakeApplicationAutoscalingPolicy) -> dict[str, Any]:
    """What a policy shows of itself."""
    more = {PREDICTED: policy._policy_body} if policy.policy_type == PREDICTIVE else {}
    return {**BUILD(policy), **more}


def _tagged(response: ApplicationAutoScalingResponse) -> dict[str, str]:
    """The tags of the target with the ARN of the request."""
    arn = response._get_param("ResourceARN")
    for targets in response.applicationautoscaling_backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                tags: dict[str, str] = vars(target).setdefault(TAGS, {})
                return tags
    raise JsonRESTError("ResourceNotFoundException", f"The resource does not exist: {arn}")


def tag_resource(response: ApplicationAutoScalingResponse) -> str:
    """TagResource."""
    _tagged(response).update(response._get_param("Tags"))
    return "{}"


def untag_resource(response: ApplicationAutoScalingResponse) -> str:
    """UntagResource."""
    tags = _tagged(response)
    for key in response._get_param("TagKeys"):
        tags.pop(key, None)
    return "{}"


def list_tags_for_resource(response: ApplicationAutoScalingResponse) -> str:
    """ListTagsForResource."""
    return json.dumps({"Tags": _tagged(response)})
