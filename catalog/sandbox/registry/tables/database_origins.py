"""How databases of RDS begin: new, restored, or as a replica; and which IAM actions that needs.

Sources: CreateHandler and ResourceModelHelper of aws-cloudformation/aws-cloudformation-resource-providers-rds; RDS user
guide, "Authorizing use of a customer managed key" and "Permissions required for Secrets Manager integration".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.registry.api_types import ApiResource
from catalog.sandbox.registry.calls import CallRefused, call
from catalog.sandbox.registry.naming import StackPlace
from catalog.sandbox.registry.rows import regional


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


def cluster(subject: ApiResource) -> dict[str, Any]:
    """The name of the cluster."""
    return {"DBClusterIdentifier": subject["DBClusterIdentifier"]}


CLUSTER_COPIED = ("Engine", "EngineVersion", "MasterUsername", "MasterUserPassword", "StorageEncrypted", "KmsKeyId")
"""What a cluster has of its snapshot or source, if the template says nothing else."""
NO_KEY = "default_kms_key_id"
"""The key that moto shows of a cluster without one."""
UNREAD = "as-in-the-original"
"""Stands for the password of what a cluster is restored from, which no service shows."""


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


def true(value: Any) -> bool:
    """Whether a property is true."""
    return str(value).lower() == "true"


POINT_IN_TIME = ("RestoreTime", "SourceDBInstanceAutomatedBackupsArn", "SourceDbiResourceId")
REPLICA = ("SourceDBInstanceIdentifier", "SourceDBClusterIdentifier")
SNAPSHOT = ("DBSnapshotIdentifier", "DBClusterSnapshotIdentifier")
CHANGED_LATER = (
    *("DBSecurityGroups", "CACertificateIdentifier", "DBParameterGroupName", "EngineVersion", "MasterUserPassword"),
    *("PreferredBackupWindow", "PreferredMaintenanceWindow", "MonitoringRoleArn", "BackupRetentionPeriod"),
    *("MonitoringInterval", "ManageMasterUserPassword", "DeletionProtection", "EnablePerformanceInsights"),
)
"""Properties for which a restored instance or a replica is modified."""


def instance_actions(it: ApiResource) -> tuple[str, ...]:
    """The IAM actions that make an instance."""
    if true(it["UseLatestRestorableTime"]) or it.given(*POINT_IN_TIME):
        first = "rds:RestoreDBInstanceToPointInTime"
    elif it.given(*REPLICA):
        first = "rds:CreateDBInstanceReadReplica"
    elif it.given(*SNAPSHOT):
        first = "rds:RestoreDBInstanceFromDBSnapshot"
    else:
        return ("rds:CreateDBInstance",)
    changes = any(str(value).lower() not in ("false", "0", "") for value in it.given(*CHANGED_LATER).values())
    return (first, "rds:ModifyDBInstance") if changes else (first,)


def cluster_actions(it: ApiResource) -> tuple[str, ...]:
    """The IAM actions that make a cluster; one of RDS is modified after a restoration."""
    later = ("rds:ModifyDBCluster",) if it.schema.name == "AWS::RDS::DBCluster" else ()
    if it["SourceDBClusterIdentifier"]:
        return ("rds:RestoreDBClusterToPointInTime", *later)
    return ("rds:RestoreDBClusterFromSnapshot", *later) if it["SnapshotIdentifier"] else ("rds:CreateDBCluster",)


KEY = {("create", "KmsKeyId"): ("kms:CreateGrant", "kms:DescribeKey")}
CLUSTER_NEEDS = {**KEY, ("delete", "GlobalClusterIdentifier"): ("rds:RemoveFromGlobalCluster",)}
"""What handlers of clusters need besides."""


def secret_actions(handler: str, it: ApiResource) -> Iterator[tuple[str, str]]:
    """The IAM actions for a secret that RDS makes for a database, and its ARN."""
    managed = true(it["ManageMasterUserPassword"]) and not true(it.old.get("ManageMasterUserPassword"))
    if managed and handler != "delete":
        kind = "cluster" if it.schema.name.endswith("Cluster") else "db"
        for action in ("CreateSecret", "TagResource"):
            yield f"secretsmanager:{action}", regional(it, "secretsmanager", f"secret:rds!{kind}-*")


def secret_key(it: ApiResource) -> dict[str, Any]:
    """The key of that secret."""
    return {"MasterUserSecretKmsKeyId": it.at("MasterUserSecret.KmsKeyId")}


def secret_of(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The attribute with the ARN of that secret."""
    arn = (shown.get("MasterUserSecret") or {}).get("SecretArn")
    return {"MasterUserSecret.SecretArn": arn} if arn else {}
