"""ECS: task sets, of which moto starts tasks, and capacity providers, which ECS checks and moto does not.

An ARN of a task definition may lack its revision.

Sources: ECS API reference, CreateTaskSet, CreateCapacityProvider, UpdateCapacityProvider, CreateService
(taskDefinition); aws/containers-roadmap issue 653 (the words about termination protection; those about a group that
does not exist are assumed); for a wrong revision, errors of CodeDeploy with ECS.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import EcsClientException, InvalidParameterException
from moto.ecs.models import CapacityProvider, EC2ContainerServiceBackend, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse

CREATE_SET = EC2ContainerServiceBackend.create_task_set
DEFINITION = EC2ContainerServiceBackend.describe_task_definition
CREATE, UPDATE = (
    EC2ContainerServiceResponse.create_capacity_provider,
    EC2ContainerServiceResponse.update_capacity_provider,
)


UNPROTECTED = (
    "The managed termination protection setting for the capacity provider is invalid. To enable managed termination "
    "protection for a capacity provider, the Auto Scaling group must have instance protection from scale in enabled."
)


def install() -> None:
    """Replace moto's operations."""
    for method in (create_task_set, describe_task_definition):
        setattr(EC2ContainerServiceBackend, method.__name__, method)
    for answer in (create_capacity_provider, update_capacity_provider):
        setattr(EC2ContainerServiceResponse, answer.__name__, answer)


def describe_task_definition(backend: EC2ContainerServiceBackend, task_definition_str: str) -> TaskDefinition:
    """The task definition with an ARN or a name; without a revision the latest one."""
    name = task_definition_str.rpartition("/")[2] if task_definition_str.startswith("arn:") else task_definition_str
    _, colon, revision = name.partition(":")
    if colon and not revision.isdecimal():
        raise InvalidParameterException(f"Invalid revision number. Number: {revision}")
    return DEFINITION(backend, name)


def create_task_set(backend: Any, *given: Any, scale: dict[str, Any] | None = None, **more: Any) -> Any:
    """CreateTaskSet with its scale. No task runs, as in a service."""
    task_set = CREATE_SET(backend, *given, **more)
    task_set.scale = scale or task_set.scale
    return task_set


def create_capacity_provider(response: EC2ContainerServiceResponse) -> ActionResult:
    """CreateCapacityProvider, with a group or with instances that ECS manages."""
    given = response._get_param("autoScalingGroupProvider")
    if given:
        _check(response, given["autoScalingGroupArn"], given)
        return CREATE(response)
    name, tags = response._get_param("name"), response._get_param("tags")
    provider = response.ecs_backend.create_capacity_provider(name, {}, tags)
    return _managed(response, provider)


def update_capacity_provider(response: EC2ContainerServiceResponse) -> ActionResult:
    """UpdateCapacityProvider, with the draining of a group, or with instances that ECS manages."""
    given = response._get_param("autoScalingGroupProvider")
    provider: Any = response.ecs_backend._get_provider(response._get_param("name"))
    if not given:
        return _managed(response, provider)
    _check(response, provider.auto_scaling_group_provider["autoScalingGroupArn"], given)
    if given.get("managedDraining"):
        provider.auto_scaling_group_provider["managedDraining"] = given["managedDraining"]
    return UPDATE(response)


def _check(response: EC2ContainerServiceResponse, group: str, given: dict[str, Any]) -> None:
    """Refuse a group that does not exist, and one whose instances are not protected where ECS shall protect them."""
    from moto.autoscaling.models import autoscaling_backends  # a sandbox that has no such provider need not import it

    groups = autoscaling_backends[response.current_account][response.region].autoscaling_groups
    named = groups.get(group.rpartition("/")[2])
    if named is None:
        raise EcsClientException(
            "The specified Auto Scaling group does not exist. Specify a valid Auto Scaling group and try again."
        )
    if given.get("managedTerminationProtection") == "ENABLED" and not named.new_instances_protected_from_scale_in:
        raise EcsClientException(UNPROTECTED)


def _managed(response: EC2ContainerServiceResponse, provider: CapacityProvider) -> ActionResult:
    """A provider of instances that ECS manages, in its answer."""
    setattr(provider, "auto_scaling_group_provider", None)  # noqa: B010  # mypy allows no other form
    setattr(provider, "managed_instances_provider", response._get_param("managedInstancesProvider"))  # noqa: B010
    setattr(provider, "cluster", response._get_param("cluster"))  # noqa: B010
    return ActionResult({"capacityProvider": provider})
