"""Buses of EventBridge, with archives, connections and destinations. Nothing is delivered to a destination."""

from __future__ import annotations

import json
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text


def bus_arn(it: ApiResource) -> str:
    """The ARN of a bus."""
    return regional(it, "events", f"event-bus/{it['Name']}")


def policy(it: ApiResource) -> dict[str, Any]:
    """PutPermission with the policy of the bus: a whole one, or a single statement."""
    given = it["Policy"]
    document = json.loads(given) if isinstance(given, str) else given
    if "Statement" not in document:
        document = {"Version": "2012-10-17", "Statement": [document]}
    return {"EventBusName": it["Name"], "Policy": as_text(document)}


BUS = plain(
    "AWS::Events::EventBus",
    "events",
    ("Name",),
    attributes=taken(Arn="Arn"),
    settings=(
        Setting(
            ("Policy",),
            ApiCall("PutPermission", policy),
            ApiCall("RemovePermission", lambda it: {"EventBusName": it["Name"], "RemoveAllPermissions": True}),
        ),
    ),
    tagging=tagged("ResourceARN", bus_arn, "Tags"),
    arn=bus_arn,
)


def of_type(last: str, *, arn: str, **more: Any) -> ApiType:
    """A type with a name and an ARN."""
    name = more.pop("name", "Name")
    kind = {"Archive": "archive", "Connection": "connection", "ApiDestination": "api-destination"}[last]
    return plain(
        f"AWS::Events::{last}",
        "events",
        (name,),
        attributes=taken(Arn=arn, **more.pop("attributes", {})),
        arn=lambda it: str(it["Arn"] or regional(it, "events", f"{kind}/{it[name]}")),
        **more,
    )


def pattern(it: ApiResource) -> dict[str, Any]:
    """The source of an archive, and its pattern as text."""
    given = it.properties.get("EventPattern")
    return {"EventSourceArn": it["SourceArn"], "EventPattern": None if given is None else as_text(given)}


SECRETS = ("secretsmanager:CreateSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue")
TYPES = (
    BUS,
    of_type(
        "Archive",
        arn="ArchiveArn",
        name="ArchiveName",
        create=ApiCall("CreateArchive", pattern, copies=True, identity=("ArchiveName",)),
        modelled=("KmsKeyIdentifier",),
    ),
    of_type(
        "Connection",
        arn="ConnectionArn",
        attributes={"SecretArn": "SecretArn"},
        also={"create": SECRETS, "update": SECRETS},
        modelled=("InvocationConnectivityParameters", "KmsKeyIdentifier"),
    ),
    of_type("ApiDestination", arn="ApiDestinationArn"),
)
