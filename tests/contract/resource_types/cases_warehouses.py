"""Parameter groups, snapshots and copy grants of Redshift."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.contract.resource_types.cases_platforms import WAREHOUSE
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, listed, with_more

asked = partial(asks, "redshift")


def by_name(operation: str, path: str, parameter: str) -> Any:
    """What an operation shows of the name at the end of an ARN."""

    def read(world: World, arn: str) -> Any:
        return asked(operation, path, **{parameter: arn.replace("/", ":").rpartition(":")[2]})(world, arn)

    return read


SNAPSHOT = by_name("describe_cluster_snapshots", "Snapshots.0", "SnapshotIdentifier")
CASES = (
    Case(
        "AWS::Redshift::ClusterParameterGroup",
        {
            "ParameterGroupFamily": "redshift-1.0",
            "Description": "one",
            "Parameters": [
                {"ParameterName": "require_ssl", "ParameterValue": "true"},
                {"ParameterName": "query_group", "ParameterValue": "night"},
            ],
        },
        with_more(
            asked("describe_cluster_parameter_groups", "ParameterGroups.0", ParameterGroupName="@"),
            values=listed(
                asked("describe_cluster_parameters", "Parameters", ParameterGroupName="@"),
                "ParameterName",
                "ParameterValue",
            ),
        ),
        {"Description": "one", "values": {"require_ssl": "true", "query_group": "night"}},
        changed={"Parameters": [{"ParameterName": "query_group", "ParameterValue": "day"}]},
        then={"values": {"require_ssl": "false", "query_group": "day"}},
        replaced={"Description": "two"},
        tags=listed(asked("describe_cluster_parameter_groups", "ParameterGroups.0.Tags", ParameterGroupName="@")),
        denied=(
            "redshift:CreateClusterParameterGroup",
            "redshift:CreateTags",
            "redshift:DescribeClusterParameterGroups",
            "redshift:ModifyClusterParameterGroup",
        ),
        denied_later=("redshift:ResetClusterParameterGroup", "redshift:DeleteClusterParameterGroup"),
    ),
    Case(
        "AWS::Redshift::Snapshot",
        {"SnapshotIdentifier": "first", "ClusterIdentifier": {"Ref": "Cluster"}},
        SNAPSHOT,
        {"Status": "available", "SnapshotType": "manual", "MasterUsername": "ann"},
        changed={"ManualSnapshotRetentionPeriod": 7},
        then={"ManualSnapshotRetentionPeriod": 7},
        replaced={"SnapshotIdentifier": "second"},
        tags=listed(lambda world, arn: SNAPSHOT(world, arn)["Tags"]),
        denied=("redshift:CreateClusterSnapshot", "redshift:CreateTags", "redshift:DescribeClusterSnapshots"),
        denied_later=("redshift:ModifyClusterSnapshot", "redshift:DeleteClusterSnapshot"),
        around={"Cluster": {"Type": "AWS::Redshift::Cluster", "Properties": WAREHOUSE}},
        attributes=("SnapshotArn", "Status", "NodeType", "Port"),
    ),
    Case(
        "AWS::Redshift::SnapshotCopyGrant",
        {"SnapshotCopyGrantName": "copies"},
        by_name("describe_snapshot_copy_grants", "SnapshotCopyGrants.0", "SnapshotCopyGrantName"),
        {"SnapshotCopyGrantName": "copies"},
        replaced={"SnapshotCopyGrantName": "others"},
        tags=lambda world, arn: {
            each["Tag"]["Key"]: each["Tag"]["Value"]
            for each in world.client("redshift").describe_tags(ResourceName=arn)["TaggedResources"]
        },
        denied=(
            "redshift:CreateSnapshotCopyGrant",
            "redshift:CreateTags",
            "redshift:DescribeSnapshotCopyGrants",
        ),
        denied_later=("redshift:DeleteSnapshotCopyGrant",),
        attributes=("Arn",),
    ),
)
