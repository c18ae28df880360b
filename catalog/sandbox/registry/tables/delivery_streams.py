"""Delivery streams of Firehose. A record that is put into one reaches a destination in S3 alone."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import by, inside, regional, taken
from catalog.sandbox.registry.shaping import copied

DESTINATION = "DestinationConfiguration"
ENCRYPTION = ("DeliveryStreamEncryptionConfigurationInput",)
KEY = ("create", "DeliveryStreamEncryptionConfigurationInput.KeyARN")
SAME = by("DeliveryStreamName")


def as_update(name: str) -> str:
    """The member of an update that a member of a creation has become."""
    return name.replace("Configuration", "Update") if name.startswith(("S3Con", "S3Backup")) else name


def changed(it: ApiResource) -> dict[str, Any]:
    """UpdateDestination, with the version of the stream that is read before."""
    stream = it.ask("DescribeDeliveryStream", SAME(it))["DeliveryStreamDescription"]
    given = {
        name.replace("Configuration", "Update"): {as_update(member): value for member, value in dict(body).items()}
        for name, body in it.properties.items()
        if name.endswith(DESTINATION)
    }
    return {
        **SAME(it),
        "CurrentDeliveryStreamVersionId": stream["VersionId"],
        "DestinationId": stream["Destinations"][0]["DestinationId"],
        **copied(given, operation_model("firehose", "UpdateDestination").input_shape, {}),
    }


DELIVERY_STREAM = ApiType(
    "AWS::KinesisFirehose::DeliveryStream",
    "firehose",
    create=ApiCall("CreateDeliveryStream", copies=True, identity=("DeliveryStreamName",)),
    read=ApiCall("DescribeDeliveryStream", SAME),
    shown=inside("DeliveryStreamDescription"),
    attributes=taken(Arn="DeliveryStreamARN"),
    settings=(
        Setting(
            ENCRYPTION,
            ApiCall("StartDeliveryStreamEncryption", lambda it: SAME(it) | it.given(*ENCRYPTION)),
            ApiCall("StopDeliveryStreamEncryption", SAME),
            on_create=False,
        ),
    ),
    update=ApiCall("UpdateDestination", changed),
    delete=(ApiCall("DeleteDeliveryStream", SAME),),
    tagging=Tagging(ApiCall("TagDeliveryStream", SAME), ApiCall("UntagDeliveryStream", SAME), "Tags"),
    arn=lambda it: regional(it, "firehose", f"deliverystream/{it['DeliveryStreamName']}"),
    also_for={KEY: ("kms:DescribeKey", "kms:CreateGrant"), ("update", KEY[1]): ("kms:DescribeKey", "kms:CreateGrant")},
    modelled=tuple(f"DatabaseSourceConfiguration.{name}" for name in ("Digest", "PublicCertificate")),
)

TYPES = (DELIVERY_STREAM,)
