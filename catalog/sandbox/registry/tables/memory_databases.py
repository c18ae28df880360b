"""Clusters, snapshots, subnet groups and users of MemoryDB. No engine runs."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType
from catalog.sandbox.registry.rows import ending, inside, plain, regional, tagged, taken


def of_type(last: str, kind: str, own: str, **more: Any) -> ApiType:
    """A type of MemoryDB with a name; `kind` is that of its ARN."""

    def arn(it: ApiResource) -> str:
        return regional(it, "memorydb", f"{kind}/{it[own]}")

    return plain(
        f"AWS::MemoryDB::{last}",
        "memorydb",
        (own,),
        read=ApiCall(f"Describe{last}s", identity=(own,)),
        shown=inside(f"{last}s.0"),
        tagging=tagged("ResourceArn", arn, "Tags"),
        arn=arn,
        **more,
    )


def changed_cluster(it: ApiResource) -> dict[str, Any]:
    """UpdateCluster, where the numbers of shards and replicas are parts of others."""
    shards, replicas = it["NumShards"], it["NumReplicasPerShard"]
    return {
        "ShardConfiguration": None if shards is None else {"ShardCount": int(shards)},
        "ReplicaConfiguration": None if replicas is None else {"ReplicaCount": int(replicas)},
    }


TYPES = (
    of_type(
        "Cluster",
        "cluster",
        "ClusterName",
        attributes=taken(
            ARN="ARN",
            Status="Status",
            ParameterGroupStatus="ParameterGroupStatus",
            ClusterEndpoint__Address="ClusterEndpoint.Address",
            ClusterEndpoint__Port="ClusterEndpoint.Port",
        ),
        update=ApiCall("UpdateCluster", changed_cluster, copies=True),
        delete=(ApiCall("DeleteCluster", lambda it: it.given("FinalSnapshotName"), identity=("ClusterName",)),),
        also_for={("create", "KmsKeyId"): ("kms:DescribeKey", "kms:CreateGrant")},
        modelled=(
            *("AutoMinorVersionUpgrade", "ClusterEndpoint", "Engine", "FinalSnapshotName", "IpDiscovery"),
            *("MultiRegionClusterName", "NetworkType"),
        ),
    ),
    of_type(
        "Snapshot",
        "snapshot",
        "SnapshotName",
        known=taken(Arn="Snapshot.ARN"),
        identified=ending("Arn", "/", "SnapshotName"),
        attributes=taken(
            Status="Status", Source="Source", ClusterConfiguration="ClusterConfiguration", DataTiering="DataTiering"
        ),
        update=None,
        also_for={("create", "KmsKeyId"): ("kms:DescribeKey", "kms:CreateGrant")},
    ),
    of_type("SubnetGroup", "subnetgroup", "SubnetGroupName", attributes=taken(ARN="ARN")),
    of_type("User", "user", "UserName", attributes=taken(Arn="ARN", Status="Status")),
)
