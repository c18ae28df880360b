"""Batch: environments and queues keep all that they are given, revisions of a job definition stand alone.

Source: Batch API reference, CreateComputeEnvironment (serviceRole, computeResources), UpdateComputeEnvironment,
CreateJobQueue, RegisterJobDefinition ("each revision"). The words for an environment that a queue uses are those of
comments in terraform-provider-aws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.batch.exceptions import ClientException
from moto.batch.models import BatchBackend, ComputeEnvironment, JobDefinition, JobQueue
from moto.batch.responses import BatchResponse

from catalog.sandbox.services.keeping import complete, keep, kept

NEEDED = {"minvCpus": 0, "securityGroupIds": [], "instanceTypes": ["optimal"], "ec2KeyPair": None}
"""What moto reads of the resources of an environment, though it may be left out."""
LINKED = "batch.amazonaws.com"
CREATE, UPDATE = BatchBackend.create_compute_environment, BatchBackend.update_compute_environment
DELETE, DESCRIBE = BatchBackend.delete_compute_environment, BatchBackend.describe_compute_environments
CREATE_QUEUE, UPDATE_QUEUE, DELETE_QUEUE = (
    getattr(BatchBackend, f"{verb}_job_queue") for verb in ("create", "update", "delete")
)
CHECK_RESOURCES, CHECK_DEFINITION = BatchBackend._validate_compute_resources, JobDefinition._validate
ENVIRONMENT = ("context", "ecsSettings", "eksConfiguration", "unmanagedvCpus", "updatePolicy")
QUEUE = ("jobQueueType", "jobStateTimeLimitActions", "serviceEnvironmentOrder")
DEFINITION = ("consumableResourceProperties", "ecsProperties", "nodeProperties", "schedulingPriority")
"""What moto leaves out of each."""
ANSWERS = {
    "createcomputeenvironment": ("computeEnvironmentName", "get_compute_environment", ENVIRONMENT),
    "updatecomputeenvironment": ("computeEnvironment", "get_compute_environment", ENVIRONMENT),
    "createjobqueue": ("jobQueueName", "get_job_queue", QUEUE),
    "updatejobqueue": ("jobQueue", "get_job_queue", QUEUE),
    "registerjobdefinition": ("jobDefinitionName", "get_job_definition", DEFINITION),
}
"""Operation → the parameter that names its subject, the method that finds it, and what it keeps besides."""


def install() -> None:
    """Replace moto's methods."""
    for method in (
        create_compute_environment,
        update_compute_environment,
        delete_compute_environment,
        describe_compute_environments,
        _validate_compute_resources,
        create_job_queue,
        update_job_queue,
        delete_job_queue,
        register_job_definition,
    ):
        setattr(BatchBackend, method.__name__, method)
    for operation in ANSWERS:
        setattr(BatchResponse, operation, keeping(operation))
    setattr(JobDefinition, "_validate", _validate)  # noqa: B010  # mypy allows no other form
    for kind in (JobDefinition, JobQueue):
        complete(kind, "describe")


def keeping(operation: str) -> Any:
    """An operation that keeps what moto leaves out."""
    answer, (name, find, more) = getattr(BatchResponse, operation), ANSWERS[operation]

    def answered(response: BatchResponse) -> Any:
        result = answer(response)
        given = {member: response._get_param(member) for member in more}
        subject = getattr(response.batch_backend, find)(response._get_param(name))
        keep(subject, {member: value for member, value in given.items() if value is not None})
        return result

    return answered


# Compute environments


def create_compute_environment(backend: BatchBackend, **given: Any) -> ComputeEnvironment:
    """CreateComputeEnvironment; without a service role it has the one that is linked to Batch.

    Types and states may be in lower case, as the CDK writes them.
    """
    resources = given["compute_resources"]
    if resources is not None:
        resources = {**resources, "type": str(resources["type"]).upper()}
        needed = {**NEEDED, **resources}
        needed["instanceTypes"] = [_instance_type(each) for each in needed["instanceTypes"]]
        given["compute_resources"] = needed
    given["_type"], given["state"] = given["_type"].upper(), (given["state"] or "ENABLED").upper()
    given["service_role"] = _service_role(backend, given["service_role"])
    environment = CREATE(backend, **given)
    environment.compute_resources = resources
    return environment


def _instance_type(name: str) -> str:
    """An instance type that moto knows: Batch has others that it chooses itself from (`default_x86_64`)."""
    return "optimal" if name.startswith("default_") else name


def _service_role(backend: BatchBackend, given: str | None) -> str:
    """The ARN of a service role, which may be named (API reference, serviceRole), or of the one linked to Batch."""
    if not given or f":role/aws-service-role/{LINKED}/" in given:
        return _linked_role(backend)
    named = (
        each.arn for each in backend.iam_backend.get_roles() if given in (each.name, f"{each.path[1:]}{each.name}")
    )
    return next(named, given)


