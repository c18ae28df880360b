"""Recorders and delivery channels of AWS Config. Nothing is recorded."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain, regional
from catalog.sandbox.registry.shaping import copied

NAME = ("Name",)


def put(noun: str, *left_out: str) -> ApiCall:
    """The operation that makes and changes something, with all its properties in one member."""

    def parameters(it: ApiResource) -> dict[str, Any]:
        given = {name: value for name, value in it.properties.items() if name not in left_out}
        shape = operation_model("config", f"Put{noun}").input_shape
        return copied({noun: {**given, "Name": it["Name"]}}, shape, {})

    return ApiCall(f"Put{noun}", parameters)


def started(it: ApiResource) -> dict[str, Any] | None:
    """StartConfigurationRecorder for a new recorder, unless the template does not want it."""
    return (
        None if it.old or it.text("StartedOnCreate", "true") == "false" else {"ConfigurationRecorderName": it["Name"]}
    )


PUT_RECORDER = put("ConfigurationRecorder", "StartedOnCreate")
RECORDER = plain(
    "AWS::Config::ConfigurationRecorder",
    "config",
    NAME,
    create=PUT_RECORDER,
    read=ApiCall("DescribeConfigurationRecorders", lambda it: {"ConfigurationRecorderNames": [it["Name"]]}),
    shown=inside("ConfigurationRecorders.0"),
    settings=(
        Setting(("RoleARN", "RecordingGroup", "RecordingMode"), PUT_RECORDER, on_create=False),
        Setting(("RoleARN",), ApiCall("StartConfigurationRecorder", started)),
    ),
    update=None,
    delete=(ApiCall("DeleteConfigurationRecorder", lambda it: {"ConfigurationRecorderName": it["Name"]}),),
    arn=lambda it: regional(it, "config", f"configuration-recorder/{it['Name']}/*"),
)
PUT_CHANNEL = put("DeliveryChannel")
CHANNEL = plain(
    "AWS::Config::DeliveryChannel",
    "config",
    NAME,
    create=PUT_CHANNEL,
    read=ApiCall("DescribeDeliveryChannels", lambda it: {"DeliveryChannelNames": [it["Name"]]}),
    shown=inside("DeliveryChannels.0"),
    update=PUT_CHANNEL,
    delete=(ApiCall("DeleteDeliveryChannel", lambda it: {"DeliveryChannelName": it["Name"]}),),
)

TYPES = (RECORDER, CHANNEL)
