"""Databases of RDS: subnet groups, instances, clusters. No engine runs: they have settings, an endpoint and tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, FinalSnapshot, Setting, Tagging
from catalog.sandbox.registry.calls import CallRefused, call
from catalog.sandbox.registry.naming import StackPlace
from catalog.sandbox.registry.rows import inside, regional
from catalog.sandbox.registry.tables.forms import added, dropped

RENAMED = {"VPCSecurityGroups": "VpcSecurityGroupIds"}


def named(kind: str, name: str) -> Tagging:
    """The calls that tag a resource of RDS, by its ARN."""

    def tagged(subject: ApiResource) -> dict[str, Any]:
        return {"ResourceName": regional(subject, "rds", f"{kind}:{subject[name]}")}

    tag, untag = ApiCall("AddTagsToResource", tagged), ApiCall("RemoveTagsFromResource", tagged)
    return Tagging(tag, untag, "Tags")


def group(subject: ApiResource) -> dict[str, Any]:
    """The name of the subnet group."""
    return {"DBSubnetGroupName": subject["DBSubnetGroupName"]}


SUBNET_GROUP = ApiType(
    "AWS::RDS::DBSubnetGroup",
    "rds",
    create=ApiCall("CreateDBSubnetGroup", group, copies=True),
    read=ApiCall("DescribeDBSubnetGroups", group),
    shown=inside("DBSubnetGroups.0"),
    attributes=lambda it, shown: {"DBSubnetGroupArn": shown["DBSubnetGroupArn"]},
    update=ApiCall("ModifyDBSubnetGroup", group, copies=True),
    delete=(ApiCall("DeleteDBSubnetGroup", group),),
    tagging=named("subgrp", "DBSubnetGroupName"),
    arn=lambda it: regional(it, "rds", f"subgrp:{it['DBSubnetGroupName']}"),
)


def instance(subject: ApiResource) -> dict[str, Any]:
    """The name of the instance."""
    return {"DBInstanceIdentifier": subject["DBInstanceIdentifier"]}


COPIED = ("AllocatedStorage", "DBInstanceClass", "Engine", "EngineVersion", "MasterUsername", "StorageEncrypted")
"""What a read replica has of its source, and an instance of its snapshot, if the template says nothing else."""


NO_ENGINE = "The parameter Engine must be provided and must not be blank."


def new_instance(subject: ApiResource) -> dict[str, Any]:
    """CreateDBInstance; of a replica or a restored instance with what it has of its source: moto's copies share it."""
    given = instance(subject)
    if subject["Engine"]:
        return given
    original = original_of(subject)
    if original is None:
        raise CallRefused("rds", "InvalidParameterValue", NO_ENGINE)
    return {**given, **{name: original[name] for name in COPIED if name in original and subject[name] is None}}


def original_of(subject: ApiResource) -> Mapping[str, Any] | None:
    """What an instance is a replica of, or is restored from; None for a new one."""
    for name, operation, answered in (
        ("SourceDBInstanceIdentifier", "DescribeDBInstances", "DBInstances"),
        ("SourceDBClusterIdentifier", "DescribeDBClusters", "DBClusters"),
        ("DBSnapshotIdentifier", "DescribeDBSnapshots", "DBSnapshots"),
        ("DBClusterSnapshotIdentifier", "DescribeDBClusterSnapshots", "DBClusterSnapshots"),
    ):
        if wanted := subject[name]:
            parts = str(wanted).split(":", 6)
            place = subject.place
            if len(parts) == 7:  # an ARN, which may be of another Region
                place = replace(place, region=parts[3], account=parts[4])
            identifier = {name.removeprefix("Source"): parts[-1]}
            originals: list[dict[str, Any]] = call("rds", operation, place, identifier)[answered]
            return {"DBInstanceClass": class_in(place, parts[-1]), **originals[0]}
    return None


def class_in(place: StackPlace, snapshot: str) -> str | None:
    """The class of the instance of a snapshot, which only RDS itself knows; None if it is no such snapshot."""
    from moto.rds.models import rds_backends  # it takes long, and only databases need it

    kept = rds_backends[place.account][place.region].database_snapshots.get(snapshot)
    return str(kept.database.db_instance_class) if kept else None


