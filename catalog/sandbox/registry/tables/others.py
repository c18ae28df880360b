"""Types with one call for each step: clusters, repositories, zones, streams, file systems, state machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.shaping import as_text


def regional(subject: ApiResource, service: str, resource: str) -> str:
    """An ARN in the Region of the stack."""
    place = subject.place
    return f"arn:{place.partition}:{service}:{place.region}:{place.account}:{resource}"


def first(listed: str) -> Any:
    """The first member of a list in an answer, unless it is being deleted."""

    def shown(_: ApiResource, answer: Mapping[str, Any]) -> Any:
        each = next(iter(answer.get(listed, ())), None)
        states = (each.get("status"), each.get("LifeCycleState")) if isinstance(each, Mapping) else ()
        return None if "INACTIVE" in states or "deleted" in states else each

    return shown


def ecs_tagged(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the cluster, for tags."""
    return {"resourceArn": cluster_arn(subject)}


def cluster_arn(subject: ApiResource) -> str:
    """The ARN of a cluster."""
    return regional(subject, "ecs", f"cluster/{subject['ClusterName']}")


SETTINGS = {"ClusterSettings": "settings"}
CLUSTER = ApiType(
    "AWS::ECS::Cluster",
    "ecs",
    create=ApiCall("CreateCluster", lambda it: {"clusterName": it.name}, copies=True, renamed=SETTINGS),
    read=ApiCall("DescribeClusters", lambda it: {"clusters": [it["ClusterName"]]}),
    shown=first("clusters"),
    attributes=lambda it, shown: {"Arn": shown["clusterArn"]},
    update=ApiCall("UpdateCluster", lambda it: {"cluster": it["ClusterName"]}, copies=True, renamed=SETTINGS),
    delete=(ApiCall("DeleteCluster", lambda it: {"cluster": it["ClusterName"]}),),
    tagging=Tagging(
        ApiCall("TagResource", ecs_tagged),
        ApiCall("UntagResource", ecs_tagged),
        "tags",
        tags_in="tags",
        keys_in="tagKeys",
    ),
    arn=cluster_arn,
)


def repository(subject: ApiResource) -> dict[str, Any]:
    """The name of the repository."""
    return {"repositoryName": subject["RepositoryName"]}


def repository_arn(subject: ApiResource) -> str:
    """The ARN of a repository."""
    return regional(subject, "ecr", f"repository/{subject['RepositoryName']}")


