"""Streams of Kinesis and their consumers."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.rows import by, inside, plain, regional, taken

DEFAULT_HOURS = 24
NO_POLICY = "{}"


def stream(it: ApiResource) -> dict[str, Any]:
    """The name of the stream."""
    return {"StreamName": it["Name"]}


def mode(it: ApiResource) -> str:
    """The mode of a stream; one without shards and mode is provisioned with one shard."""
    return str(it.at("StreamModeDetails.StreamMode") or "PROVISIONED")


def new_stream(it: ApiResource) -> dict[str, Any]:
    """CreateStream, with shards for a provisioned stream."""
    count = int(it.properties.get("ShardCount", 1)) if mode(it) == "PROVISIONED" else None
    return stream(it) | {"ShardCount": count, "StreamModeDetails": {"StreamMode": mode(it)}}


def retention(more: bool) -> ApiCall:
    """The operation that makes the retention longer, or the one that makes it shorter; None for the other case."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        old, new = (int(each.get("RetentionPeriodHours", DEFAULT_HOURS)) for each in (it.old, it.properties))
        wanted = new > old if more else new < old
        return stream(it) | {"RetentionPeriodHours": new} if wanted else None

    return ApiCall(f"{'Increase' if more else 'Decrease'}StreamRetentionPeriod", parameters)


def metrics(enable: bool) -> ApiCall:
    """The operation that enables the metrics that are new, or disables those that are gone."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        old, new = (list(each.get("DesiredShardLevelMetrics") or ()) for each in (it.old, it.properties))
        changed = [name for name in new if name not in old] if enable else [name for name in old if name not in new]
        return stream(it) | {"ShardLevelMetrics": changed} if changed else None

    return ApiCall(f"{'Enable' if enable else 'Disable'}EnhancedMonitoring", parameters)


def resharded(it: ApiResource) -> dict[str, Any] | None:
    """UpdateShardCount, for a provisioned stream."""
    count = {"TargetShardCount": int(it.properties.get("ShardCount", 1)), "ScalingType": "UNIFORM_SCALING"}
    return stream(it) | count if mode(it) == "PROVISIONED" else None


ENCRYPTION = ("StreamEncryption",)
STREAM = ApiType(
    "AWS::Kinesis::Stream",
    "kinesis",
    create=ApiCall("CreateStream", new_stream),
    read=ApiCall("DescribeStreamSummary", stream),
    shown=inside("StreamDescriptionSummary"),
    attributes=taken(Arn="StreamARN"),
    settings=(
        Setting(
            ("StreamModeDetails",),
            ApiCall(
                "UpdateStreamMode", lambda it: {"StreamARN": it["Arn"], "StreamModeDetails": {"StreamMode": mode(it)}}
            ),
            on_create=False,
        ),
        Setting(("ShardCount",), ApiCall("UpdateShardCount", resharded), on_create=False),
        Setting(("RetentionPeriodHours",), retention(True)),
        Setting(("RetentionPeriodHours",), retention(False)),
        Setting(
            ENCRYPTION,
            ApiCall("StartStreamEncryption", lambda it: stream(it) | dict(it["StreamEncryption"])),
            ApiCall("StopStreamEncryption", lambda it: stream(it) | dict(it.old["StreamEncryption"])),
        ),
        Setting(("DesiredShardLevelMetrics",), metrics(False)),
        Setting(("DesiredShardLevelMetrics",), metrics(True)),
    ),
    delete=(ApiCall("DeleteStream", stream),),
    tagging=Tagging(ApiCall("AddTagsToStream", stream), ApiCall("RemoveTagsFromStream", stream)),
    arn=lambda it: regional(it, "kinesis", f"stream/{it['Name']}"),
    modelled=("MaxRecordSizeInKiB", "RecordDistributionStrategy", "WarmThroughputMiBps"),
)

CONSUMER = plain(
    "AWS::Kinesis::StreamConsumer",
    "kinesis",
    ("ConsumerARN",),
    create="RegisterStreamConsumer",
    known=taken(
        ConsumerARN="Consumer.ConsumerARN",
        ConsumerCreationTimestamp="Consumer.ConsumerCreationTimestamp",
        ConsumerStatus="Consumer.ConsumerStatus",
    ),
    read=ApiCall("DescribeStreamConsumer", by("ConsumerARN")),
    shown=inside("ConsumerDescription"),
    update=None,
    delete="DeregisterStreamConsumer",
    arn=lambda it: str(it["ConsumerARN"] or f"{it['StreamARN']}/consumer/{it['ConsumerName']}:*"),
    modelled=("Tags",),
)

POLICY = plain(
    "AWS::Kinesis::ResourcePolicy",
    "kinesis",
    ("ResourceArn",),
    create=ApiCall("PutResourcePolicy", identity=("ResourceArn",), copies=True, renamed={"ResourcePolicy": "Policy"}),
    read="Get",
    shown=lambda it, answer: None if answer.get("Policy") == NO_POLICY else answer,
    update=ApiCall("PutResourcePolicy", identity=("ResourceArn",), copies=True, renamed={"ResourcePolicy": "Policy"}),
    arn=lambda it: str(it["ResourceArn"]),
)

TYPES = (STREAM, CONSUMER, POLICY)
