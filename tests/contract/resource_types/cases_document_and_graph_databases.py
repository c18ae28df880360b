"""Neptune and Amazon DocumentDB: clusters, instances and their groups, read by the clients of these services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.resource_types.cases_services import NETWORK, ROLE_OF_DATABASE, SUBNETS
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed, with_more

TOPIC = {"Topic": {"Type": "AWS::SNS::Topic"}}


def row(name: str, kind: str, *arguments: Any, denied: str, later: str, **more: Any) -> Case:
    """A case of a type whose tags are those of an ARN of RDS."""
    client = name.partition("::")[0].lower()

    def tags(world: Any, reference: str) -> Any:
        arn = f"arn:aws:rds:{REGION}:{ACCOUNT}:{kind}:{reference}"
        return listed(asks(client, "list_tags_for_resource", "TagList", ResourceName=arn))(world, reference)

    return Case(
        f"AWS::{name}",
        *arguments,
        **{"tags": tags, **more},
        denied=tuple(f"rds:{action}" for action in denied.split()),
        denied_later=tuple(f"rds:{action}" for action in later.split()),
    )


def cluster(namespace: str, properties: Mapping[str, Any], shows: Mapping[str, Any], **more: Any) -> Case:
    return row(
        f"{namespace}::DBCluster",
        "cluster",
        {**properties, "DBSubnetGroupName": {"Ref": "Group"}, "DBClusterParameterGroupName": {"Ref": "Settings"}},
        asks(namespace.lower(), "describe_db_clusters", "DBClusters.0", DBClusterIdentifier="@"),
        {"Engine": namespace.lower(), **shows},
        replaced={"StorageEncrypted": True},
        denied="CreateDBCluster AddTagsToResource DescribeDBClusters",
        later="ModifyDBCluster DeleteDBCluster",
        around={
            **NETWORK,
            **ROLES,
            "Group": {
                "Type": f"AWS::{namespace}::DBSubnetGroup",
                "Properties": {"DBSubnetGroupDescription": "one", "SubnetIds": SUBNETS},
            },
            "Settings": {"Type": f"AWS::{namespace}::DBClusterParameterGroup", "Properties": PARAMETERS[namespace]},
        },
        **more,
    )


def instance(namespace: str, class_name: str, **more: Any) -> Case:
    return row(
        f"{namespace}::DBInstance",
        "db",
        {"DBClusterIdentifier": {"Ref": "Cluster"}, "DBInstanceClass": f"db.{class_name}.large"},
        asks(namespace.lower(), "describe_db_instances", "DBInstances.0", DBInstanceIdentifier="@"),
        {"Engine": namespace.lower(), "DBInstanceClass": f"db.{class_name}.large"},
        changed={"DBInstanceClass": f"db.{class_name}.xlarge", "AutoMinorVersionUpgrade": False},
        then={"DBInstanceClass": f"db.{class_name}.xlarge", "AutoMinorVersionUpgrade": False},
        replaced={"AvailabilityZone": "us-east-1b"},
        denied="CreateDBInstance AddTagsToResource DescribeDBInstances",
        later="ModifyDBInstance DeleteDBInstance",
        attributes=("Endpoint", "Port"),
        around={"Cluster": {"Type": f"AWS::{namespace}::DBCluster", "Properties": CLUSTERS[namespace]}},
        **more,
    )


def parameter_group(namespace: str, noun: str, kind: str, *, later: str, **more: Any) -> Case:
    client, name = namespace.lower(), {f"{noun}Name": "@"}
    operation = "db_cluster_parameter" if "Cluster" in noun else "db_parameter"
    return row(
        f"{namespace}::{noun}",
        kind,
        PARAMETERS[namespace],
        with_more(
            asks(client, f"describe_{operation}_groups", f"{noun}s.0", **name),
            values=listed(
                asks(client, f"describe_{operation}s", "Parameters", **name), "ParameterName", "ParameterValue"
            ),
        ),
        {"DBParameterGroupFamily": PARAMETERS[namespace]["Family"], "values": {"a": "1", "b": "2"}},
        changed={"Parameters": {"a": "3"}},
        replaced={"Description": "two"},
        denied=f"Create{noun} AddTagsToResource Describe{noun}s Modify{noun}",
        later=later,
        **more,
    )


def subnet_group(namespace: str) -> Case:
    return row(
        f"{namespace}::DBSubnetGroup",
        "subgrp",
        {"DBSubnetGroupDescription": "one", "SubnetIds": SUBNETS},
        asks(namespace.lower(), "describe_db_subnet_groups", "DBSubnetGroups.0", DBSubnetGroupName="@"),
        {"DBSubnetGroupDescription": "one"},
        changed={"DBSubnetGroupDescription": "two"},
        then={"DBSubnetGroupDescription": "two"},
        replaced={"DBSubnetGroupName": "another"},
        denied="CreateDBSubnetGroup AddTagsToResource DescribeDBSubnetGroups",
        later="ModifyDBSubnetGroup DeleteDBSubnetGroup",
        around=NETWORK,
    )


def subscription(namespace: str, *, denied: str, **more: Any) -> Case:
    return row(
        f"{namespace}::EventSubscription",
        "es",
        {"SnsTopicArn": {"Ref": "Topic"}, "SourceType": "db-cluster", "SourceIds": ["one", "two"]},
        asks(namespace.lower(), "describe_event_subscriptions", "EventSubscriptionsList.0", SubscriptionName="@"),
        {"SourceType": "db-cluster", "Enabled": True, "SourceIdsList": ["one", "two"]},
        changed={"SourceIds": ["two", "three"], "Enabled": False},
        then={"SourceIdsList": ["two", "three"], "Enabled": False},
        replaced={"SubscriptionName": "another"},
        denied=f"CreateEventSubscription {denied} DescribeEventSubscriptions",
        later="AddSourceIdentifierToSubscription RemoveSourceIdentifierFromSubscription ModifyEventSubscription "
        "DeleteEventSubscription",
        around=TOPIC,
        **more,
    )


ROLES = dict.fromkeys(("Role", "Another"), ROLE_OF_DATABASE["Role"])
CLUSTERS: Mapping[str, Any] = {
    "Neptune": {"BackupRetentionPeriod": 2, "DBPort": 8183, "IamAuthEnabled": True},
    "DocDB": {"MasterUsername": "ann", "MasterUserPassword": "correct-horse", "Port": 27018},
}
PARAMETERS: Mapping[str, Any] = {
    "Neptune": {"Family": "neptune1.3", "Description": "one", "Parameters": {"a": "1", "b": "2"}},
    "DocDB": {"Family": "docdb5.0", "Description": "one", "Parameters": {"a": "1", "b": "2"}},
}


RESET = "DeleteDBClusterParameterGroup ResetDBClusterParameterGroup"
CASES = (
    cluster(
        "Neptune",
        CLUSTERS["Neptune"],
        {"BackupRetentionPeriod": 2, "Port": 8183, "IAMDatabaseAuthenticationEnabled": True},
        changed={
            "BackupRetentionPeriod": 5,
            "IamAuthEnabled": False,
            "EnableCloudwatchLogsExports": ["audit"],
            "ServerlessScalingConfiguration": {"MinCapacity": 1, "MaxCapacity": 8},
            "AssociatedRoles": [{"RoleArn": {"Fn::GetAtt": [name, "Arn"]}} for name in ROLES],
        },
        then={
            "AssociatedRoles": [{}, {}],
            "BackupRetentionPeriod": 5,
            "IAMDatabaseAuthenticationEnabled": False,
            "EnabledCloudwatchLogsExports": ["audit"],
            "ServerlessV2ScalingConfiguration": {"MinCapacity": 1, "MaxCapacity": 8},
        },
        attributes=("ClusterResourceId", "Endpoint", "Port", "ReadEndpoint"),
    ),
    instance("Neptune", "r6g"),
    parameter_group(
        "Neptune", "DBClusterParameterGroup", "cluster-pg", later=RESET, then={"values": {"a": "3", "b": None}}
    ),
    parameter_group(
        "Neptune",
        "DBParameterGroup",
        "pg",
        later=RESET.replace("Cluster", ""),
        then={"values": {"a": "3", "b": None}},
    ),
    subnet_group("Neptune"),
    subscription("Neptune", denied="AddTagsToResource"),
    cluster(
        "DocDB",
        CLUSTERS["DocDB"],
        {"MasterUsername": "ann", "Port": 27018, "EngineVersion": "5.0.0"},
        changed={"BackupRetentionPeriod": 5, "EnableCloudwatchLogsExports": ["audit"], "DeletionProtection": False},
        then={"BackupRetentionPeriod": 5, "EnabledCloudwatchLogsExports": ["audit"]},
        attributes=("ClusterResourceId", "Endpoint", "Port", "ReadEndpoint"),
    ),
    instance("DocDB", "r6g"),
    parameter_group(
        "DocDB",
        "DBClusterParameterGroup",
        "cluster-pg",
        later="DeleteDBClusterParameterGroup",
        then={"values": {"a": "3", "b": "2"}},
    ),
    subnet_group("DocDB"),
    subscription("DocDB", denied="", tags=None),
)
