"""Connections of Direct Connect. No line is laid."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import plain, regional, tagged, taken


def connection(it: ApiResource) -> dict[str, Any]:
    """The connection of a call, whose id its ARN has too."""
    return {"connectionId": it["ConnectionId"] or str(it["ConnectionArn"]).rpartition("/")[2]}


def connection_arn(it: ApiResource) -> str:
    """The ARN of a connection."""
    return str(it["ConnectionArn"] or regional(it, "directconnect", f"dxcon/{it['ConnectionId'] or '*'}"))


def existing(it: ApiResource, answer: Any) -> Any:
    """The connection, unless it is deleted."""
    listed = answer.get("connections") or [{}]
    return None if listed[0].get("connectionState") in ("deleted", None) else listed[0]


CONNECTION = plain(
    "AWS::DirectConnect::Connection",
    "directconnect",
    (),
    create=ApiCall("CreateConnection", copies=True),
    known=lambda it, answer: {
        "ConnectionId": answer["connectionId"],
        "ConnectionArn": regional(it, "directconnect", f"dxcon/{answer['connectionId']}"),
    },
    read=ApiCall("DescribeConnections", connection),
    shown=existing,
    attributes=taken(ConnectionId="connectionId", ConnectionState="connectionState"),
    settings=(
        Setting(
            ("LagId",),
            ApiCall("AssociateConnectionWithLag", lambda it: {**connection(it), "lagId": it["LagId"]}),
            ApiCall("DisassociateConnectionFromLag", lambda it: {**connection(it), "lagId": it.old["LagId"]}),
            on_create=False,
        ),
    ),
    update=ApiCall("UpdateConnection", connection, copies=True),
    delete=(ApiCall("DeleteConnection", connection),),
    tagging=tagged("resourceArn", connection_arn, "tags"),
    arn=connection_arn,
)

TYPES = (CONNECTION,)
