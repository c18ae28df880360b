"""Streams of video, the session of Macie, groups and data sources of QuickSight."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, by_arn, listed, with_more


def actions(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}:{name}" for name in names)


ATHENA = {"AthenaParameters": {"WorkGroup": "one"}}
SOURCE: dict[str, Any] = {
    "AwsAccountId": ACCOUNT,
    "DataSourceId": "orders",
    "Name": "one",
    "Type": "ATHENA",
    "DataSourceParameters": ATHENA,
}


def tags() -> Any:
    arn = f"arn:aws:quicksight:{REGION}:{ACCOUNT}:datasource/"
    read = by_arn("quicksight", "ResourceArn", lambda reference: arn + reference.split("|")[1])
    return listed(lambda world, reference: read(world, reference)["Tags"])


CASES = (
    Case(
        "AWS::KinesisVideo::Stream",
        {
            "DataRetentionInHours": 24,
            "MediaType": "video/h264",
            "StreamStorageConfiguration": {"DefaultStorageTier": "WARM"},
        },
        with_more(
            asks("kinesisvideo", "describe_stream", "StreamInfo", StreamName="@"),
            storage=asks(
                "kinesisvideo",
                "describe_stream_storage_configuration",
                "StreamStorageConfiguration.DefaultStorageTier",
                StreamName="@",
            ),
        ),
        {"DataRetentionInHours": 24, "MediaType": "video/h264", "storage": "WARM"},
        changed={"DataRetentionInHours": 12, "MediaType": "video/h265"},
        then={"DataRetentionInHours": 12, "MediaType": "video/h265"},
        replaced={"Name": "another"},
        tags=asks("kinesisvideo", "list_tags_for_stream", "Tags", StreamName="@"),
        denied=actions("kinesisvideo", "CreateStream", "DescribeStream", "TagStream"),
        denied_later=actions("kinesisvideo", "UpdateStream", "UpdateDataRetention", "DeleteStream"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::Macie::Session",
        {"FindingPublishingFrequency": "ONE_HOUR"},
        asks("macie2", "get_macie_session"),
        {"status": "ENABLED", "findingPublishingFrequency": "ONE_HOUR"},
        changed={"Status": "PAUSED", "FindingPublishingFrequency": None},
        then={"status": "PAUSED", "findingPublishingFrequency": "SIX_HOURS"},
        denied=actions("macie2", "EnableMacie", "GetMacieSession"),
        denied_later=actions("macie2", "UpdateMacieSession", "DisableMacie"),
        attributes=("AwsAccountId", "ServiceRole"),
    ),
    Case(
        "AWS::QuickSight::Group",
        {"GroupName": "readers", "Namespace": "default", "Description": "one"},
        lambda world, arn: world.client("quicksight").describe_group(
            AwsAccountId=ACCOUNT, Namespace="default", GroupName=arn.split("/")[-1]
        )["Group"],
        {"Description": "one"},
        changed={"Description": "two"},
        then={"Description": "two"},
        replaced={"GroupName": "writers"},
        denied=actions("quicksight", "CreateGroup", "DescribeGroup"),
        denied_later=actions("quicksight", "UpdateGroup", "DeleteGroup"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::QuickSight::DataSource",
        SOURCE,
        lambda world, reference: world.client("quicksight").describe_data_source(
            AwsAccountId=ACCOUNT, DataSourceId=reference.split("|")[1]
        )["DataSource"],
        {"Name": "one", "DataSourceParameters": ATHENA, "Status": "CREATION_SUCCESSFUL"},
        changed={"Name": "two", "DataSourceParameters": {"AthenaParameters": {"WorkGroup": "two"}}},
        then={"Name": "two", "DataSourceParameters": {"AthenaParameters": {"WorkGroup": "two"}}},
        replaced={"DataSourceId": "bills"},
        tags=tags(),
        denied=actions("quicksight", "CreateDataSource", "DescribeDataSource", "TagResource"),
        denied_later=actions("quicksight", "UpdateDataSource", "DeleteDataSource"),
        attributes=("Arn", "Status"),
    ),
)
