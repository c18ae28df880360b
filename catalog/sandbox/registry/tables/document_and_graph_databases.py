"""Clusters of Neptune and Amazon DocumentDB, and their groups, which RDS has for both services. No engine runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, FinalSnapshot
from catalog.sandbox.registry.rows import inside, regional
from catalog.sandbox.registry.tables.database_groups import event_subscription, parameter_group
from catalog.sandbox.registry.tables.database_origins import (
    CLUSTER_NEEDS,
    cluster,
    cluster_actions,
    instance,
    new_cluster,
    secret_actions,
)
from catalog.sandbox.registry.tables.databases import SUBNET_GROUP, logs, named, roles, snapshot_actions

# DocumentDB and Neptune have no default of Snapshot (template reference, "DeletionPolicy attribute").
SNAPSHOT = FinalSnapshot(
    "FinalDBSnapshotIdentifier",
    "SkipFinalSnapshot",
    permissions=lambda it: snapshot_actions(it, "rds:CreateDBClusterSnapshot"),
)
Attributes = Callable[[ApiResource, Mapping[str, Any]], Mapping[str, Any]]


def cluster_of(namespace: str, engine: str, renamed: Mapping[str, str], attributes: Attributes, **more: Any) -> ApiType:
    """A cluster with an engine of its own."""
    return ApiType(
        f"AWS::{namespace}::DBCluster",
        "rds",
        create=ApiCall(
            "CreateDBCluster",
            lambda it: new_cluster(it) | {"Engine": engine},
            copies=True,
            renamed=renamed,
            permissions=cluster_actions,
        ),
        read=ApiCall("DescribeDBClusters", cluster),
        shown=inside("DBClusters.0"),
        ref="DBClusterIdentifier",
        attributes=attributes,
        update=ApiCall(
            "ModifyDBCluster",
            lambda it: cluster(it) | {"ApplyImmediately": True} | logs(it),
            copies=True,
            renamed=renamed,
        ),
        delete=(ApiCall("DeleteDBCluster", cluster),),
        snapshot=SNAPSHOT,
        tagging=named("cluster", "DBClusterIdentifier"),
        arn=lambda it: regional(it, "rds", f"cluster:{it['DBClusterIdentifier']}"),
        also_for=CLUSTER_NEEDS,
        also_by=secret_actions,
        passed_to="rds.amazonaws.com",
        via={"kms": "rds"},
        **more,
    )


def instance_of(namespace: str, engine: str, attributes: Attributes, **more: Any) -> ApiType:
    """An instance in a cluster, which has the cluster's engine."""
    return ApiType(
        f"AWS::{namespace}::DBInstance",
        "rds",
        create=ApiCall("CreateDBInstance", lambda it: instance(it) | {"Engine": engine}, copies=True),
        read=ApiCall("DescribeDBInstances", instance),
        shown=inside("DBInstances.0"),
        ref="DBInstanceIdentifier",
        attributes=attributes,
        update=ApiCall(
            "ModifyDBInstance",
            lambda it: instance(it) | {"ApplyImmediately": True},
            copies=True,
            omitted=("DBSubnetGroupName", "DBClusterIdentifier"),
        ),
        delete=(ApiCall("DeleteDBInstance", instance),),
        tagging=named("db", "DBInstanceIdentifier"),
        arn=lambda it: regional(it, "rds", f"db:{it['DBInstanceIdentifier']}"),
        **more,
    )


def endpoint(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Where an instance is."""
    given = shown["Endpoint"]
    return {"Endpoint": given["Address"], "Port": str(given["Port"])}


def of_cluster(it: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Where a cluster is, and its id."""
    return {
        "ClusterResourceId": shown["DbClusterResourceId"],
        "Endpoint": shown["Endpoint"],
        "ReadEndpoint": shown["ReaderEndpoint"],
        "Port": str(shown["Port"]),
    }


# Both services take these with RestoreDBCluster alone, or keep them nowhere.
RESTORE = ("RestoreToTime", "RestoreType", "SnapshotIdentifier", "SourceDBClusterIdentifier", "UseLatestRestorableTime")
NEPTUNE = (
    cluster_of(
        "Neptune",
        "neptune",
        {
            "DBPort": "Port",
            "IamAuthEnabled": "EnableIAMDatabaseAuthentication",
            "ServerlessScalingConfiguration": "ServerlessV2ScalingConfiguration",
        },
        of_cluster,
        settings=roles("Cluster", cluster),
        modelled=("DBInstanceParameterGroupName", *RESTORE),
    ),
    instance_of(
        "Neptune",
        "neptune",
        lambda it, shown: endpoint(shown),
        in_place=("AutoMinorVersionUpgrade", "DBParameterGroupName", "PreferredMaintenanceWindow"),
        modelled=("AllowMajorVersionUpgrade", "DBSnapshotIdentifier"),
    ),
    parameter_group("DBClusterParameterGroup", "cluster-pg", own="Name", namespace="Neptune"),
    parameter_group("DBParameterGroup", "pg", own="Name", namespace="Neptune"),
    replace(SUBNET_GROUP, name="AWS::Neptune::DBSubnetGroup", attributes=lambda it, shown: {}),
    event_subscription("Neptune"),
)


def by_id(name: str) -> dict[str, Any]:
    """An identifier that is the name in another word."""
    return {
        "known": lambda it, answer: {"Id": it[name]},
        "identified": lambda it: {name: it["Id"]},
    }


DOCUMENTDB = (
    cluster_of(
        "DocDB",
        "docdb",
        {},
        of_cluster,
        **by_id("DBClusterIdentifier"),
        modelled=("GlobalClusterIdentifier", "RotateMasterUserPassword", *RESTORE),
    ),
    instance_of(
        "DocDB",
        "docdb",
        lambda it, shown: endpoint(shown),
        **by_id("DBInstanceIdentifier"),
        modelled=("CertificateRotationRestart", "EnablePerformanceInsights"),
    ),
    # Its update handler lists no ResetDBClusterParameterGroup: what the template no longer has, stays.
    parameter_group("DBClusterParameterGroup", "cluster-pg", own="Name", namespace="DocDB", resets=False),
    replace(SUBNET_GROUP, name="AWS::DocDB::DBSubnetGroup", attributes=lambda it, shown: {}),
    event_subscription("DocDB"),
)

TYPES = (*NEPTUNE, *DOCUMENTDB)
