"""Deliveries of the logs that services vend, with their sources and destinations. Nothing is delivered."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken

READS_TAGS = ("logs:ListTagsForResource",)


def of_kind(last: str, kind: str, **more: Any) -> ApiType:
    """A type with a name, an ARN and tags."""
    member = last[0].lower() + last[1:]

    def arn(it: ApiResource) -> str:
        return regional(it, "logs", f"{kind}:{it['Name']}")

    return plain(
        f"AWS::Logs::{last}",
        "logs",
        ("Name",),
        read="Get",
        shown=inside(member),
        tagging=tagged("resourceArn", arn, "tags"),
        arn=arn,
        also=dict.fromkeys(("create", "update"), READS_TAGS),
        **more,
    )


def resource(it: ApiResource) -> dict[str, Any]:
    """The resource that gets the logs, inside of the configuration."""
    arn = it["DestinationResourceArn"]
    return {"deliveryDestinationConfiguration": None if arn is None else {"destinationResourceArn": arn}}


def policy(it: ApiResource) -> dict[str, Any]:
    """PutDeliveryDestinationPolicy; the property names the destination too."""
    given = it["DeliveryDestinationPolicy"] or {}
    return {"deliveryDestinationName": it["Name"], "deliveryDestinationPolicy": given.get("DeliveryDestinationPolicy")}


SOURCE = of_kind(
    "DeliverySource",
    "delivery-source",
    create="PutDeliverySource",
    update="PutDeliverySource",
    attributes=taken(Arn="arn", Service="service", ResourceArns="resourceArns"),
    modelled=("DeliverySourceConfiguration",),
)
DESTINATION = of_kind(
    "DeliveryDestination",
    "delivery-destination",
    create=ApiCall("PutDeliveryDestination", resource, identity=("Name",), copies=True),
    update=None,
    attributes=taken(Arn="arn"),
    settings=(
        Setting(
            ("DeliveryDestinationPolicy",),
            ApiCall("PutDeliveryDestinationPolicy", policy),
            ApiCall("DeleteDeliveryDestinationPolicy", lambda it: {"deliveryDestinationName": it["Name"]}),
        ),
    ),
)


def configured(it: ApiResource) -> dict[str, Any]:
    """How the objects in S3 are named."""
    given = {"suffixPath": it["S3SuffixPath"], "enableHiveCompatiblePath": it["S3EnableHiveCompatiblePath"]}
    s3 = {name: value for name, value in given.items() if value is not None}
    return {"s3DeliveryConfiguration": s3 or None}


def reconfigured(it: ApiResource) -> dict[str, Any]:
    """UpdateDeliveryConfiguration."""
    return {"id": it["DeliveryId"], **configured(it)}


def delivery_arn(it: ApiResource) -> str:
    """The ARN of a delivery, whose id only its creation tells."""
    return str(it["Arn"] or regional(it, "logs", f"delivery:{it['DeliveryId'] or '*'}"))


DELIVERY = plain(
    "AWS::Logs::Delivery",
    "logs",
    ("DeliveryId",),
    renamed={"DeliveryId": "id"},
    create=ApiCall("CreateDelivery", configured, copies=True),
    known=taken(DeliveryId="delivery.id"),
    read="Get",
    shown=inside("delivery"),
    attributes=taken(Arn="arn", DeliveryDestinationType="deliveryDestinationType"),
    update=ApiCall("UpdateDeliveryConfiguration", reconfigured, copies=True),
    tagging=tagged("resourceArn", delivery_arn, "tags"),
    arn=delivery_arn,
    also={
        "create": ("logs:GetDeliverySource", "logs:GetDeliveryDestination", *READS_TAGS),
        "update": READS_TAGS,
        "delete": READS_TAGS,
    },
)

TYPES = (SOURCE, DESTINATION, DELIVERY)
