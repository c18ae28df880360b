"""Clusters, snapshots, subnet groups and users of MemoryDB."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_network import SUBNET, VPC
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, World

CLUSTER = {"ClusterName": "sessions", "NodeType": "db.t4g.small", "ACLName": "open-access"}


def row(last: str, kind: str, name: str, *arguments: Any, later: str, **more: Any) -> Case:
    """A case of a type with a name, which is also the end of its ARN."""
    operation = {"SubnetGroup": "subnet_groups"}.get(last, f"{last.lower()}s")

    def read(world: World, reference: str) -> Any:
        given = {name: reference.rpartition("/")[2]}
        return getattr(world.client("memorydb"), f"describe_{operation}")(**given)[f"{last}s"][0]

    def tags(world: World, reference: str) -> Any:
        arn = f"arn:aws:memorydb:{REGION}:{ACCOUNT}:{kind}/{reference.rpartition('/')[2]}"
        return {tag["Key"]: tag["Value"] for tag in world.client("memorydb").list_tags(ResourceArn=arn)["TagList"]}

    properties, *rest = arguments
    return Case(
        f"AWS::MemoryDB::{last}",
        properties,
        read,
        *rest,
        tags=tags,
        denied=tuple(f"memorydb:{action}" for action in (f"Create{last}", "TagResource", f"Describe{last}s")),
        denied_later=tuple(f"memorydb:{action}" for action in later.split()),
        **more,
    )


CASES = (
    row(
        "Cluster",
        "cluster",
        "ClusterName",
        {**CLUSTER, "SubnetGroupName": {"Ref": "Group"}, "NumShards": 2},
        {"NodeType": "db.t4g.small", "NumberOfShards": 2, "ACLName": "open-access"},
        changed={
            "NodeType": "db.r6g.large",
            "NumShards": 3,
            "SnapshotRetentionLimit": 5,
            "SecurityGroupIds": [{"Ref": "Security"}],
        },
        then={"NodeType": "db.r6g.large", "NumberOfShards": 3, "SnapshotRetentionLimit": 5, "SecurityGroups": [{}]},
        replaced={"ClusterName": "others"},
        later="UpdateCluster DeleteCluster",
        around={
            "Vpc": VPC,
            "Subnet": SUBNET,
            "Security": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"GroupDescription": "one", "VpcId": {"Ref": "Vpc"}},
            },
            "Group": {
                "Type": "AWS::MemoryDB::SubnetGroup",
                "Properties": {"SubnetGroupName": "inner", "SubnetIds": [{"Ref": "Subnet"}]},
            },
        },
        attributes=("ARN", "Status", "ClusterEndpoint.Address", "ClusterEndpoint.Port"),
    ),
    row(
        "Snapshot",
        "snapshot",
        "SnapshotName",
        {"SnapshotName": "first", "ClusterName": {"Ref": "Cluster"}},
        {"Status": "available", "ClusterConfiguration": {"Name": "sessions"}},
        replaced={"SnapshotName": "second"},
        later="DeleteSnapshot",
        around={"Cluster": {"Type": "AWS::MemoryDB::Cluster", "Properties": CLUSTER}},
        attributes=("Arn", "Status", "Source"),
    ),
    row(
        "SubnetGroup",
        "subnetgroup",
        "SubnetGroupName",
        {"SubnetGroupName": "outer", "Description": "one", "SubnetIds": [{"Ref": "Subnet"}]},
        {"Description": "one"},
        changed={"Description": "two"},
        then={"Description": "two"},
        replaced={"SubnetGroupName": "another"},
        later="UpdateSubnetGroup DeleteSubnetGroup",
        around={"Vpc": VPC, "Subnet": SUBNET},
        attributes=("ARN",),
    ),
    row(
        "User",
        "user",
        "UserName",
        {
            "UserName": "ann",
            "AccessString": "on ~* &* +@all",
            "AuthenticationMode": {"Type": "password", "Passwords": ["correct-horse-battery"]},
        },
        {"AccessString": "on ~* &* +@all", "Authentication": {"Type": "password", "PasswordCount": 1}},
        changed={"AccessString": "on ~app::* -@all +@read", "AuthenticationMode": {"Type": "iam"}},
        then={"AccessString": "on ~app::* -@all +@read", "Authentication": {"Type": "iam"}},
        replaced={"UserName": "bob"},
        later="UpdateUser DeleteUser",
        attributes=("Arn", "Status"),
    ),
)
