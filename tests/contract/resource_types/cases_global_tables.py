"""Global tables: the replica in the stack's Region is a table of DynamoDB."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_data import HASH, INDEX, table
from tests.contract.resource_types.conftest import REGION, Case

ATTRIBUTES = [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "team", "AttributeType": "S"}]


def replica(**more: Any) -> list[dict[str, Any]]:
    return [{"Region": REGION, **more}, {"Region": "eu-west-1"}]


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
            "Replicas": replica(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}),
        },
        table,
        {
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "GlobalSecondaryIndexes": [{"IndexName": "by-team"}],
            "recovery": "ENABLED",
            "expiry": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"},
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        },
        changed={
            "AttributeDefinitions": ATTRIBUTES[:1],
            "GlobalSecondaryIndexes": None,
            "TimeToLiveSpecification": None,
            "Replicas": replica(DeletionProtectionEnabled=False),
        },
        then={"recovery": "DISABLED", "expiry": {"TimeToLiveStatus": "DISABLED"}, "DeletionProtectionEnabled": False},
        replaced={"TableName": "another"},
        denied=("dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:UpdateContinuousBackups"),
        denied_later=("dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive", "dynamodb:DeleteTable"),
        attributes=("Arn", "StreamArn", "TableId"),
        unread=("TableId",),
    ),
)
