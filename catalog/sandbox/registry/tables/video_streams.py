"""Streams of Kinesis Video Streams. No video comes."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import by, inside, plain, regional, tagged, taken

NAME = by(StreamName="Name")


def changed(it: ApiResource) -> dict[str, Any]:
    """The stream and its current version, which a change names."""
    return {**NAME(it), "CurrentVersion": it.ask("DescribeStream", NAME(it))["StreamInfo"]["Version"]}


def retention(it: ApiResource) -> dict[str, Any] | None:
    """UpdateDataRetention, which takes the difference."""
    old, new = (int(each.get("DataRetentionInHours", 0)) for each in (it.old, it.properties))
    verb = "INCREASE" if new > old else "DECREASE"
    if new == old:
        return None
    return {**changed(it), "Operation": f"{verb}_DATA_RETENTION", "DataRetentionChangeInHours": abs(new - old)}


STREAM = plain(
    "AWS::KinesisVideo::Stream",
    "kinesisvideo",
    ("Name",),
    renamed={"Name": "StreamName"},
    shown=inside("StreamInfo"),
    attributes=taken(Arn="StreamARN"),
    settings=(Setting(("DataRetentionInHours",), ApiCall("UpdateDataRetention", retention), on_create=False),),
    update=ApiCall("UpdateStream", changed, copies=True),
    delete=(ApiCall("DeleteStream", by(StreamARN="Arn")),),
    tagging=tagged("StreamName", "Name", "Tags", tag="TagStream", untag="UntagStream", keys_in="TagKeyList"),
    arn=lambda it: str(it["Arn"] or regional(it, "kinesisvideo", f"stream/{it['Name']}/*")),
    modelled=("KmsKeyId", "StreamStorageConfiguration"),  # in updates: their handler has no permission to change it
)

TYPES = (STREAM,)
