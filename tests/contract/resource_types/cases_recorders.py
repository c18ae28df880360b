"""Recorders and delivery channels of AWS Config."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_records import ROLE
from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks

STOPPED: dict[str, Any] = {
    "Type": "AWS::Config::ConfigurationRecorder",
    "Properties": {"RoleARN": {"Fn::GetAtt": ["Role", "Arn"]}, "StartedOnCreate": False},
}
BUCKETS = {"ResourceTypes": ["AWS::S3::Bucket"]}

CASES = (
    Case(
        "AWS::Config::ConfigurationRecorder",
        {**STOPPED["Properties"], "RecordingGroup": BUCKETS},
        asks(
            "config", "describe_configuration_recorders", "ConfigurationRecorders.0", ConfigurationRecorderNames=["@"]
        ),
        {"recordingGroup": {"resourceTypes": ["AWS::S3::Bucket"]}},
        changed={"RecordingGroup": None, "RecordingMode": {"RecordingFrequency": "DAILY"}},
        then={"recordingGroup": {"allSupported": True}, "recordingMode": {"recordingFrequency": "DAILY"}},
        denied=("config:PutConfigurationRecorder", "config:DescribeConfigurationRecorders", "iam:PassRole"),
        denied_later=("config:PutConfigurationRecorder", "config:DeleteConfigurationRecorder"),
        around={"Role": ROLE},
    ),
    Case(
        "AWS::Config::DeliveryChannel",
        {"S3BucketName": "records"},
        asks("config", "describe_delivery_channels", "DeliveryChannels.0", DeliveryChannelNames=["@"]),
        {"s3BucketName": "records"},
        changed={"S3KeyPrefix": "a", "ConfigSnapshotDeliveryProperties": {"DeliveryFrequency": "One_Hour"}},
        then={"s3KeyPrefix": "a", "configSnapshotDeliveryProperties": {"deliveryFrequency": "One_Hour"}},
        denied=("config:PutDeliveryChannel", "config:DescribeDeliveryChannels"),
        denied_later=("config:PutDeliveryChannel", "config:DeleteDeliveryChannel"),
        around={"Role": ROLE, "Recorder": STOPPED},
    ),
)
