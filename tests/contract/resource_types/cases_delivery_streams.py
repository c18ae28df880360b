"""Delivery streams of Firehose."""

from __future__ import annotations

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed

TRUST = {"Effect": "Allow", "Principal": {"Service": "firehose.amazonaws.com"}, "Action": "sts:AssumeRole"}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]}},
}
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}
BACKUP = {"BucketARN": "arn:aws:s3:::backup", "RoleARN": ROLE_ARN}
DOMAIN = {
    "DomainARN": f"arn:aws:es:{REGION}:{ACCOUNT}:domain/logs",
    "IndexName": "one",
    "RoleARN": ROLE_ARN,
    "S3Configuration": BACKUP,
}
KEY = {"KeyType": "AWS_OWNED_CMK"}

CASES = (
    Case(
        "AWS::KinesisFirehose::DeliveryStream",
        {
            "DeliveryStreamType": "DirectPut",
            "DeliveryStreamEncryptionConfigurationInput": KEY,
            "AmazonopensearchserviceDestinationConfiguration": DOMAIN,
        },
        asks("firehose", "describe_delivery_stream", "DeliveryStreamDescription", DeliveryStreamName="@"),
        {
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamEncryptionConfiguration": {**KEY, "Status": "ENABLED"},
            "Destinations": [{"AmazonopensearchserviceDestinationDescription": {"IndexName": "one"}}],
        },
        changed={
            "DeliveryStreamEncryptionConfigurationInput": None,
            "AmazonopensearchserviceDestinationConfiguration": {
                **DOMAIN,
                "IndexName": "two",
                "S3Configuration": {**BACKUP, "Prefix": "p/"},
            },
        },
        then={
            "DeliveryStreamEncryptionConfiguration": {"Status": "DISABLED"},
            "Destinations": [
                {
                    "AmazonopensearchserviceDestinationDescription": {
                        "IndexName": "two",
                        "S3DestinationDescription": {"BucketARN": "arn:aws:s3:::backup", "Prefix": "p/"},
                    }
                }
            ],
        },
        replaced={"DeliveryStreamName": "another"},
        tags=listed(asks("firehose", "list_tags_for_delivery_stream", "Tags", DeliveryStreamName="@")),
        denied=(
            "firehose:CreateDeliveryStream",
            "firehose:DescribeDeliveryStream",
            "firehose:TagDeliveryStream",
            "iam:PassRole",
        ),
        denied_later=(
            "firehose:UpdateDestination",
            "firehose:StopDeliveryStreamEncryption",
            "firehose:DeleteDeliveryStream",
        ),
        around={"Role": ROLE},
        attributes=("Arn",),
    ),
)
