"""Endpoints, tasks and subnet groups of DMS."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, Read, World
from tests.contract.resource_types.reading import by_arn, listed


def endpoint(kind: str) -> dict[str, Any]:
    """An endpoint of this kind."""
    settings = {"EndpointType": kind, "EngineName": "mysql", "ServerName": "a.example.com", "Port": 3306}
    return {"Type": "AWS::DMS::Endpoint", "Properties": settings}


SOURCE = endpoint("source")
INSTANCE = f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def subnet(number: int) -> dict[str, Any]:
    """A subnet in a zone of its own."""
    properties = {"CidrBlock": f"10.9.{number}.0/24", "AvailabilityZone": f"us-east-1{'abc'[number]}"}
    return {"Type": "AWS::EC2::Subnet", "Properties": {**properties, "VpcId": {"Ref": "Network"}}}


def filtered(operation: str, path: str, name: str) -> Read:
    """What an operation shows of the only thing that a filter finds."""

    def read(world: World, it: str) -> Any:
        answer = getattr(world.client("dms"), operation)(Filters=[{"Name": name, "Values": [it]}])
        return answer[path][0]

    return read


def tags(arn: str = "{}") -> Read:
    """The tags of an ARN that is made of the Ref."""
    answer = by_arn("dms", "ResourceArn", lambda it: arn.format(it))
    return listed(lambda world, it: answer(world, it)["TagList"])


CASES = (
    Case(
        "AWS::DMS::Endpoint",
        {**SOURCE["Properties"], "MySqlSettings": {"MaxFileSize": 5}},
        filtered("describe_endpoints", "Endpoints", "endpoint-arn"),
        {"EngineName": "mysql", "Port": 3306, "Status": "active", "MySQLSettings": {"MaxFileSize": 5}},
        changed={"EndpointIdentifier": "orders", "Port": 3307, "MySqlSettings": {"MaxFileSize": 6}},
        then={"EndpointIdentifier": "orders", "Port": 3307, "MySQLSettings": {"MaxFileSize": 6}},
        replaced={"EndpointIdentifier": "others", "ResourceIdentifier": "anotherone"},
        tags=tags(),
        denied=("dms:CreateEndpoint", "dms:AddTagsToResource", "dms:DescribeEndpoints"),
        denied_later=("dms:ModifyEndpoint", "dms:DeleteEndpoint"),
    ),
    Case(
        "AWS::DMS::ReplicationTask",
        {
            "MigrationType": "full-load",
            "ReplicationInstanceArn": INSTANCE,
            "SourceEndpointArn": {"Ref": "Source"},
            "TargetEndpointArn": {"Ref": "Target"},
            "TableMappings": "{}",
        },
        filtered("describe_replication_tasks", "ReplicationTasks", "replication-task-arn"),
        {"MigrationType": "full-load", "TableMappings": "{}", "Status": "ready"},
        changed={"TableMappings": '{"rules": []}', "TaskData": "{}"},
        then={"TableMappings": '{"rules": []}', "TaskData": "{}"},
        replaced={"MigrationType": "cdc"},
        tags=tags(),
        denied=("dms:CreateReplicationTask", "dms:AddTagsToResource", "dms:DescribeReplicationTasks"),
        denied_later=("dms:ModifyReplicationTask", "dms:DeleteReplicationTask"),
        around={"Source": SOURCE, "Target": endpoint("target")},
    ),
    Case(
        "AWS::DMS::ReplicationSubnetGroup",
        {
            "ReplicationSubnetGroupDescription": "one",
            "SubnetIds": [{"Ref": "First"}, {"Ref": "Second"}],
        },
        filtered("describe_replication_subnet_groups", "ReplicationSubnetGroups", "replication-subnet-group-id"),
        {"ReplicationSubnetGroupDescription": "one", "Subnets": [{"SubnetStatus": "Active"}] * 2},
        changed={
            "ReplicationSubnetGroupDescription": "two",
            "SubnetIds": [{"Ref": name} for name in ("First", "Second", "Third")],
        },
        then={"ReplicationSubnetGroupDescription": "two", "Subnets": [{"SubnetStatus": "Active"}] * 3},
        replaced={"ReplicationSubnetGroupIdentifier": "another"},
        tags=tags(f"arn:aws:dms:{REGION}:{ACCOUNT}:subgrp:{{}}"),
        denied=(
            "dms:CreateReplicationSubnetGroup",
            "dms:AddTagsToResource",
            "dms:DescribeReplicationSubnetGroups",
        ),
        denied_later=("dms:ModifyReplicationSubnetGroup", "dms:DeleteReplicationSubnetGroup"),
        around={
            "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}},
            **{name: subnet(number) for number, name in enumerate(("First", "Second", "Third"))},
        },
    ),
)
