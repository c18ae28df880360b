"""Clusters and subnet groups of Redshift. No query runs."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, FinalSnapshot
from catalog.sandbox.registry.naming import generated_name
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken


def cluster_arn(it: ApiResource) -> str:
    """The ARN of a cluster."""
    return regional(it, "redshift", f"cluster:{it['ClusterIdentifier']}")


NAME = ("ClusterIdentifier",)
CLUSTER = plain(
    "AWS::Redshift::Cluster",
    "redshift",
    NAME,
    read="DescribeClusters",
    shown=inside("Clusters.0"),
    attributes=taken(
        Endpoint__Address="Endpoint.Address", Endpoint__Port="Endpoint.Port", ClusterNamespaceArn="ClusterNamespaceArn"
    ),
    update=ApiCall("ModifyCluster", copies=True, identity=NAME),
    snapshot=FinalSnapshot("FinalClusterSnapshotIdentifier", "SkipFinalClusterSnapshot"),
    tagging=tagged("ResourceName", cluster_arn, "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=cluster_arn,
    modelled=(
        *("AquaConfigurationStatus", "AvailabilityZoneRelocation", "AvailabilityZoneRelocationStatus", "Classic"),
        *("DeferMaintenance", "DeferMaintenanceDuration", "DeferMaintenanceEndTime", "DeferMaintenanceStartTime"),
        *("DestinationRegion", "ElasticIp", "HsmClientCertificateIdentifier", "HsmConfigurationIdentifier"),
        *("LoggingProperties", "MaintenanceTrackName", "ManageMasterPassword", "ManualSnapshotRetentionPeriod"),
        *("MasterPasswordSecretKmsKeyId", "MultiAZ", "NamespaceResourcePolicy", "ResourceAction", "RevisionTarget"),
        *("RotateEncryptionKey", "SnapshotCopyGrantName", "SnapshotCopyManual", "SnapshotCopyRetentionPeriod"),
        *("SnapshotIdentifier", "SnapshotClusterIdentifier", "Endpoint", "OwnerAccount"),
    ),
)


def group_arn(it: ApiResource) -> str:
    """The ARN of a subnet group."""
    return regional(it, "redshift", f"subnetgroup:{it['ClusterSubnetGroupName'] or '*'}")


def named(it: ApiResource) -> dict[str, Any]:
    """The name of a subnet group, which nobody can choose."""
    it.values.setdefault("ClusterSubnetGroupName", generated_name(it.schema, it.place, {}).lower())
    return {"ClusterSubnetGroupName": it["ClusterSubnetGroupName"]}


GROUP = ("ClusterSubnetGroupName",)
SUBNET_GROUP = plain(
    "AWS::Redshift::ClusterSubnetGroup",
    "redshift",
    GROUP,
    create=ApiCall("CreateClusterSubnetGroup", named, copies=True),
    known=lambda it, answer: {"ClusterSubnetGroupName": answer["ClusterSubnetGroup"]["ClusterSubnetGroupName"]},
    read="DescribeClusterSubnetGroups",
    shown=inside("ClusterSubnetGroups.0"),
    update=ApiCall("ModifyClusterSubnetGroup", copies=True, identity=GROUP),
    tagging=tagged("ResourceName", group_arn, "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=group_arn,
)

TYPES = (CLUSTER, SUBNET_GROUP)
