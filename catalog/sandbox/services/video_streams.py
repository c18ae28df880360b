"""Kinesis Video Streams: the changes of a stream and its tags, which moto lacks.

Source: Kinesis Video Streams API reference, UpdateStream, UpdateDataRetention, TagStream, UntagStream,
DescribeStreamStorageConfiguration.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.kinesisvideo import urls
from moto.kinesisvideo.models import Stream
from moto.kinesisvideo.responses import KinesisVideoResponse
from moto.moto_api._internal import mock_random

from catalog.sandbox.services.keeping import keep, kept

CREATE = KinesisVideoResponse.create_stream
STORAGE = "StreamStorageConfiguration"
HOT = {"DefaultStorageTier": "HOT"}


def install() -> None:
    """Add the operations to moto's."""
    for operation in (
        *(create_stream, update_stream, update_data_retention, tag_stream, untag_stream, list_tags_for_stream),
        describe_stream_storage_configuration,
    ):
        setattr(KinesisVideoResponse, operation.__name__, operation)
        first, *rest = operation.__name__.split("_")
        path = first + "".join(word.capitalize() for word in rest)
        urls.url_paths[f"{{0}}/{path}$"] = urls.response.dispatch


def _of(response: KinesisVideoResponse) -> Stream:
    """The stream of a request; a change gives it another version."""
    name, arn = response._get_param("StreamName"), response._get_param("StreamARN")
    return response.kinesisvideo_backend._get_stream(name, arn)


def _change(response: KinesisVideoResponse) -> Stream:
    stream = _of(response)
    stream.version = mock_random.get_random_string(include_digits=False, lower_case=True)
    return stream


def create_stream(response: KinesisVideoResponse) -> ActionResult:
    """CreateStream, with the tier of its storage."""
    answer = CREATE(response)
    keep(_of(response), {STORAGE: response._get_param(STORAGE) or HOT})
    return answer


def update_stream(response: KinesisVideoResponse) -> ActionResult:
    """UpdateStream of the API reference."""
    stream = _change(response)
    stream.device_name = response._get_param("DeviceName") or stream.device_name
    stream.media_type = response._get_param("MediaType") or stream.media_type
    return ActionResult({})


def update_data_retention(response: KinesisVideoResponse) -> ActionResult:
    """UpdateDataRetention of the API reference."""
    stream, hours = _change(response), int(response._get_param("DataRetentionChangeInHours"))
    more = response._get_param("Operation") == "INCREASE_DATA_RETENTION"
    stream.data_retention_in_hours = int(stream.data_retention_in_hours or 0) + (hours if more else -hours)
    return ActionResult({})


def describe_stream_storage_configuration(response: KinesisVideoResponse) -> ActionResult:
    """DescribeStreamStorageConfiguration of the API reference."""
    stream = _of(response)
    return ActionResult({"StreamName": stream.stream_name, "StreamARN": stream.arn, STORAGE: kept(stream)[STORAGE]})


def tag_stream(response: KinesisVideoResponse) -> ActionResult:
    """TagStream of the API reference."""
    stream = _of(response)
    stream.tags = {**(stream.tags or {}), **response._get_param("Tags")}
    return ActionResult({})


def untag_stream(response: KinesisVideoResponse) -> ActionResult:
    """UntagStream of the API reference."""
    stream, keys = _of(response), response._get_param("TagKeyList")
    stream.tags = {key: value for key, value in (stream.tags or {}).items() if key not in keys}
    return ActionResult({})


def list_tags_for_stream(response: KinesisVideoResponse) -> ActionResult:
    """ListTagsForStream of the API reference."""
    tags: dict[str, Any] = _of(response).tags or {}
    return ActionResult({"Tags": tags})