def _linked_role(backend: BatchBackend) -> str:
    """The ARN of the role that is linked to Batch, which is made when it is first needed."""
    roles = backend.iam_backend.get_roles()
    existing = next((each for each in roles if each.path == f"/aws-service-role/{LINKED}/"), None)
    return (existing or backend.iam_backend.create_service_linked_role(LINKED, "", "")).arn


def _validate_compute_resources(backend: BatchBackend, resources: Mapping[str, Any]) -> None:
    """Refuse what does not exist; the groups of a launch template are not looked for."""
    if resources["securityGroupIds"] or "launchTemplate" not in resources:
        CHECK_RESOURCES(backend, dict(resources))


def update_compute_environment(backend: BatchBackend, **given: Any) -> tuple[str, str]:
    """UpdateComputeEnvironment: the members that are given change."""
    environment = backend.get_compute_environment(given["compute_environment_name"])
    if environment is None:
        raise ClientException(f"{given['compute_environment_name']} does not exist")
    if given["service_role"] is not None:
        given["service_role"] = _service_role(backend, given["service_role"])
    answer = UPDATE(backend, **{**given, "state": given["state"] and given["state"].upper()})
    if given["compute_resources"] is not None:
        environment.compute_resources = {**(environment.compute_resources or {}), **given["compute_resources"]}
    return answer


def describe_compute_environments(backend: BatchBackend, environments: Any = None) -> list[dict[str, Any]]:
    """DescribeComputeEnvironments, with all that is kept."""
    return [
        {**shown, **kept(backend.get_compute_environment(shown["computeEnvironmentArn"]))}
        for shown in DESCRIBE(backend, environments)
    ]


def delete_compute_environment(backend: BatchBackend, compute_environment_name: str) -> None:
    """DeleteComputeEnvironment, which refuses one that a queue uses; its tags go too."""
    environment = backend.get_compute_environment(compute_environment_name)
    if environment and any(environment in queue.environments for queue in backend._job_queues.values()):
        raise ClientException("Cannot delete, found existing JobQueue relationship")
    DELETE(backend, compute_environment_name)
    if environment:
        backend.tagger.delete_all_tags_for_resource(environment.arn)


# Queues


def create_job_queue(backend: BatchBackend, **given: Any) -> Any:
    """CreateJobQueue; a queue of service environments has no compute environments."""
    given["state"] = (given["state"] or "ENABLED").upper()
    if given["compute_env_order"] is not None:
        return CREATE_QUEUE(backend, **given)
    kind: Any = JobQueue
    queue = kind(
        name=given["queue_name"],
        environments=[],
        env_order_json=[],
        backend=backend,
        **{name: given[name] for name in ("priority", "state", "schedule_policy", "tags")},
    )
    backend._job_queues[queue.arn] = queue
    return queue


def update_job_queue(backend: BatchBackend, **given: Any) -> tuple[str, str]:
    """UpdateJobQueue, which takes the names of environments too."""
    order = given["compute_env_order"]
    environments = [backend.get_compute_environment(each["computeEnvironment"]) for each in order or ()]
    if order and all(environments):
        given["compute_env_order"] = [
            {**each, "computeEnvironment": environment.arn}
            for each, environment in zip(order, environments, strict=True)
            if environment
        ]
    answer: tuple[str, str] = UPDATE_QUEUE(backend, **{**given, "state": given["state"] and given["state"].upper()})
    return answer


def delete_job_queue(backend: BatchBackend, queue_name: str) -> None:
    """DeleteJobQueue: the tags go too."""
    queue = backend.get_job_queue(queue_name)
    DELETE_QUEUE(backend, queue_name)
    if queue:
        backend.tagger.delete_all_tags_for_resource(queue.arn)


# Job definitions


def register_job_definition(backend: BatchBackend, def_name: str, **given: Any) -> Any:
    """RegisterJobDefinition: a revision has nothing of the one before."""
    before = backend.get_job_definition_by_name(def_name)
    attempts = (given["retry_strategy"] or {}).get("attempts")
    if attempts is not None and not 1 <= int(attempts) <= 10:
        raise ClientException(f"RetryStrategy attempts must be between 1 and 10, not {attempts}.")
    for each in (given["retry_strategy"] or {}).get("evaluateOnExit", ()):
        if "action" in each:
            each["action"] = each["action"].lower()
    kind: Any = JobDefinition
    revision, given["_type"] = before.revision if before else 0, given["_type"].lower()
    definition = kind(name=def_name, backend=backend, revision=revision, **given)
    backend._job_definitions[definition.arn] = definition
    return definition


def _validate(definition: JobDefinition) -> None:
    """Moto's check, for the kinds of containers that it knows."""
    if definition.container_properties is not None or definition.eks_properties is not None:
        CHECK_DEFINITION(definition)
