"""Tables and secrets."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_messaging import KEY, POLICY, pairs
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, with_more

STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/changes"

SECRET = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "x"}}
HASH = [{"AttributeName": "id", "KeyType": "HASH"}]
INDEX = {
    "IndexName": "by-team",
    "KeySchema": [{"AttributeName": "team", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
ATTRIBUTES = [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "team", "AttributeType": "S"}]


def table(world: World, name: str) -> Any:
    dynamodb = world.client("dynamodb")
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    return {**dynamodb.describe_table(TableName=name)["Table"], "recovery": recovery, "expiry": expiry}


def table_tags(world: World, name: str) -> Any:
    arn = table(world, name)["TableArn"]
    return pairs(world.client("dynamodb").list_tags_of_resource(ResourceArn=arn)["Tags"])


def secret(world: World, arn: str) -> Any:
    described = world.client("secretsmanager").describe_secret(SecretId=arn)
    value = json.loads(world.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    return {**described, "user": value["user"], "length": len(value["password"])}


def secret_tags(world: World, arn: str) -> Any:
    return pairs(world.client("secretsmanager").describe_secret(SecretId=arn)["Tags"])


def secret_policy(world: World, arn: str) -> Any:
    return json.loads(world.client("secretsmanager").get_resource_policy(SecretId=arn)["ResourcePolicy"])


GENERATED = {"SecretStringTemplate": '{"user": "admin"}', "GenerateStringKey": "password", "PasswordLength": 20}
CASES = (
    Case(
        "AWS::DynamoDB::Table",
        {
            "AttributeDefinitions": ATTRIBUTES,
            "KeySchema": HASH,
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": [INDEX],
            "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "ContributorInsightsSpecification": {"Enabled": True},
            "KinesisStreamSpecification": {"StreamArn": STREAM},
        },
        with_more(
            table,
            insights=asks("dynamodb", "describe_contributor_insights", "ContributorInsightsStatus", TableName="@"),
            destination=asks(
                "dynamodb",
                "describe_kinesis_streaming_destination",
                "KinesisDataStreamDestinations.0.DestinationStatus",
                TableName="@",
            ),
        ),
        {
            "insights": "ENABLED",
            "destination": "ACTIVE",
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": KEY},
            "GlobalSecondaryIndexes": [{"IndexName": "by-team"}],
            "recovery": "ENABLED",
            "expiry": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"},
            "StreamSpecification": {"StreamEnabled": True},
        },
        changed={
            "AttributeDefinitions": ATTRIBUTES[:1],
            "GlobalSecondaryIndexes": None,
            "PointInTimeRecoverySpecification": None,
            "TimeToLiveSpecification": None,
            "ContributorInsightsSpecification": None,
            "KinesisStreamSpecification": None,
            "SSESpecification": None,
            "TableClass": "STANDARD_INFREQUENT_ACCESS",
        },
        then={
            "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
            "recovery": "DISABLED",
            "insights": "DISABLED",
            "destination": "DISABLED",
            "expiry": {"TimeToLiveStatus": "DISABLED"},
            "GlobalSecondaryIndexes": [],
            "SSEDescription": None,
        },
        replaced={"TableName": "another"},
        tags=table_tags,
        denied=(
            "dynamodb:CreateTable",
            "dynamodb:UpdateContributorInsights",
            "dynamodb:EnableKinesisStreamingDestination",
            "dynamodb:TagResource",
            "dynamodb:UpdateContinuousBackups",
            "dynamodb:UpdateTimeToLive",
            "dynamodb:DescribeTable",
            "kms:CreateGrant",
        ),
        denied_later=("dynamodb:UpdateTable", "dynamodb:DeleteTable"),
        attributes=("Arn", "StreamArn"),
    ),
    Case(
        "AWS::SecretsManager::Secret",
        {"Description": "d", "KmsKeyId": KEY, "GenerateSecretString": GENERATED},
        secret,
        {"Description": "d", "KmsKeyId": KEY, "user": "admin", "length": 20},
        changed={"Description": "e", "GenerateSecretString": {**GENERATED, "PasswordLength": 30}},
        then={"Description": "e", "length": 30},
        replaced={"Name": "another"},
        tags=secret_tags,
        denied=(
            "secretsmanager:CreateSecret",
            "secretsmanager:TagResource",
            "secretsmanager:GetRandomPassword",
            "secretsmanager:DescribeSecret",
            "kms:GenerateDataKey",
        ),
        denied_later=("secretsmanager:UpdateSecret", "secretsmanager:DeleteSecret"),
        attributes=("Id",),
    ),
    Case(
        "AWS::SecretsManager::ResourcePolicy",
        {"SecretId": {"Ref": "Secret"}, "ResourcePolicy": POLICY},
        secret_policy,
        POLICY,
        changed={"ResourcePolicy": {**POLICY, "Id": "changed"}},
        then={"Id": "changed"},
        replaced={"SecretId": {"Ref": "Other"}},
        denied=("secretsmanager:PutResourcePolicy", "secretsmanager:GetResourcePolicy"),
        denied_later=("secretsmanager:DeleteResourcePolicy",),
        around={"Secret": SECRET, "Other": SECRET},
        shared=True,
    ),
)
