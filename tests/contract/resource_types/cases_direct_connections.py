"""Connections of Direct Connect."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, listed


def connection(world: World, arn: str) -> Any:
    (shown,) = world.client("directconnect").describe_connections(connectionId=arn.rpartition("/")[2])["connections"]
    return None if shown["connectionState"] == "deleted" else shown


CASES = (
    Case(
        "AWS::DirectConnect::Connection",
        {"ConnectionName": "one", "Bandwidth": "1Gbps", "Location": "EqDC2"},
        connection,
        {"connectionName": "one", "bandwidth": "1Gbps", "location": "EqDC2"},
        changed={"ConnectionName": "two"},
        then={"connectionName": "two"},
        replaced={"Bandwidth": "10Gbps"},
        tags=listed(
            asks("directconnect", "describe_tags", "resourceTags.0.tags", resourceArns=["@"]), key="key", value="value"
        ),
        denied=(
            "directconnect:CreateConnection",
            "directconnect:TagResource",
            "directconnect:DescribeConnections",
        ),
        denied_later=("directconnect:UpdateConnection", "directconnect:DeleteConnection"),
        attributes=("ConnectionId", "ConnectionState"),
    ),
)
