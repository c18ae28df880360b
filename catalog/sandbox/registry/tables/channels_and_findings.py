"""Channels of IVS, and filters of findings of Inspector. Nothing is streamed or found."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken

ARN = ("Arn",)


def changed_filter(it: ApiResource) -> dict[str, Any]:
    """The ARN of a filter, under the name that UpdateFilter has for it."""
    return {"filterArn": it["Arn"]}


RENAMED = {"FilterAction": "action"}
TYPES = (
    plain(
        "AWS::IVS::Channel",
        "ivs",
        ARN,
        create=ApiCall("CreateChannel", copies=True),
        known=taken(Arn="channel.arn", IngestEndpoint="channel.ingestEndpoint", PlaybackUrl="channel.playbackUrl"),
        read="Get",
        shown=inside("channel"),
        attributes=taken(IngestEndpoint="ingestEndpoint", PlaybackUrl="playbackUrl"),
        tagging=tagged("resourceArn", "Arn", "tags"),
        arn=lambda it: str(it["Arn"] or regional(it, "ivs", "channel/*")),
    ),
    plain(
        "AWS::InspectorV2::Filter",
        "inspector2",
        ARN,
        create=ApiCall("CreateFilter", copies=True, renamed=RENAMED),
        known=taken(Arn="arn"),
        read=ApiCall("ListFilters", lambda it: {"arns": [it["Arn"]]}),
        shown=inside("filters.0"),
        update=ApiCall("UpdateFilter", changed_filter, copies=True, renamed=RENAMED),
        tagging=tagged("resourceArn", "Arn", "tags"),
        arn=lambda it: str(it["Arn"] or regional(it, "inspector2", f"owner/{it.place.account}/filter/*")),
    ),
)
