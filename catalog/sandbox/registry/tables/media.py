"""Channels and endpoints of MediaPackage, of both versions. No video comes."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied

LOGS = ("EgressAccessLogs", "IngressAccessLogs")


def shown(_: ApiResource, answer: Any) -> Any:
    """The answer, which is the resource itself."""
    return answer if answer.get("Id") else None


def logs(it: ApiResource) -> dict[str, Any]:
    """ConfigureLogs."""
    return {"Id": it["Id"], **copied(it.given(*LOGS), operation_model("mediapackage", "ConfigureLogs").input_shape, {})}


CHANNEL = plain(
    "AWS::MediaPackage::Channel",
    "mediapackage",
    ("Id",),
    shown=shown,
    attributes=taken(Arn="Arn"),
    settings=(Setting(LOGS, ApiCall("ConfigureLogs", logs)),),
    tagging=tagged("ResourceArn", "Arn", "Tags"),
    arn=lambda it: str(it["Arn"] or regional(it, "mediapackage", "channels/*")),
    modelled=("HlsIngest",),
)
ENDPOINT = plain(
    "AWS::MediaPackage::OriginEndpoint",
    "mediapackage",
    ("Id",),
    shown=shown,
    attributes=taken(Arn="Arn", Url="Url"),
    tagging=tagged("ResourceArn", "Arn", "Tags"),
    arn=lambda it: str(it["Arn"] or regional(it, "mediapackage", "origin_endpoints/*")),
    also={"create": ("mediapackage:DescribeChannel",)},
    modelled=("ChannelId", "CmafPackage.HlsManifests.Url"),
)


def named(it: ApiResource) -> dict[str, Any]:
    """The names that an ARN has: `channelGroup/<group>/channel/<channel>`."""
    parts = str(it["Arn"]).split("/")
    names = dict(zip(("ChannelGroupName", "ChannelName"), parts[1::2], strict=False))
    return {name: value for name, value in names.items() if name in it.schema.properties}


TIMES = {"CreatedAt": "CreatedAt", "ModifiedAt": "ModifiedAt"}
CHANNEL_GROUP = plain(
    "AWS::MediaPackageV2::ChannelGroup",
    "mediapackagev2",
    ("ChannelGroupName",),
    known=taken(Arn="Arn"),
    identified=named,
    read="Get",
    attributes=taken(EgressDomain="EgressDomain", **TIMES),
    tagging=tagged("ResourceArn", "Arn", "Tags"),
    arn=lambda it: regional(it, "mediapackagev2", f"channelGroup/{it['ChannelGroupName']}"),
)


def channel_arn(it: ApiResource) -> str:
    """The ARN of a channel."""
    return regional(it, "mediapackagev2", f"channelGroup/{it['ChannelGroupName']}/channel/{it['ChannelName']}")


CHANNEL_V2 = plain(
    "AWS::MediaPackageV2::Channel",
    "mediapackagev2",
    ("ChannelGroupName", "ChannelName"),
    known=taken(Arn="Arn"),
    identified=named,
    read="Get",
    attributes=taken(IngestEndpoints="IngestEndpoints", **TIMES),
    tagging=tagged("ResourceArn", "Arn", "Tags"),
    arn=channel_arn,
    modelled=("MultiviewConfiguration", "OutputLockingMode"),
)

TYPES = (CHANNEL, ENDPOINT, CHANNEL_GROUP, CHANNEL_V2)
