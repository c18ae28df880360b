"""The things that calls to RDS and Redshift name: `named_things` says what is there, and how it is known."""

from __future__ import annotations

from dataclasses import replace

from catalog.sandbox.registry.references import NamedThing
from catalog.sandbox.registry.things import (
    BUCKET,
    CLUSTER_SETTINGS,
    DATABASE_CLUSTER,
    DATABASE_INSTANCE,
    DATABASE_PROXY,
    DB_GROUP,
    GLOBAL_CLUSTER,
    GROUP,
    MEMORY_GROUP,
    ROLE_ARN,
    SUBNET,
    TOPIC,
    WAREHOUSE_GROUP,
    WAREHOUSE_SETTINGS,
)

RDS_GROUP = ("InvalidParameterValue", "Invalid security group , groupId= {it}, groupName=.")
MONITORING = NamedThing(
    "MonitoringRoleArn",
    ROLE_ARN,
    "InvalidParameterValue",
    "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
)
DATABASE = (
    NamedThing("DBSubnetGroupName", DB_GROUP, "DBSubnetGroupNotFoundFault", "DB subnet group '{it}' does not exist."),
    NamedThing("VpcSecurityGroupIds.*", GROUP, *RDS_GROUP),
    MONITORING,
)
CLUSTER_GROUP = NamedThing(
    "DBClusterParameterGroupName",
    CLUSTER_SETTINGS,
    "DBClusterParameterGroupNotFound",
    "DBClusterParameterGroup not found: {it}",
)
WAREHOUSE_PARAMETERS = NamedThing(
    "ClusterParameterGroupName",
    WAREHOUSE_SETTINGS,
    "ClusterParameterGroupNotFound",
    "ClusterParameterGroup not found: {it}",
)

MEMORY_SECURITY = ("InvalidParameterValueException", "Security group {it} does not exist.")
DATABASES: dict[tuple[str, ...], tuple[NamedThing, ...]] = {
    ("rds", "CreateDBInstance"): DATABASE,
    ("rds", "CreateDBCluster"): (
        *DATABASE,
        CLUSTER_GROUP,
        NamedThing(
            "GlobalClusterIdentifier",
            GLOBAL_CLUSTER,
            "GlobalClusterNotFoundFault",
            "Global cluster {it} not found",
        ),
    ),
    ("rds", "ModifyDBInstance"): (NamedThing("VpcSecurityGroupIds.*", GROUP, *RDS_GROUP), MONITORING),
    ("rds", "ModifyDBCluster"): (
        NamedThing("VpcSecurityGroupIds.*", GROUP, *RDS_GROUP),
        MONITORING,
        CLUSTER_GROUP,
    ),
    ("rds", "ModifyDBProxyTargetGroup"): (
        NamedThing(
            "DBProxyName",
            DATABASE_PROXY,
            "DBProxyNotFoundFault",
            "The specified proxy name {it} doesn't correspond to a proxy owned by your Amazon Web Services account "
            "in the specified Amazon Web Services Region.",
        ),
    ),
    ("rds", "CreateBlueGreenDeployment"): (
        NamedThing(
            "Source",
            replace(DATABASE_CLUSTER, known=lambda it: ":cluster:" in it),
            "DBClusterNotFoundFault",
            "DBCluster {last} not found.",
        ),
        NamedThing(
            "Source",
            replace(DATABASE_INSTANCE, known=lambda it: ":db:" in it),
            "DBInstanceNotFound",
            "DBInstance {last} not found.",
        ),
    ),
    ("rds", "RegisterDBProxyTargets"): (
        NamedThing("DBClusterIdentifiers.*", DATABASE_CLUSTER, "DBClusterNotFoundFault", "DBCluster {it} not found."),
        NamedThing("DBInstanceIdentifiers.*", DATABASE_INSTANCE, "DBInstanceNotFound", "DBInstance {it} not found."),
    ),
    ("rds", "CreateEventSubscription", "ModifyEventSubscription"): (
        NamedThing("SnsTopicArn", TOPIC, "SNSTopicArnNotFound", "The SNS topic ARN does not exist."),
    ),
    ("redshift", "CreateCluster"): (
        NamedThing(
            "ClusterSubnetGroupName",
            WAREHOUSE_GROUP,
            "ClusterSubnetGroupNotFoundFault",
            "The cluster subnet group name does not refer to an existing cluster subnet group.",
        ),
        WAREHOUSE_PARAMETERS,
    ),
    ("redshift", "EnableLogging"): (
        NamedThing("BucketName", BUCKET, "BucketNotFoundFault", "Could not find the specified S3 bucket."),
    ),
    ("redshift", "ModifyCluster"): (WAREHOUSE_PARAMETERS,),
    ("memorydb", "CreateCluster"): (
        NamedThing("SubnetGroupName", MEMORY_GROUP, "SubnetGroupNotFoundFault", "Subnet group {it} not found."),
        NamedThing("SecurityGroupIds.*", GROUP, *MEMORY_SECURITY),
    ),
    ("memorydb", "UpdateCluster"): (NamedThing("SecurityGroupIds.*", GROUP, *MEMORY_SECURITY),),
    ("memorydb", "CreateSubnetGroup", "UpdateSubnetGroup"): (
        NamedThing("SubnetIds.*", SUBNET, "InvalidSubnet", "An invalid subnet identifier was specified."),
    ),
}
"""(Service, operation, …) → what it looks for."""
