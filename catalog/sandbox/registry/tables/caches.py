"""Subnet groups, clusters, replication groups, users and snapshots of ElastiCache. No engine runs."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, FinalSnapshot
from catalog.sandbox.registry.rows import ending, inside, plain, regional, tagged, taken

SNAPSHOT_NAME = 50
"""The longest name of a snapshot [assumed: that of a cluster]."""


def of_type(last: str, kind: str, own: str, noun: str, **more: Any) -> ApiType:
    """A type of ElastiCache with a name; `kind` is that of its ARN."""

    def arn(it: ApiResource) -> str:
        return regional(it, "elasticache", f"{kind}:{it[own]}")

    return plain(
        f"AWS::ElastiCache::{last}",
        "elasticache",
        (own,),
        noun=noun,
        read=ApiCall(f"Describe{noun}s", identity=(own,), renamed=more.get("renamed", {})),
        shown=inside(f"{noun}s.0"),
        tagging=tagged("ResourceName", arn, "Tags", tag="AddTagsToResource", untag="RemoveTagsFromResource"),
        arn=arn,
        **more,
    )


# DeleteCacheCluster and DeleteReplicationGroup need CreateSnapshot for a final snapshot (ElastiCache API reference).
SNAPSHOT = FinalSnapshot(
    "FinalSnapshotIdentifier", permissions=lambda it: ("elasticache:CreateSnapshot",), limit=SNAPSHOT_NAME
)


def of_snapshot(it: ApiResource, shown: Any) -> dict[str, Any]:
    """The attributes of a snapshot: what the cluster or the group was."""
    return {"Arn": shown["ARN"], **{name: shown[name] for name in it.schema.read_only if name in shown}}


TYPES = (
    of_type("User", "user", "UserId", "User", attributes=taken(Arn="ARN", Status="Status"), update="Modify"),
    of_type(
        "Snapshot",
        "snapshot",
        "SnapshotName",
        "Snapshot",
        attributes=of_snapshot,
        identified=ending("Arn", ":", "SnapshotName"),
        update=None,
    ),
    of_type(
        "SubnetGroup",
        "subnetgroup",
        "CacheSubnetGroupName",
        "CacheSubnetGroup",
        renamed={"Description": "CacheSubnetGroupDescription"},
        update="Modify",
    ),
    of_type(
        "CacheCluster",
        "cluster",
        "ClusterName",
        "CacheCluster",
        renamed={"ClusterName": "CacheClusterId", "VpcSecurityGroupIds": "SecurityGroupIds"},
        attributes=taken(
            RedisEndpoint__Address="CacheNodes.0.Endpoint.Address",
            ConfigurationEndpoint__Address="ConfigurationEndpoint.Address",
        ),
        update="Modify",
        snapshot=SNAPSHOT,
        modelled=(
            *("LogDeliveryConfigurations", "PreferredAvailabilityZone", "PreferredAvailabilityZones", "SnapshotArns"),
            *("SnapshotName", "TransitEncryptionEnabled"),
        ),
    ),
    of_type(
        "ReplicationGroup",
        "replicationgroup",
        "ReplicationGroupId",
        "ReplicationGroup",
        update="Modify",
        snapshot=SNAPSHOT,
        modelled=(
            *("AuthToken", "AutoMinorVersionUpgrade", "ClusterMode", "DataTieringEnabled", "Durability", "IpDiscovery"),
            *("CacheParameterGroupName", "CacheSecurityGroupNames", "EngineVersion", "LogDeliveryConfigurations"),
            *("NetworkType", "NodeGroupConfiguration", "NotificationTopicArn", "NumCacheClusters", "NumNodeGroups"),
            *("PreferredMaintenanceWindow", "PrimaryClusterId", "ReplicasPerNodeGroup", "SecurityGroupIds"),
            *("SnapshotWindow", "SnapshottingClusterId", "TransitEncryptionEnabled", "TransitEncryptionMode"),
            "UserGroupIds",
        ),
    ),
)
