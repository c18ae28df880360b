"""Clusters of Redshift, their groups, snapshots and copy grants. No query runs."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, FinalSnapshot, Setting
from catalog.sandbox.registry.naming import generated_name
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.tables.forms import added, dropped


def cluster_arn(it: ApiResource) -> str:
    """The ARN of a cluster."""
    return regional(it, "redshift", f"cluster:{it['ClusterIdentifier']}")


NAME = ("ClusterIdentifier",)


def new_cluster(it: ApiResource) -> dict[str, Any]:
    """CreateCluster; the snapshot of a restored cluster must exist."""
    if it["SnapshotIdentifier"]:
        it.ask("DescribeClusterSnapshots", {"SnapshotIdentifier": it["SnapshotIdentifier"]})
    return {}


def creates(it: ApiResource) -> tuple[str, ...]:
    """The IAM action that makes a cluster."""
    return (f"redshift:{'RestoreFromClusterSnapshot' if it['SnapshotIdentifier'] else 'CreateCluster'}",)


def other_roles(it: ApiResource) -> dict[str, Any]:
    """ModifyClusterIamRoles with the roles that an update adds and takes away."""
    return {"AddIamRoles": added(it, "IamRoles") or None, "RemoveIamRoles": dropped(it, "IamRoles") or None}


CLUSTER = plain(
    "AWS::Redshift::Cluster",
    "redshift",
    NAME,
    create=ApiCall("CreateCluster", new_cluster, copies=True, identity=NAME, permissions=creates),
    read="DescribeClusters",
    shown=inside("Clusters.0"),
    attributes=taken(
        Endpoint__Address="Endpoint.Address", Endpoint__Port="Endpoint.Port", ClusterNamespaceArn="ClusterNamespaceArn"
    ),
    update=ApiCall("ModifyCluster", copies=True, identity=NAME),
    settings=(
        Setting(
            ("LoggingProperties",),
            ApiCall("EnableLogging", lambda it: dict(it.properties["LoggingProperties"]), identity=NAME),
            ApiCall("DisableLogging", identity=NAME),
        ),
        Setting(("IamRoles",), ApiCall("ModifyClusterIamRoles", other_roles, identity=NAME), on_create=False),
    ),
    snapshot=FinalSnapshot("FinalClusterSnapshotIdentifier", "SkipFinalClusterSnapshot"),
    tagging=tagged("ResourceName", cluster_arn, "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=cluster_arn,
    modelled=(
        *("AquaConfigurationStatus", "AvailabilityZoneRelocation", "AvailabilityZoneRelocationStatus", "Classic"),
        *("DeferMaintenance", "DeferMaintenanceDuration", "DeferMaintenanceEndTime", "DeferMaintenanceStartTime"),
        *("DestinationRegion", "ElasticIp", "HsmClientCertificateIdentifier", "HsmConfigurationIdentifier"),
        *("MaintenanceTrackName", "ManageMasterPassword", "ManualSnapshotRetentionPeriod"),
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


def parameters(it: ApiResource) -> dict[str, Any] | None:
    """ModifyClusterParameterGroup with the parameters of the template."""
    return it.given("Parameters") if it["Parameters"] else None


def gone(it: ApiResource) -> dict[str, Any] | None:
    """ResetClusterParameterGroup with the parameters that are gone."""
    old, new = ({each["ParameterName"] for each in given.get("Parameters") or ()} for given in (it.old, it.properties))
    return {"Parameters": [{"ParameterName": name} for name in sorted(old - new)]} if old - new else None


def parameter_arn(it: ApiResource) -> str:
    """The ARN of a parameter group."""
    return regional(it, "redshift", f"parametergroup:{it['ParameterGroupName']}")


OWN = ("ParameterGroupName",)
PARAMETER_GROUP = plain(
    "AWS::Redshift::ClusterParameterGroup",
    "redshift",
    OWN,
    create=ApiCall("CreateClusterParameterGroup", copies=True, identity=OWN),
    read="DescribeClusterParameterGroups",
    shown=inside("ParameterGroups.0"),
    settings=(
        Setting(("Parameters",), ApiCall("ResetClusterParameterGroup", gone, identity=OWN), on_create=False),
        Setting(("Parameters",), ApiCall("ModifyClusterParameterGroup", parameters, identity=OWN)),
    ),
    update=None,
    tagging=tagged("ResourceName", parameter_arn, "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=parameter_arn,
)


def snapshot_arn(it: ApiResource) -> str:
    """The ARN of a snapshot."""
    return regional(it, "redshift", f"snapshot:{it['ClusterIdentifier']}/{it['SnapshotIdentifier']}")


SNAPSHOT = plain(
    "AWS::Redshift::Snapshot",
    "redshift",
    ("SnapshotIdentifier",),
    noun="ClusterSnapshot",
    known=taken(SnapshotArn="Snapshot.SnapshotArn"),
    read="DescribeClusterSnapshots",
    shown=inside("Snapshots.0"),
    attributes=taken(
        **{
            name: name
            for name in ("SnapshotArn", "Status", "SnapshotType", "AvailabilityZone", "MasterUsername", "NodeType")
        },
        **{name: name for name in ("ClusterVersion", "DBName", "Encrypted", "NumberOfNodes", "Port")},
    ),
    update=ApiCall("ModifyClusterSnapshot", lambda it: {"SnapshotIdentifier": it["SnapshotIdentifier"]}, copies=True),
    tagging=tagged("ResourceName", snapshot_arn, "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=snapshot_arn,
)


def grant_arn(it: ApiResource) -> str:
    """The ARN of a copy grant."""
    return regional(it, "redshift", f"snapshotcopygrant:{it['SnapshotCopyGrantName']}")


COPY_GRANT = plain(
    "AWS::Redshift::SnapshotCopyGrant",
    "redshift",
    ("SnapshotCopyGrantName",),
    known=lambda it, answer: {"Arn": grant_arn(it)},
    identified=lambda it: {"SnapshotCopyGrantName": str(it["Arn"]).rpartition(":")[2]},
    read="DescribeSnapshotCopyGrants",
    shown=inside("SnapshotCopyGrants.0"),
    update=None,
    tagging=tagged("ResourceName", grant_arn, "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=grant_arn,
)

TYPES = (CLUSTER, SUBNET_GROUP, PARAMETER_GROUP, SNAPSHOT, COPY_GRANT)
