"""Deliveries of vended logs, and pipes."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_delivery_streams import ROLE
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, with_more

BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders"
SOURCE: dict[str, Any] = {"Name": "one", "ResourceArn": BUS, "LogType": "INFO_LOGS"}
DESTINATION: dict[str, Any] = {
    "Name": "one",
    "DestinationResourceArn": "arn:aws:s3:::logs",
    "OutputFormat": "json",
}
READ_BY_ALL = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "logs:CreateDelivery", "Resource": "*"}
    ],
}


def tags_of(kind: str) -> Any:
    return lambda world, name: world.client("logs").list_tags_for_resource(
        resourceArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:{kind}:{name}"
    )["tags"]


def resource(last: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Type": f"AWS::Logs::{last}", "Properties": properties}


CASES = (
    Case(
        "AWS::Logs::DeliverySource",
        SOURCE,
        asks("logs", "get_delivery_source", "deliverySource", name="@"),
        {"resourceArns": [BUS], "service": "events", "logType": "INFO_LOGS"},
        changed={"LogType": "ERROR_LOGS"},
        then={"logType": "ERROR_LOGS"},
        replaced={"Name": "two"},
        tags=tags_of("delivery-source"),
        denied=("logs:PutDeliverySource", "logs:GetDeliverySource", "logs:TagResource", "logs:ListTagsForResource"),
        denied_later=("logs:PutDeliverySource", "logs:DeleteDeliverySource"),
        attributes=("Arn", "Service"),
    ),
    Case(
        "AWS::Logs::DeliveryDestination",
        DESTINATION
        | {"DeliveryDestinationPolicy": {"DeliveryDestinationName": "one", "DeliveryDestinationPolicy": READ_BY_ALL}},
        with_more(
            asks("logs", "get_delivery_destination", "deliveryDestination", name="@"),
            policy=asks("logs", "get_delivery_destination_policy", "policy", deliveryDestinationName="@"),
        ),
        {
            "deliveryDestinationType": "S3",
            "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::logs"},
        },
        changed={"DeliveryDestinationPolicy": None},
        then={"policy": {}, "outputFormat": "json"},
        replaced={
            "Name": "two",
            "DestinationResourceArn": None,
            "OutputFormat": None,
            "DeliveryDestinationType": "XRAY",
        },
        tags=tags_of("delivery-destination"),
        denied=(
            "logs:PutDeliveryDestination",
            "logs:GetDeliveryDestination",
            "logs:TagResource",
            "logs:PutDeliveryDestinationPolicy",
        ),
        denied_later=("logs:DeleteDeliveryDestinationPolicy", "logs:DeleteDeliveryDestination"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::Logs::Delivery",
        {
            "DeliverySourceName": {"Ref": "Source"},
            "DeliveryDestinationArn": {"Fn::GetAtt": ["Destination", "Arn"]},
            "RecordFields": ["date"],
            "S3SuffixPath": "{yyyy}",
        },
        asks("logs", "get_delivery", "delivery", id="@"),
        {"recordFields": ["date"], "s3DeliveryConfiguration": {"suffixPath": "{yyyy}"}},
        changed={"RecordFields": ["date", "time"], "S3EnableHiveCompatiblePath": True},
        then={
            "recordFields": ["date", "time"],
            "s3DeliveryConfiguration": {"suffixPath": "{yyyy}", "enableHiveCompatiblePath": True},
        },
        tags=tags_of("delivery"),
        denied=("logs:CreateDelivery", "logs:GetDelivery", "logs:TagResource", "logs:GetDeliverySource"),
        denied_later=("logs:UpdateDeliveryConfiguration", "logs:DeleteDelivery"),
        around={
            "Source": resource("DeliverySource", SOURCE),
            "Destination": resource("DeliveryDestination", DESTINATION),
        },
        attributes=("Arn", "DeliveryDestinationType"),
    ),
    Case(
        "AWS::Pipes::Pipe",
        {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Source": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/orders",
            "SourceParameters": {"KinesisStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 5}},
            "Target": f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders",
        },
        asks("pipes", "describe_pipe", Name="@"),
        {"CurrentState": "RUNNING", "SourceParameters": {"KinesisStreamParameters": {"StartingPosition": "LATEST"}}},
        changed={
            "Target": f"arn:aws:sqs:{REGION}:{ACCOUNT}:bills",
            "DesiredState": "STOPPED",
            "SourceParameters": {"KinesisStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 6}},
        },
        then={
            "CurrentState": "STOPPED",
            "SourceParameters": {"KinesisStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 6}},
        },
        replaced={"Name": "another"},
        tags=asks("pipes", "describe_pipe", "Tags", Name="@"),
        map_tags=True,
        denied=("pipes:CreatePipe", "pipes:DescribePipe", "pipes:TagResource", "iam:PassRole"),
        denied_later=("pipes:UpdatePipe", "pipes:DeletePipe"),
        around={"Role": ROLE},
        attributes=("Arn", "CurrentState"),
    ),
)
