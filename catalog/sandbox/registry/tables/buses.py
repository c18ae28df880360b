"""Buses of EventBridge: permissions, archives, connections and destinations. Nothing is delivered to a destination."""

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
    modelled=("EventSourceName",),
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


def bus_of(it: ApiResource) -> str:
    """The name of the bus of a permission."""
    return it.text("EventBusName", "default")


def permission(it: ApiResource) -> dict[str, Any]:
    """PutPermission: a statement goes with the others of the bus, since a policy replaces the one before."""
    given = it.properties.get("Statement")
    if given is None:
        return {"EventBusName": bus_of(it), **it.given("StatementId", "Action", "Principal", "Condition")}
    own = {**(json.loads(given) if isinstance(given, str) else given), "Sid": it["StatementId"]}
    before = json.loads(it.ask("DescribeEventBus", {"Name": bus_of(it)}).get("Policy") or '{"Statement": []}')
    others = [each for each in before["Statement"] if each["Sid"] != own["Sid"]]
    return {"EventBusName": bus_of(it), "Policy": as_text({"Version": "2012-10-17", "Statement": [*others, own]})}


def the_statement(it: ApiResource, answer: Any) -> Any:
    """The statement of a permission in the policy of the bus."""
    listed = json.loads(answer.get("Policy") or '{"Statement": []}')["Statement"]
    return next((each for each in listed if each["Sid"] == it["StatementId"]), None)


PERMISSION = ApiType(
    "AWS::Events::EventBusPolicy",
    "events",
    create=ApiCall("PutPermission", permission),
    known=lambda it, answer: {"EventBusName": bus_of(it)},
    read=ApiCall("DescribeEventBus", lambda it: {"Name": bus_of(it)}),
    shown=the_statement,
    update=ApiCall("PutPermission", permission),
    delete=(ApiCall("RemovePermission", lambda it: {"EventBusName": bus_of(it), "StatementId": it["StatementId"]}),),
    arn=lambda it: regional(it, "events", f"event-bus/{bus_of(it)}"),
)

SECRETS = ("secretsmanager:CreateSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue")
TYPES = (
    BUS,
    PERMISSION,
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
