"""Global tables: the replica in the stack's Region is a table of DynamoDB."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_data import HASH, INDEX, table, table_tags
from tests.contract.resource_types.conftest import REGION, Case, World

ATTRIBUTES = [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "team", "AttributeType": "S"}]


def replica(**more: Any) -> list[dict[str, Any]]:
    return [{"Region": REGION, **more}, {"Region": "eu-west-1"}]


def with_tags(world: World, name: str) -> Any:
    tags = " ".join(f"{key}={value}" for key, value in sorted(table_tags(world, name).items()))
    return {**table(world, name), "tags": tags}


def tag(key: str, value: str) -> dict[str, str]:
    return {"Key": key, "Value": value}


CASES = (
    Case(
        "AWS::DynamoDB::GlobalTable",
        {
            "AttributeDefinitions": ATTRIBUTES,
            "KeySchema": HASH,
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": [INDEX],
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
            "Replicas": replica(
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
                Tags=[tag("a", "1"), tag("b", "1")],
            ),
        },
        with_tags,
        {
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "GlobalSecondaryIndexes": [{"IndexName": "by-team"}],
            "recovery": "ENABLED",
            "tags": "a=1 b=1",
            "expiry": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"},
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        },
        changed={
            "AttributeDefinitions": ATTRIBUTES[:1],
            "GlobalSecondaryIndexes": None,
            "TimeToLiveSpecification": None,
            "Replicas": replica(DeletionProtectionEnabled=False, Tags=[tag("b", "2"), tag("c", "1")]),
        },
        then={
            "recovery": "DISABLED",
            "expiry": {"TimeToLiveStatus": "DISABLED"},
            "DeletionProtectionEnabled": False,
            "tags": "b=2 c=1",
        },
        replaced={"TableName": "another"},
        denied=("dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:UpdateContinuousBackups"),
        denied_later=(
            *("dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive", "dynamodb:DeleteTable"),
            *("dynamodb:TagResource", "dynamodb:UntagResource"),
        ),
        attributes=("Arn", "StreamArn", "TableId"),
        unread=("TableId",),
    ),
)
