"""Compute environments, job queues and job definitions of Batch. No job runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import ending, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.tables.forms import profile_roles

DISABLED = {"state": "DISABLED"}


def batch_arn(kind: str, last: str) -> Any:
    """The ARN of a kind of Batch."""
    return lambda it: str(it[f"{last}Arn"] or regional(it, "batch", f"{kind}/{it[f'{last}Name']}"))


def listed(parameter: str, value: str) -> Any:
    """The parameter of an operation that lists, with one ARN."""
    return lambda it: {parameter: [it[value]]}


def environment(it: ApiResource) -> dict[str, Any]:
    """The environment of a change."""
    return {"computeEnvironment": it["ComputeEnvironmentArn"]}


def passed_roles(it: ApiResource) -> Iterator[tuple[str, str]]:
    """New roles, each to its service (Service Authorization Reference, CreateComputeEnvironment)."""
    machines, before = (each.get("ComputeResources") or {} for each in (it.properties, it.old))
    for role, old, service in (
        (it["ServiceRole"], it.old.get("ServiceRole"), "batch"),
        (machines.get("SpotIamFleetRole"), before.get("SpotIamFleetRole"), "spotfleet"),
    ):
        if role != old and str(role or "").startswith("arn:"):
            yield str(role), f"{service}.amazonaws.com"
    profile = machines.get("InstanceRole")
    if profile != before.get("InstanceRole"):
        yield from ((arn, "ec2.amazonaws.com") for arn in profile_roles(it, profile))


ENVIRONMENT = plain(
    "AWS::Batch::ComputeEnvironment",
    "batch",
    (),
    create=ApiCall("CreateComputeEnvironment", copies=True, identity=("ComputeEnvironmentName",)),
    known=taken(ComputeEnvironmentArn="computeEnvironmentArn"),
    identified=ending("ComputeEnvironmentArn", "/", "ComputeEnvironmentName"),
    read=ApiCall("DescribeComputeEnvironments", listed("computeEnvironments", "ComputeEnvironmentArn")),
    shown=inside("computeEnvironments.0"),
    update=ApiCall(
        "UpdateComputeEnvironment", lambda it: {**environment(it), "state": it.text("State", "ENABLED")}, copies=True
    ),
    delete=(
        ApiCall("UpdateComputeEnvironment", lambda it: {**environment(it), **DISABLED}),
        ApiCall("DeleteComputeEnvironment", environment),
    ),
    tagging=tagged("resourceArn", "ComputeEnvironmentArn", "tags"),
    arn=batch_arn("compute-environment", "ComputeEnvironment"),
    passes=passed_roles,
    in_place_by=lambda properties: str(properties.get("ReplaceComputeEnvironment", True)).lower() == "false",
    modelled=("ReplaceComputeEnvironment",),
)


def queue(it: ApiResource) -> dict[str, Any]:
    """The queue of a change."""
    return {"jobQueue": it["JobQueueArn"]}


QUEUE = plain(
    "AWS::Batch::JobQueue",
    "batch",
    (),
    create=ApiCall("CreateJobQueue", copies=True, identity=("JobQueueName",)),
    known=taken(JobQueueArn="jobQueueArn"),
    identified=ending("JobQueueArn", "/", "JobQueueName"),
    read=ApiCall("DescribeJobQueues", listed("jobQueues", "JobQueueArn")),
    shown=inside("jobQueues.0"),
    update=ApiCall("UpdateJobQueue", lambda it: {**queue(it), "state": it.text("State", "ENABLED")}, copies=True),
    delete=(
        ApiCall("UpdateJobQueue", lambda it: {**queue(it), **DISABLED}),
        ApiCall("DeleteJobQueue", queue),
    ),
    tagging=tagged("resourceArn", "JobQueueArn", "tags"),
    arn=batch_arn("job-queue", "JobQueue"),
)


def last_revision(it: ApiResource, answer: Any) -> Any:
    """The last revision of a definition that is active."""
    return max(answer["jobDefinitions"], key=lambda each: int(each["revision"]), default=None)


def replaced_revision(it: ApiResource) -> dict[str, Any] | None:
    """DeregisterJobDefinition for the revision before, unless the template wants to keep it."""
    kept = str(it.at("ResourceRetentionPolicy.SkipDeregisterOnUpdate")).lower() == "true"
    return None if kept else {"jobDefinition": it["JobDefinitionArn"]}


def active_revisions(it: ApiResource) -> list[dict[str, Any]]:
    """DeregisterJobDefinition for all revisions that are active [assumed: those that updates have kept go too]."""
    listed = it.ask("DescribeJobDefinitions", {"jobDefinitionName": it["JobDefinitionName"], "status": "ACTIVE"})
    return [{"jobDefinition": each["jobDefinitionArn"]} for each in listed["jobDefinitions"]]


NAME = ("JobDefinitionName",)
ALL = (
    *("ConsumableResourceProperties", "ContainerProperties", "EcsProperties", "EksProperties", "NodeProperties"),
    *("Parameters", "PlatformCapabilities", "PropagateTags", "RetryStrategy", "SchedulingPriority", "Timeout", "Type"),
)
REGISTER = ApiCall("RegisterJobDefinition", copies=True, identity=NAME)
DEFINITION = plain(
    "AWS::Batch::JobDefinition",
    "batch",
    NAME,
    create=REGISTER,
    known=taken(JobDefinitionArn="jobDefinitionArn"),
    read=ApiCall("DescribeJobDefinitions", lambda it: {"status": "ACTIVE"}, identity=NAME),
    shown=last_revision,
    attributes=taken(JobDefinitionArn="jobDefinitionArn"),
    settings=(
        Setting(
            ALL,
            ApiCall("RegisterJobDefinition", lambda it: {"tags": dict(it.tags)}, copies=True, identity=NAME),
            on_create=False,
        ),
        Setting(ALL, ApiCall("DeregisterJobDefinition", replaced_revision), on_create=False),
    ),
    update=None,
    delete=(ApiCall("DeregisterJobDefinition", active_revisions),),
    tagging=tagged("resourceArn", "JobDefinitionArn", "tags"),
    arn=lambda it: str(it["JobDefinitionArn"] or regional(it, "batch", f"job-definition/{it['JobDefinitionName']}:*")),
    passed_to="ecs-tasks.amazonaws.com",
    modelled=("ResourceRetentionPolicy",),
)

TYPES = (ENVIRONMENT, QUEUE, DEFINITION)
