"""Global clusters, and the snapshots and target groups of RDS that templates have."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.contract.resource_types.cases_database_groups import CASES as GROUPS
from tests.contract.resource_types.cases_services import CLUSTER, DATABASE
from tests.contract.resource_types.conftest import ACCOUNT, Case, World
from tests.contract.resource_types.reading import asks, with_more

asked = partial(asks, "rds")
SOURCE = {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Delete", "Properties": CLUSTER}
INSTANCE = {"Type": "AWS::RDS::DBInstance", "DeletionPolicy": "Delete", "Properties": DATABASE}
PROXY = next(case for case in GROUPS if case.type == "AWS::RDS::DBProxy")


def pairs_of(world: World, arn: str) -> Any:
    """The tags of an ARN of RDS."""
    return {tag["Key"]: tag["Value"] for tag in world.client("rds").list_tags_for_resource(ResourceName=arn)["TagList"]}


def deployment(world: World, arn: str) -> Any:
    name = arn.rpartition(":")[2]
    return world.client("rds").describe_blue_green_deployments(BlueGreenDeploymentIdentifier=name)[
        "BlueGreenDeployments"
    ][0]


def green(world: World, arn: str) -> Any:
    """The class of the instance that a deployment has made."""
    target = deployment(world, arn)["Target"]
    return world.client("rds").describe_db_instances(DBInstanceIdentifier=target)["DBInstances"][0]["DBInstanceClass"]


def global_cluster(namespace: str, properties: Any, shows: Any, **more: Any) -> Case:
    client = namespace.lower()
    return Case(
        f"AWS::{namespace}::GlobalCluster",
        properties,
        asks(client, "describe_global_clusters", "GlobalClusters.0", GlobalClusterIdentifier="@"),
        shows,
        changed={"DeletionProtection": False},
        then={"DeletionProtection": False},
        tags=lambda world, name: pairs_of(world, f"arn:aws:rds::{ACCOUNT}:global-cluster:{name}"),
        denied=("rds:CreateGlobalCluster", "rds:AddTagsToResource", "rds:DescribeGlobalClusters"),
        denied_later=("rds:ModifyGlobalCluster", "rds:DeleteGlobalCluster"),
        **more,
    )


def snapshot(name: str, noun: str, source: Any, of: str) -> Case:
    operation = "db_cluster_snapshots" if "Cluster" in noun else "db_snapshots"
    return Case(
        f"AWS::RDS::{name}",
        {f"{noun}Identifier": "first", of: {"Ref": "Source"}},
        lambda world, arn: asked(f"describe_{operation}", f"{noun}s.0", **{f"{noun}Identifier": arn.split(":")[-1]})(
            world, arn
        ),
        {"Status": "available", "SnapshotType": "manual", "MasterUsername": "ann"},
        replaced={f"{noun}Identifier": "second"},
        tags=lambda world, arn: pairs_of(world, arn),
        denied=(f"rds:Create{noun}", "rds:AddTagsToResource", f"rds:Describe{noun}s"),
        denied_later=(f"rds:Delete{noun}",),
        around={"Source": source},
        attributes=(f"{noun}Arn", "Engine", "Status", "AllocatedStorage"),
    )


CASES = (
    Case(
        "AWS::RDS::Deployment",
        {
            "BlueGreenDeploymentName": "next",
            "Source": {"Fn::GetAtt": ["Source", "DBInstanceArn"]},
            "TargetDBInstanceClass": "db.t3.small",
        },
        with_more(
            deployment,
            green=green,
        ),
        {"BlueGreenDeploymentName": "next", "Status": "AVAILABLE", "green": "db.t3.small"},
        replaced={"BlueGreenDeploymentName": "later"},
        tags=lambda world, arn: pairs_of(world, arn),
        denied=(
            "rds:CreateBlueGreenDeployment",
            "rds:CreateDBInstanceReadReplica",
            "rds:AddTagsToResource",
            "rds:DescribeBlueGreenDeployments",
        ),
        denied_later=("rds:DeleteBlueGreenDeployment", "rds:DeleteDBInstance"),
        around={"Source": INSTANCE},
        attributes=("Arn", "BlueGreenDeploymentIdentifier", "Status", "Target"),
    ),
    global_cluster(
        "RDS",
        {"SourceDBClusterIdentifier": {"Ref": "Source"}},
        {"Engine": "aurora-postgresql", "GlobalClusterMembers": [{"IsWriter": True}]},
        replaced={"GlobalClusterIdentifier": "another", "SourceDBClusterIdentifier": None, "Engine": "aurora-mysql"},
        around={"Source": SOURCE},
        attributes=("GlobalEndpoint.Address",),
    ),
    global_cluster("Neptune", {"Engine": "neptune"}, {"Engine": "neptune"}, replaced={"StorageEncrypted": True}),
    global_cluster(
        "DocDB",
        {"GlobalClusterIdentifier": "documents", "Engine": "docdb"},
        {"Engine": "docdb"},
        replaced={"GlobalClusterIdentifier": "others"},
        attributes=("GlobalClusterArn", "GlobalClusterResourceId"),
    ),
    snapshot("DBSnapshot", "DBSnapshot", INSTANCE, "DBInstanceIdentifier"),
    snapshot("ClusterSnapshot", "DBClusterSnapshot", SOURCE, "DBClusterIdentifier"),
    Case(
        "AWS::RDS::DBProxyTargetGroup",
        {
            "DBProxyName": {"Ref": "Proxy"},
            "TargetGroupName": "default",
            "DBInstanceIdentifiers": [{"Ref": "Instance"}],
            "ConnectionPoolConfigurationInfo": {"MaxConnectionsPercent": 80},
        },
        with_more(
            asked("describe_db_proxy_target_groups", "TargetGroups.0", DBProxyName="front"),
            target=asked("describe_db_proxy_targets", "Targets.0.Type", DBProxyName="front"),
        ),
        {"ConnectionPoolConfig": {"MaxConnectionsPercent": 80}, "target": "RDS_INSTANCE"},
        changed={
            "DBInstanceIdentifiers": None,
            "DBClusterIdentifiers": [{"Ref": "Cluster"}],
            "ConnectionPoolConfigurationInfo": {"MaxConnectionsPercent": 60},
        },
        then={"ConnectionPoolConfig": {"MaxConnectionsPercent": 60}, "target": "TRACKED_CLUSTER"},
        denied=(
            "rds:ModifyDBProxyTargetGroup",
            "rds:RegisterDBProxyTargets",
            "rds:DescribeDBProxyTargetGroups",
            "rds:AddTagsToResource",
        ),
        denied_later=("rds:DeregisterDBProxyTargets",),
        tags=lambda world, arn: pairs_of(world, arn),
        around={
            **PROXY.around,
            "Proxy": {"Type": "AWS::RDS::DBProxy", "Properties": PROXY.properties},
            "Instance": INSTANCE,
            "Cluster": SOURCE,
        },
        stays=True,
        attributes=("TargetGroupArn",),
    ),
)
