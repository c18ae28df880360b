"""Endpoints, tasks and subnet groups of DMS. Nothing is migrated."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.rows import by, inside, plain, regional, tagged, taken

SERVICE = "dms"


def filtered(name: str, value: str) -> Any:
    """The filter that finds one."""
    return lambda it: {"Filters": [{"Name": name, "Values": [it[value]]}]}


def tags(arn: Any) -> Tagging:
    """The calls that tag something of DMS."""
    return tagged("ResourceArn", arn, "Tags", tag="AddTagsToResource", untag="RemoveTagsFromResource")


def with_arn(last: str, kind: str, identifier: str, **more: Any) -> ApiType:
    """A type whose identifier is its ARN."""
    arn = f"{last}Arn"
    return plain(
        f"AWS::DMS::{last}",
        SERVICE,
        (),
        create=ApiCall(f"Create{last}", copies=True, identity=(identifier,)),
        known=taken(**{arn: f"{last}.{arn}"}),
        shown=inside(f"{last}s.0"),
        update=ApiCall(f"Modify{last}", by(arn), copies=True),
        delete=(ApiCall(f"Delete{last}", by(arn)),),
        tagging=tags(arn),
        arn=lambda it: str(it[arn] or regional(it, SERVICE, f"{kind}:*")),
        **more,
    )


ENDPOINT = with_arn(
    "Endpoint",
    "endpoint",
    "EndpointIdentifier",
    read=ApiCall("DescribeEndpoints", filtered("endpoint-arn", "EndpointArn")),
)
TASK = with_arn(
    "ReplicationTask",
    "task",
    "ReplicationTaskIdentifier",
    read=ApiCall("DescribeReplicationTasks", filtered("replication-task-arn", "ReplicationTaskArn")),
    modelled=("CdcStartTime", "ResourceIdentifier"),
)


def group_arn(it: ApiResource) -> str:
    """The ARN of a subnet group."""
    return regional(it, SERVICE, f"subgrp:{it['ReplicationSubnetGroupIdentifier']}")


NAME = ("ReplicationSubnetGroupIdentifier",)
GROUP = plain(
    "AWS::DMS::ReplicationSubnetGroup",
    SERVICE,
    NAME,
    read=ApiCall("DescribeReplicationSubnetGroups", filtered("replication-subnet-group-id", NAME[0])),
    shown=inside("ReplicationSubnetGroups.0"),
    update="Modify",
    tagging=tags(group_arn),
    arn=group_arn,
)

TYPES = (ENDPOINT, TASK, GROUP)
