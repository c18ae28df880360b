"""Databases of RDS: subnet groups, instances, clusters. No engine runs: they have settings, an endpoint and tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, FinalSnapshot, Setting, Tagging
from catalog.sandbox.registry.rows import inside, regional
from catalog.sandbox.registry.tables.database_origins import (
    CLUSTER_NEEDS,
    KEY,
    cluster,
    cluster_actions,
    instance,
    instance_actions,
    new_cluster,
    new_instance,
    secret_actions,
    secret_key,
    secret_of,
)
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
    create=ApiCall(
        "CreateDBInstance",
        lambda it: new_instance(it) | secret_key(it),
        copies=True,
        renamed=RENAMED,
        permissions=instance_actions,
    ),
    read=ApiCall("DescribeDBInstances", instance),
    shown=inside("DBInstances.0"),
    attributes=lambda it, shown: {"DBInstanceArn": shown["DBInstanceArn"], **endpoint(shown), **secret_of(shown)},
    update=ApiCall(
        "ModifyDBInstance",
        lambda it: instance(it) | {"ApplyImmediately": True} | logs(it) | secret_key(it),
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
    also_for=KEY,
    also_by=secret_actions,
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


def of_cluster(_: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a cluster."""
    values = {
        "DBClusterArn": shown.get("DBClusterArn"),
        "DBClusterResourceId": shown.get("DbClusterResourceId"),
        "Endpoint.Address": shown.get("Endpoint"),
        "Endpoint.Port": shown.get("Port"),
        "ReadEndpoint.Address": shown.get("ReaderEndpoint"),
    }
    return {name: str(value) for name, value in values.items() if value is not None} | secret_of(shown)


CLUSTER = ApiType(
    "AWS::RDS::DBCluster",
    "rds",
    create=ApiCall(
        "CreateDBCluster", lambda it: new_cluster(it) | secret_key(it), copies=True, permissions=cluster_actions
    ),
    read=ApiCall("DescribeDBClusters", cluster),
    shown=inside("DBClusters.0"),
    attributes=of_cluster,
    update=ApiCall(
        "ModifyDBCluster",
        lambda it: cluster(it) | {"ApplyImmediately": True} | logs(it) | secret_key(it),
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
    also_for=CLUSTER_NEEDS,
    also_by=secret_actions,
    modelled=(
        "DBInstanceParameterGroupName",
        "DeleteAutomatedBackups",
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