def ecr_tagged(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the repository, for tags."""
    return {"resourceArn": repository_arn(subject)}


REPOSITORY = ApiType(
    "AWS::ECR::Repository",
    "ecr",
    create=ApiCall("CreateRepository", repository, copies=True),
    read=ApiCall("DescribeRepositories", lambda it: {"repositoryNames": [it["RepositoryName"]]}),
    shown=first("repositories"),
    attributes=lambda it, shown: {"Arn": shown["repositoryArn"], "RepositoryUri": shown["repositoryUri"]},
    delete=(
        ApiCall("DeleteRepository", lambda it: repository(it) | {"force": it.text("EmptyOnDelete", "false") == "true"}),
    ),
    tagging=Tagging(
        ApiCall("TagResource", ecr_tagged),
        ApiCall("UntagResource", ecr_tagged),
        "tags",
        tags_in="tags",
        keys_in="tagKeys",
    ),
    arn=repository_arn,
    modelled=(
        "EmptyOnDelete",
        "ImageScanningConfiguration",
        "ImageTagMutability",
        "LifecyclePolicy",
        "RepositoryPolicyText",
    ),
)


def stream(subject: ApiResource) -> dict[str, Any]:
    """The name of the stream."""
    return {"StreamName": subject["Name"]}


def new_stream(subject: ApiResource) -> dict[str, Any]:
    """CreateStream; without shards it is on demand or has one."""
    mode = subject.at("StreamModeDetails.StreamMode") or ("PROVISIONED" if "ShardCount" in subject.properties else None)
    count = int(subject.properties.get("ShardCount", 1))
    return stream(subject) | {
        "ShardCount": count,
        "StreamModeDetails": {"StreamMode": mode} if mode else None,
    }


STREAM = ApiType(
    "AWS::Kinesis::Stream",
    "kinesis",
    create=ApiCall("CreateStream", new_stream),
    read=ApiCall("DescribeStreamSummary", stream),
    shown=lambda it, answer: answer.get("StreamDescriptionSummary"),
    attributes=lambda it, shown: {"Arn": shown["StreamARN"]},
    delete=(ApiCall("DeleteStream", stream),),
    tagging=Tagging(ApiCall("AddTagsToStream", stream), ApiCall("RemoveTagsFromStream", stream)),
    arn=lambda it: regional(it, "kinesis", f"stream/{it['Name']}"),
    modelled=(
        "DesiredShardLevelMetrics",
        "MaxRecordSizeInKiB",
        "RecordDistributionStrategy",
        "RetentionPeriodHours",
        "ShardCount",
        "StreamEncryption",
        "StreamModeDetails",
        "WarmThroughputMiBps",
    ),
)


def file_system(subject: ApiResource) -> dict[str, Any]:
    """The id of the file system."""
    return {"FileSystemId": subject["FileSystemId"]}


def file_system_arn(subject: ApiResource) -> str:
    """The ARN of a file system."""
    return regional(subject, "elasticfilesystem", f"file-system/{subject['FileSystemId'] or '*'}")


def efs_tagged(subject: ApiResource) -> dict[str, Any]:
    """The id of the file system, for tags."""
    return {"ResourceId": subject["FileSystemId"]}


FILE_SYSTEM = ApiType(
    "AWS::EFS::FileSystem",
    "efs",
    create=ApiCall(
        "CreateFileSystem",
        lambda it: {"CreationToken": f"{it.place.stack_name}-{it.place.logical_id}"},
        copies=True,
    ),
    known=lambda it, answer: {"FileSystemId": answer["FileSystemId"]},
    read=ApiCall("DescribeFileSystems", file_system),
    shown=first("FileSystems"),
    attributes=lambda it, shown: {"Arn": shown["FileSystemArn"]},
    delete=(ApiCall("DeleteFileSystem", file_system),),
    tagging=Tagging(ApiCall("TagResource", efs_tagged), ApiCall("UntagResource", efs_tagged), "Tags"),
    arn=file_system_arn,
    modelled=(
        "BackupPolicy",
        "BypassPolicyLockoutSafetyCheck",
        "FileSystemPolicy",
        "FileSystemProtection",
        "LifecyclePolicies",
        "ProvisionedThroughputInMibps",
        "ReplicationConfiguration",
        "ThroughputMode",
    ),
)


def machine(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the state machine."""
    return {"stateMachineArn": subject["Arn"]}


def definition(subject: ApiResource) -> str:
    """The definition as text, with its substitutions."""
    text = subject.text("DefinitionString") or as_text(subject.properties.get("Definition", {}))
    for name, value in (subject.properties.get("DefinitionSubstitutions") or {}).items():
        text = text.replace(f"${{{name}}}", as_text(value))
    return text


def machine_arn(subject: ApiResource) -> str:
    """The ARN of a state machine, also before it exists."""
    return regional(subject, "states", f"stateMachine:{subject['StateMachineName']}")


def states_tagged(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the state machine, for tags."""
    return {"resourceArn": machine_arn(subject)}


STATE_MACHINE = ApiType(
    "AWS::StepFunctions::StateMachine",
    "stepfunctions",
    create=ApiCall(
        "CreateStateMachine",
        lambda it: {
            "name": it.name,
            "definition": definition(it),
            "roleArn": it["RoleArn"],
            "type": it.text("StateMachineType", "STANDARD"),
        },
    ),
    known=lambda it, answer: {"Arn": answer["stateMachineArn"], "Name": it.name},
    read=ApiCall("DescribeStateMachine", machine),
    update=ApiCall(
        "UpdateStateMachine", lambda it: machine(it) | {"definition": definition(it), "roleArn": it["RoleArn"]}
    ),
    delete=(ApiCall("DeleteStateMachine", machine),),
    tagging=Tagging(
        ApiCall("TagResource", states_tagged),
        ApiCall("UntagResource", states_tagged),
        "tags",
        tags_in="tags",
        keys_in="tagKeys",
    ),
    arn=machine_arn,
    modelled=("DefinitionS3Location", "EncryptionConfiguration", "LoggingConfiguration", "TracingConfiguration"),
)

TYPES = (CLUSTER, REPOSITORY, STREAM, FILE_SYSTEM, STATE_MACHINE)
