"""A recorder of AWS Config and its delivery channel wait for each other, so that neither may depend on the other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.resource_types.cases_records import ROLE
from tests.contract.resource_types.conftest import World

RECORDER: dict[str, Any] = {
    "Type": "AWS::Config::ConfigurationRecorder",
    "Properties": {"Name": "all", "RoleARN": {"Fn::GetAtt": ["Role", "Arn"]}},
}
CHANNEL: dict[str, Any] = {"Type": "AWS::Config::DeliveryChannel", "Properties": {"S3BucketName": "records"}}
NO_CHANNEL = "Delivery channel is not available to start configuration recorder."
NO_RECORDER = "Configuration recorder is not available to put delivery channel."


def test_both_are_made_and_deleted(world: World) -> None:
    template = {"Resources": {"Recorder": RECORDER, "Channel": CHANNEL, "Role": ROLE}}
    world.deny("config:StartConfigurationRecorder")
    outcome = world.create(template)
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "is not authorized to perform: config:StartConfigurationRecorder on resource: " in outcome.reason
    assert world.delete().status == "DELETE_COMPLETE"
    world.allow()
    outcome = world.create(template)
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    (status,) = world.client("config").describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert status["recording"]
    assert world.delete().status == "DELETE_COMPLETE", world.failures()
    assert not world.client("config").describe_delivery_channels()["DeliveryChannels"]


@pytest.mark.parametrize(
    ("recorder", "channel", "words"),
    [
        (RECORDER, {**CHANNEL, "DependsOn": "Recorder"}, NO_CHANNEL),
        ({**RECORDER, "DependsOn": "Channel"}, CHANNEL, NO_RECORDER),
        (RECORDER, None, NO_CHANNEL),
        (None, CHANNEL, NO_RECORDER),
    ],
)
def test_the_first_of_them_waits_in_vain(world: World, recorder: Any, channel: Any, words: str) -> None:
    pair = {name: body for name, body in (("Recorder", recorder), ("Channel", channel)) if body}
    outcome = world.create({"Resources": {"Role": ROLE, **pair}})
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert words in outcome.reason