def endpoint(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an endpoint, as texts."""
    given = shown.get("Endpoint") or {}
    values = {"Endpoint.Address": given.get("Address"), "Endpoint.Port": given.get("Port")}
    return {name: str(value) for name, value in values.items() if value is not None}


NO_SNAPSHOT = ("DBClusterIdentifier", "SourceDBInstanceIdentifier", "SourceDBClusterIdentifier")
"""Properties of an instance that has no final snapshot: members of clusters and read replicas (DeleteHandler of
aws-cloudformation/aws-cloudformation-resource-providers-rds)."""

MEMBER_WITH_SNAPSHOT = (
    "DeletionPolicy:Snapshot cannot be specified for a cluster instance, use deletion policy on the cluster instead."
)
"""The words: aws-cloudformation/aws-cloudformation-templates#16."""


def snapshot_actions(it: ApiResource, action: str) -> tuple[str, ...]:
    """What a final snapshot needs besides the deletion: its own action since 2025, and that of the tags it copies.

    Source: AWS's notice to customers, quoted in convox/convox#856.
    """
    copied = str(it["CopyTagsToSnapshot"]).lower() == "true" and it.tags
    return (action, "rds:AddTagsToResource") if copied else (action,)


def logs(it: ApiResource) -> dict[str, Any]:
    """The logs that an update adds and takes away."""
    old, new = (list(each.get("EnableCloudwatchLogsExports") or ()) for each in (it.old, it.properties))
    added, gone = [name for name in new if name not in old], [name for name in old if name not in new]
    changes = {"EnableLogTypes": added, "DisableLogTypes": gone}
    changed = {name: names for name, names in changes.items() if names}
    return {"CloudwatchLogsExportConfiguration": changed} if changed else {}


def roles(noun: str, own: Callable[[ApiResource], dict[str, Any]]) -> tuple[Setting, Setting]:
    """The calls that take roles from an instance or a cluster, and give it others."""

    def call(verb: str, members: Callable[[ApiResource, str], list[Any]], *, on_create: bool) -> Setting:
        each = ApiCall(f"{verb}DB{noun}", lambda it: [own(it) | dict(role) for role in members(it, "AssociatedRoles")])
        return Setting(("AssociatedRoles",), each, on_create=on_create)

    return call("RemoveRoleFrom", dropped, on_create=False), call("AddRoleTo", added, on_create=True)


INSTANCE = ApiType(
    "AWS::RDS::DBInstance",
    "rds",
    create=ApiCall("CreateDBInstance", new_instance, copies=True, renamed=RENAMED),
    read=ApiCall("DescribeDBInstances", instance),
    shown=inside("DBInstances.0"),
    attributes=lambda it, shown: {"DBInstanceArn": shown["DBInstanceArn"], **endpoint(shown)},
    update=ApiCall(
        "ModifyDBInstance",
        lambda it: instance(it) | {"ApplyImmediately": True} | logs(it),
        copies=True,
        renamed={**RENAMED, "Port": "DBPortNumber"},
        omitted=("ApplyImmediately", "DBSubnetGroupName", "Engine"),
    ),
    settings=roles("Instance", instance),
    delete=(ApiCall("DeleteDBInstance", instance),),
    snapshot=FinalSnapshot(
        "FinalDBSnapshotIdentifier",
        "SkipFinalSnapshot",
        permissions=lambda it: snapshot_actions(it, "rds:CreateDBSnapshot"),
        possible=lambda it: not it.given(*NO_SNAPSHOT),
        default=lambda properties: "DBClusterIdentifier" not in properties,
        refusal=lambda properties: MEMBER_WITH_SNAPSHOT if "DBClusterIdentifier" in properties else "",
    ),
    tagging=named("db", "DBInstanceIdentifier"),
    arn=lambda it: regional(it, "rds", f"db:{it['DBInstanceIdentifier']}"),
    also_for={
        ("create", "SourceDBInstanceIdentifier"): ("rds:CreateDBInstanceReadReplica",),
        ("create", "SourceDBClusterIdentifier"): ("rds:CreateDBInstanceReadReplica",),
        ("create", "DBSnapshotIdentifier"): ("rds:RestoreDBInstanceFromDBSnapshot",),
        ("create", "DBClusterSnapshotIdentifier"): ("rds:RestoreDBInstanceFromDBSnapshot",),
    },
    in_place=(
        "AutoMinorVersionUpgrade",
        "BackupRetentionPeriod",
        "DBParameterGroupName",
        "MultiAZ",
        "PreferredMaintenanceWindow",
    ),
    modelled=(
        "AllowMajorVersionUpgrade",
        "ApplyImmediately",
        "AutomaticBackupReplicationKmsKeyId",
        "AutomaticBackupReplicationRegion",
        "AutomaticBackupReplicationRetentionPeriod",
        "CertificateRotationRestart",
        "DBClusterSnapshotIdentifier",
        "DBSnapshotIdentifier",
        "DeleteAutomatedBackups",
        "MasterUserSecret",
        "ReplicaMode",
        "RestoreTime",
        "SourceDBClusterIdentifier",
        "SourceDBInstanceAutomatedBackupsArn",
        "SourceDBInstanceIdentifier",
        "SourceDbiResourceId",
        "SourceRegion",
        "UseDefaultProcessorFeatures",
        "UseLatestRestorableTime",
    ),
)


def cluster(subject: ApiResource) -> dict[str, Any]:
    """The name of the cluster."""
    return {"DBClusterIdentifier": subject["DBClusterIdentifier"]}


def of_cluster(_: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a cluster."""
    values = {
        "DBClusterArn": shown.get("DBClusterArn"),
        "DBClusterResourceId": shown.get("DbClusterResourceId"),
        "Endpoint.Address": shown.get("Endpoint"),
        "Endpoint.Port": shown.get("Port"),
        "ReadEndpoint.Address": shown.get("ReaderEndpoint"),
    }
    return {name: str(value) for name, value in values.items() if value is not None}


CLUSTER_COPIED = ("Engine", "EngineVersion", "MasterUsername", "MasterUserPassword", "StorageEncrypted", "KmsKeyId")
"""What a cluster has of its snapshot or source, if the template says nothing else."""
NO_KEY = "default_kms_key_id"
"""The key that moto shows of a cluster without one."""
UNREAD = "as-in-the-original"
"""Stands for the password of what a cluster is restored from, which no service shows."""
RESTORED = {
    ("create", "SnapshotIdentifier"): ("rds:RestoreDBClusterFromSnapshot",),
    ("create", "SourceDBClusterIdentifier"): ("rds:RestoreDBClusterToPointInTime",),
    ("delete", "GlobalClusterIdentifier"): ("rds:RemoveFromGlobalCluster",),
}
"""What handlers of clusters call besides."""


def new_cluster(subject: ApiResource) -> dict[str, Any]:
    """CreateDBCluster; of a restored cluster with what it has of its snapshot or source."""
    for name, operation, parameter, answered in (
        ("SnapshotIdentifier", "DescribeDBClusterSnapshots", "DBClusterSnapshotIdentifier", "DBClusterSnapshots"),
        ("SourceDBClusterIdentifier", "DescribeDBClusters", "DBClusterIdentifier", "DBClusters"),
    ):
        if wanted := subject[name]:
            original = subject.ask(operation, {parameter: str(wanted).split(":", 6)[-1]})[answered][0]
            original["MasterUserPassword"] = UNREAD
            if original.get("KmsKeyId") == NO_KEY:
                del original["KmsKeyId"]
            return cluster(subject) | {each: original.get(each) for each in CLUSTER_COPIED if subject[each] is None}
    return cluster(subject)


CLUSTER = ApiType(
    "AWS::RDS::DBCluster",
    "rds",
    create=ApiCall("CreateDBCluster", new_cluster, copies=True),
    read=ApiCall("DescribeDBClusters", cluster),
    shown=inside("DBClusters.0"),
    attributes=of_cluster,
    update=ApiCall(
        "ModifyDBCluster",
        lambda it: cluster(it) | {"ApplyImmediately": True} | logs(it),
        copies=True,
    ),
    settings=roles("Cluster", cluster),
    delete=(ApiCall("DeleteDBCluster", cluster),),
    snapshot=FinalSnapshot(
        "FinalDBSnapshotIdentifier",
        "SkipFinalSnapshot",
        permissions=lambda it: snapshot_actions(it, "rds:CreateDBClusterSnapshot"),
        default=lambda properties: True,
    ),
    tagging=named("cluster", "DBClusterIdentifier"),
    arn=lambda it: regional(it, "rds", f"cluster:{it['DBClusterIdentifier']}"),
    also_for=RESTORED,
    modelled=(
        "DBInstanceParameterGroupName",
        "DeleteAutomatedBackups",
        "MasterUserSecret",
        "PerformanceInsightsEnabled",
        "ReplicationSourceIdentifier",
        "RestoreToTime",
        "RestoreType",
        "SnapshotIdentifier",
        "SourceDBClusterIdentifier",
        "SourceDbClusterResourceId",
        "SourceRegion",
        "UseLatestRestorableTime",
    ),
)

TYPES = (SUBNET_GROUP, INSTANCE, CLUSTER)
