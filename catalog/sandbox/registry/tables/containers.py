"""Task definitions, services, task sets and capacity providers of ECS.

No container runs: a service has its settings and its desired count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import by, ending, inside, plain, regional, taken
from catalog.sandbox.registry.shaping import copied

ENDED = ("INACTIVE", "DRAINING")


def tagging(name: str) -> Tagging:
    """The calls that tag a resource, by its ARN."""

    def tagged(subject: ApiResource) -> dict[str, Any]:
        return {"resourceArn": subject[name]}

    tag, untag = ApiCall("TagResource", tagged), ApiCall("UntagResource", tagged)
    return Tagging(tag, untag, "tags", tags_in="tags", keys_in="tagKeys")


def definition(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the task definition."""
    return {"taskDefinition": subject["TaskDefinitionArn"]}


def active(_: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The task definition, unless it is deregistered."""
    each = answer.get("taskDefinition") or {}
    return None if each.get("status") in ENDED else each


TASK_DEFINITION = ApiType(
    "AWS::ECS::TaskDefinition",
    "ecs",
    create=ApiCall(
        "RegisterTaskDefinition",
        lambda it: {"family": it.name},
        copies=True,
        renamed={"ProxyConfiguration.ProxyConfigurationProperties": "properties"},
    ),
    known=lambda it, answer: {"TaskDefinitionArn": answer["taskDefinition"]["taskDefinitionArn"]},
    read=ApiCall("DescribeTaskDefinition", definition),
    shown=active,
    delete=(ApiCall("DeregisterTaskDefinition", definition),),
    tagging=tagging("TaskDefinitionArn"),
    passed_to="ecs-tasks.amazonaws.com",
    arn=lambda it: str(it["TaskDefinitionArn"] or regional(it, "ecs", f"task-definition/{it.name}:*")),
    modelled=("EnableFaultInjection", "InferenceAccelerators"),
)


def service(subject: ApiResource) -> dict[str, Any]:
    """The cluster and the name of the service."""
    return {"cluster": subject.text("Cluster", "default"), "service": subject["ServiceName"]}


def network(subject: ApiResource) -> dict[str, Any]:
    """The network of a service. moto wants security groups, for which AWS takes those of the VPC."""
    given = subject.at("NetworkConfiguration.AwsvpcConfiguration")
    if not isinstance(given, Mapping):
        return {}
    shape = operation_model("ecs", "CreateService").input_shape
    whole = {"NetworkConfiguration": {"AwsvpcConfiguration": {"SecurityGroups": [], **given}}}
    return copied(whole, shape, {})


def running(_: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The service without its task sets, unless it has been deleted."""
    each = next(iter(answer.get("services", ())), None)
    if each is None or each.get("status") in ENDED:
        return None
    return {name: value for name, value in each.items() if name != "taskSets"}


def service_arn(subject: ApiResource) -> str:
    """The ARN of a service, also before it exists."""
    cluster = subject.text("Cluster", "default").rpartition("/")[2]
    return regional(subject, "ecs", f"service/{cluster}/{subject.name}")


SERVICE = ApiType(
    "AWS::ECS::Service",
    "ecs",
    create=ApiCall(
        "CreateService",
        lambda it: {"serviceName": it.name, "cluster": it.text("Cluster", "default"), **network(it)},
        copies=True,
    ),
    known=lambda it, answer: {"ServiceArn": answer["service"]["serviceArn"], "Name": it.name},
    identified=ending("ServiceArn", "/", "ServiceName", "Name"),
    read=ApiCall("DescribeServices", lambda it: {"cluster": service(it)["cluster"], "services": [it["ServiceName"]]}),
    shown=running,
    ref="ServiceArn",
    update=ApiCall("UpdateService", lambda it: service(it) | network(it), copies=True),
    delete=(ApiCall("DeleteService", lambda it: service(it) | {"force": True}),),
    tagging=tagging("ServiceArn"),
    arn=service_arn,
    keys=lambda it: {"ecs:cluster": regional(it, "ecs", f"cluster/{it.text('Cluster', 'default').rpartition('/')[2]}")},
    modelled=(
        "ForceNewDeployment",
        "PlacementStrategies",
    ),
)

TASK_SET_ID = by(cluster="Cluster", service="Service", taskSet="Id")


def task_set_arn(it: ApiResource) -> str:
    """The ARN of a task set, also before it exists."""
    names = "/".join(it.text(name).rpartition("/")[2] for name in ("Cluster", "Service"))
    return regional(it, "ecs", f"task-set/{names}/{it['Id'] or '*'}")


TASK_SET = ApiType(
    "AWS::ECS::TaskSet",
    "ecs",
    create=ApiCall("CreateTaskSet", network, copies=True),
    known=taken(Id="taskSet.id", TaskSetArn="taskSet.taskSetArn"),
    read=ApiCall(
        "DescribeTaskSets", lambda it: {"cluster": it["Cluster"], "service": it["Service"], "taskSets": [it["Id"]]}
    ),
    shown=inside("taskSets.0"),
    attributes=taken(TaskSetArn="taskSetArn"),
    update=ApiCall("UpdateTaskSet", TASK_SET_ID, copies=True),
    delete=(ApiCall("DeleteTaskSet", lambda it: TASK_SET_ID(it) | {"force": True}),),
    tagging=tagging("TaskSetArn"),
    arn=task_set_arn,
)


def provider_arn(it: ApiResource) -> str:
    """The ARN of a capacity provider."""
    return regional(it, "ecs", f"capacity-provider/{it['Name']}")


def provider(it: ApiResource) -> dict[str, Any]:
    """The cluster of a capacity provider whose instances ECS manages."""
    return {"cluster": it["ClusterName"]}


CAPACITY_PROVIDER = plain(
    "AWS::ECS::CapacityProvider",
    "ecs",
    ("Name",),
    create=ApiCall("CreateCapacityProvider", provider, copies=True, identity=("Name",)),
    read=ApiCall("DescribeCapacityProviders", lambda it: {"capacityProviders": [it["Name"]]}),
    shown=inside("capacityProviders.0"),
    update=ApiCall("UpdateCapacityProvider", provider, copies=True, identity=("Name",)),
    delete=(ApiCall("DeleteCapacityProvider", lambda it: {"capacityProvider": it["Name"], **provider(it)}),),
    tagging=Tagging(
        ApiCall("TagResource", lambda it: {"resourceArn": provider_arn(it)}),
        ApiCall("UntagResource", lambda it: {"resourceArn": provider_arn(it)}),
        "tags",
        tags_in="tags",
        keys_in="tagKeys",
    ),
    arn=provider_arn,
    # ECS tags the group when it manages its scaling (ECS developer guide, "Auto Scaling group capacity providers").
    also_for={("create", "AutoScalingGroupProvider.ManagedScaling"): ("autoscaling:CreateOrUpdateTags",)},
    modelled=tuple(
        f"ManagedInstancesProvider.InstanceLaunchTemplate.{name}" for name in ("CapacityOptionType", "FipsEnabled")
    ),
)

TYPES = (TASK_DEFINITION, SERVICE, TASK_SET, CAPACITY_PROVIDER)
