"""Channels and endpoints of MediaPackage."""

from __future__ import annotations

from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks

CHANNEL = {"Type": "AWS::MediaPackage::Channel", "Properties": {"Id": "around"}}


def actions(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}:{name}" for name in names)


CASES = (
    Case(
        "AWS::MediaPackage::Channel",
        {"Id": "one", "Description": "one", "EgressAccessLogs": {"LogGroupName": "/aws/MediaPackage/Egress"}},
        asks("mediapackage", "describe_channel", Id="@"),
        {"Description": "one", "EgressAccessLogs": {"LogGroupName": "/aws/MediaPackage/Egress"}},
        changed={"Description": "two", "EgressAccessLogs": None},
        then={"Description": "two", "EgressAccessLogs": None},
        replaced={"Id": "two"},
        tags=asks("mediapackage", "describe_channel", "Tags", Id="@"),
        denied=actions("mediapackage", "CreateChannel", "DescribeChannel", "TagResource", "ConfigureLogs"),
        denied_later=actions("mediapackage", "UpdateChannel", "DeleteChannel"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::MediaPackage::OriginEndpoint",
        {"Id": "one", "ChannelId": {"Ref": "Channel"}, "Description": "one", "StartoverWindowSeconds": 60},
        asks("mediapackage", "describe_origin_endpoint", Id="@"),
        {"Description": "one", "StartoverWindowSeconds": 60, "ChannelId": "around"},
        changed={"Description": "two", "HlsPackage": {"SegmentDurationSeconds": 6}},
        then={"Description": "two", "HlsPackage": {"SegmentDurationSeconds": 6}},
        replaced={"Id": "two"},
        tags=asks("mediapackage", "describe_origin_endpoint", "Tags", Id="@"),
        denied=actions("mediapackage", "CreateOriginEndpoint", "DescribeOriginEndpoint", "TagResource"),
        denied_later=actions("mediapackage", "UpdateOriginEndpoint", "DeleteOriginEndpoint"),
        around={"Channel": CHANNEL},
        attributes=("Arn", "Url"),
    ),
    Case(
        "AWS::MediaPackageV2::ChannelGroup",
        {"ChannelGroupName": "one", "Description": "one"},
        lambda world, arn: world.client("mediapackagev2").get_channel_group(ChannelGroupName=arn.split("/")[1]),
        {"Description": "one"},
        changed={"Description": "two"},
        then={"Description": "two"},
        replaced={"ChannelGroupName": "two"},
        tags=asks("mediapackagev2", "list_tags_for_resource", "Tags", ResourceArn="@"),
        denied=actions("mediapackagev2", "CreateChannelGroup", "GetChannelGroup", "TagResource"),
        denied_later=actions("mediapackagev2", "UpdateChannelGroup", "DeleteChannelGroup"),
        attributes=("Arn", "EgressDomain"),
    ),
    Case(
        "AWS::MediaPackageV2::Channel",
        {"ChannelGroupName": "around", "ChannelName": "one", "InputType": "CMAF", "Description": "one"},
        lambda world, arn: world.client("mediapackagev2").get_channel(
            ChannelGroupName="around", ChannelName=arn.split("/")[3]
        ),
        {"Description": "one", "InputType": "CMAF"},
        changed={"Description": "two", "InputSwitchConfiguration": {"MQCSInputSwitching": True}},
        then={"Description": "two", "InputSwitchConfiguration": {"MQCSInputSwitching": True}},
        replaced={"ChannelName": "two"},
        tags=asks("mediapackagev2", "list_tags_for_resource", "Tags", ResourceArn="@"),
        denied=actions("mediapackagev2", "CreateChannel", "GetChannel", "TagResource"),
        denied_later=actions("mediapackagev2", "UpdateChannel", "DeleteChannel"),
        around={"Group": {"Type": "AWS::MediaPackageV2::ChannelGroup", "Properties": {"ChannelGroupName": "around"}}},
        after=("Group",),
        attributes=("Arn",),
    ),
)
