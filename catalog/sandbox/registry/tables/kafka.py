"""Clusters of MSK and their policies. No broker runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied

BROKERS = "BrokerNodeGroupInfo"
NETWORK = ("ec2:DescribeSubnets", "ec2:DescribeVpcs", "ec2:DescribeSecurityGroups")
KEYS = ("kms:DescribeKey", "kms:CreateGrant")
LOGS = ("logs:CreateLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy")


def cluster_arn(it: ApiResource) -> str:
    """The ARN of a cluster, whose end only its creation tells."""
    return str(it["Arn"] or regional(it, "kafka", f"cluster/{it['ClusterName']}/*"))


def cluster(it: ApiResource) -> dict[str, Any]:
    """The ARN of the cluster as a parameter."""
    return {"ClusterArn": it["Arn"]}


def change(operation: str, *names: str, **others: Callable[[ApiResource], Any]) -> ApiCall:
    """An operation that changes the current version of a cluster; no call if nothing is given to it."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        made = {name: value(it) for name, value in others.items()}
        given = {**it.given(*names), **{name: value for name, value in made.items() if value is not None}}
        if not given:
            return None
        version = it.ask("DescribeCluster", cluster(it))["ClusterInfo"]["CurrentVersion"]
        shape = operation_model("kafka", operation).input_shape
        return {**cluster(it), "CurrentVersion": version, **copied(given, shape, {})}

    return ApiCall(operation, parameters)


def changed(path: str) -> Callable[[ApiResource], Any]:
    """What an update changes at a path."""

    def value(it: ApiResource) -> Any:
        old: Any = it.old
        for step in path.split("."):
            old = old.get(step) if isinstance(old, dict) else None
        return it.at(path) if it.at(path) != old else None

    return value


def volumes(it: ApiResource) -> Any:
    """UpdateBrokerStorage, for the volumes of all brokers."""
    wanted = changed(f"{BROKERS}.StorageInfo.EBSStorageInfo")(it)
    if wanted is None:
        return None
    throughput = wanted.get("ProvisionedThroughput")
    return [
        {
            "KafkaBrokerNodeId": "All",
            "VolumeSizeGB": wanted.get("VolumeSize"),
            **({"ProvisionedThroughput": throughput} if throughput else {}),
        }
    ]


def on_update(names: tuple[str, ...], call: ApiCall) -> Setting:
    """Properties that the creation takes, and that a call of their own changes."""
    return Setting(names, call, on_create=False)


CLUSTER = plain(
    "AWS::MSK::Cluster",
    "kafka",
    ("Arn",),
    create=ApiCall("CreateCluster", copies=True, omitted=("ZookeeperAccess",)),
    known=taken(Arn="ClusterArn"),
    read=ApiCall("DescribeCluster", cluster),
    shown=inside("ClusterInfo"),
    attributes=taken(CurrentVersion="CurrentVersion"),
    settings=(
        on_update(
            ("NumberOfBrokerNodes",),
            change("UpdateBrokerCount", TargetNumberOfBrokerNodes=changed("NumberOfBrokerNodes")),
        ),
        on_update((BROKERS,), change("UpdateBrokerType", TargetInstanceType=changed(f"{BROKERS}.InstanceType"))),
        on_update((BROKERS,), change("UpdateBrokerStorage", TargetBrokerEBSVolumeInfo=volumes)),
        on_update((BROKERS,), change("UpdateConnectivity", ConnectivityInfo=changed(f"{BROKERS}.ConnectivityInfo"))),
        on_update(
            ("KafkaVersion",),
            change("UpdateClusterKafkaVersion", "ConfigurationInfo", TargetKafkaVersion=changed("KafkaVersion")),
        ),
        on_update(
            ("ConfigurationInfo",), change("UpdateClusterConfiguration", ConfigurationInfo=changed("ConfigurationInfo"))
        ),
        on_update(
            ("EnhancedMonitoring", "OpenMonitoring", "LoggingInfo"),
            change("UpdateMonitoring", "EnhancedMonitoring", "OpenMonitoring", "LoggingInfo"),
        ),
        on_update(
            ("ClientAuthentication", "EncryptionInfo"),
            change("UpdateSecurity", "ClientAuthentication", "EncryptionInfo"),
        ),
        on_update(("StorageMode",), change("UpdateStorage", "StorageMode")),
        on_update(("Rebalancing",), change("UpdateRebalancing", "Rebalancing")),
    ),
    update=None,
    delete=(ApiCall("DeleteCluster", cluster),),
    tagging=tagged("ResourceArn", "Arn", "Tags"),
    arn=cluster_arn,
    also={"create": NETWORK},
    also_for={
        ("create", "EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId"): KEYS,
        ("create", "LoggingInfo.BrokerLogs.CloudWatchLogs.LogGroup"): LOGS,
        ("update", "LoggingInfo.BrokerLogs.CloudWatchLogs.LogGroup"): LOGS,
    },
    modelled=("ZookeeperAccess",),
)


def serverless(it: ApiResource) -> dict[str, Any]:
    """CreateClusterV2 without brokers."""
    given = {"Serverless": it.given("VpcConfigs", "ClientAuthentication")}
    return copied(given, operation_model("kafka", "CreateClusterV2").input_shape, {})


SERVERLESS = plain(
    "AWS::MSK::ServerlessCluster",
    "kafka",
    ("Arn",),
    create=ApiCall("CreateClusterV2", serverless, copies=True),
    known=taken(Arn="ClusterArn"),
    read=ApiCall("DescribeClusterV2", cluster),
    shown=inside("ClusterInfo"),
    update=None,
    delete=(ApiCall("DeleteCluster", cluster),),
    tagging=tagged("ResourceArn", "Arn", "Tags"),
    arn=cluster_arn,
    also={"create": (*NETWORK, "ec2:CreateVpcEndpoint")},
)


def policy(it: ApiResource) -> dict[str, Any]:
    """PutClusterPolicy, with the version that it replaces."""
    version = it.ask("GetClusterPolicy", {"ClusterArn": it["ClusterArn"]}).get("CurrentVersion")
    return {"CurrentVersion": version or None}


POLICY = plain(
    "AWS::MSK::ClusterPolicy",
    "kafka",
    ("ClusterArn",),
    create=ApiCall("PutClusterPolicy", copies=True),
    read="Get",
    shown=lambda it, answer: answer if answer.get("Policy") else None,
    attributes=taken(CurrentVersion="CurrentVersion"),
    update=ApiCall("PutClusterPolicy", policy, copies=True),
    arn=lambda it: str(it["ClusterArn"]),
)

TYPES = (CLUSTER, SERVERLESS, POLICY)
