"""Vector buckets, indexes and policies of S3 Vectors; vocabularies of Transcribe; protections of Shield."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, Read, World
from tests.contract.resource_types.reading import asks, listed

BUCKET: dict[str, Any] = {
    "Type": "AWS::S3Vectors::VectorBucket",
    "Properties": {"VectorBucketName": "embeddings"},
}
tags = asks("s3vectors", "list_tags_for_resource", "tags", resourceArn="@")


def allowing(action: str) -> dict[str, Any]:
    """A policy for the account."""
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def vocabulary(last: str, source: dict[str, Any], other: dict[str, Any], *denied: str) -> Case:
    """A kind of vocabulary, which is read by the name that ends its ARN."""
    read = "get_vocabulary" if last == "Vocabulary" else "get_medical_vocabulary"

    def shown(world: World, arn: str) -> Any:
        return getattr(world.client("transcribe"), read)(VocabularyName=arn.rpartition("/")[2])

    return Case(
        f"AWS::Transcribe::{last}",
        {"VocabularyName": "drugs", "LanguageCode": "en-US", **source},
        shown,
        {"LanguageCode": "en-US"},
        changed=other,
        replaced={"VocabularyName": "tools"},
        tags=listed(asks("transcribe", "list_tags_for_resource", "Tags", ResourceArn="@")),
        denied=(f"transcribe:Create{last}", "transcribe:TagResource", f"transcribe:Get{last}", *denied),
        denied_later=(f"transcribe:Update{last}", f"transcribe:Delete{last}"),
        attributes=("Arn",),
    )


def protected(world: World, arn: str) -> Any:
    return world.client("shield").describe_protection(ProtectionId=arn.rpartition("/")[2])["Protection"]


def in_bucket(operation: str, kind: str) -> Read:
    """A vector bucket or an index by its ARN."""
    parameter = {"vectorBucket": "vectorBucketArn", "index": "indexArn"}[kind]
    return asks("s3vectors", operation, kind, **{parameter: "@"})


CASES = (
    Case(
        "AWS::S3Vectors::VectorBucket",
        {"EncryptionConfiguration": {"SseType": "AES256"}},
        in_bucket("get_vector_bucket", "vectorBucket"),
        {"encryptionConfiguration": {"sseType": "AES256"}},
        replaced={"VectorBucketName": "another"},
        tags=tags,
        denied=("s3vectors:CreateVectorBucket", "s3vectors:TagResource", "s3vectors:GetVectorBucket"),
        denied_later=("s3vectors:DeleteVectorBucket",),
        attributes=("VectorBucketArn",),
    ),
    Case(
        "AWS::S3Vectors::Index",
        {
            "VectorBucketName": "embeddings",
            "DataType": "float32",
            "Dimension": 3,
            "DistanceMetric": "cosine",
        },
        in_bucket("get_index", "index"),
        {"dimension": 3, "distanceMetric": "cosine"},
        replaced={"Dimension": 4},
        tags=tags,
        denied=("s3vectors:CreateIndex", "s3vectors:TagResource", "s3vectors:GetIndex"),
        denied_later=("s3vectors:DeleteIndex",),
        around={"Bucket": BUCKET},
        attributes=("IndexArn",),
        after=("Bucket",),
    ),
    Case(
        "AWS::S3Vectors::VectorBucketPolicy",
        {"VectorBucketName": "embeddings", "Policy": allowing("s3vectors:GetIndex")},
        asks("s3vectors", "get_vector_bucket_policy", vectorBucketArn="@"),
        {"policy": json.dumps(allowing("s3vectors:GetIndex"))},
        changed={"Policy": allowing("s3vectors:ListIndexes")},
        then={"policy": json.dumps(allowing("s3vectors:ListIndexes"))},
        denied=("s3vectors:PutVectorBucketPolicy", "s3vectors:GetVectorBucketPolicy"),
        denied_later=("s3vectors:PutVectorBucketPolicy", "s3vectors:DeleteVectorBucketPolicy"),
        around={"Bucket": BUCKET},
        after=("Bucket",),
    ),
    vocabulary("Vocabulary", {"Phrases": ["F.D.A."]}, {"Phrases": ["A.W.S."]}),
    vocabulary(
        "MedicalVocabulary",
        {"VocabularyFileUri": "s3://terms/drugs.txt"},
        {"VocabularyFileUri": "s3://terms/more.txt"},
        "s3:GetObject",
    ),
    Case(
        "AWS::Shield::Protection",
        {
            "Name": "shop",
            "ResourceArn": {
                "Fn::Sub": f"arn:aws:ec2:{REGION}:{ACCOUNT}:eip-allocation/${{Address.AllocationId}}",
            },
            "HealthCheckArns": [f"arn:aws:route53:::healthcheck/{'1' * 8}-1111-1111-1111-{'1' * 12}"],
        },
        protected,
        {"Name": "shop", "HealthCheckIds": [f"{'1' * 8}-1111-1111-1111-{'1' * 12}"]},
        changed={
            "HealthCheckArns": None,
            "ApplicationLayerAutomaticResponseConfiguration": {"Action": {"Count": {}}, "Status": "ENABLED"},
        },
        then={"HealthCheckIds": None, "ApplicationLayerAutomaticResponseConfiguration": {"Status": "ENABLED"}},
        replaced={"ResourceArn": {"Fn::Sub": "arn:aws:route53:::hostedzone/${Zone}"}, "Name": "zone"},
        tags=listed(asks("shield", "list_tags_for_resource", "Tags", ResourceARN="@")),
        denied=(
            *("shield:CreateProtection", "shield:TagResource", "shield:DescribeProtection"),
            "shield:AssociateHealthCheck",
        ),
        denied_later=(
            *("shield:DisassociateHealthCheck", "shield:EnableApplicationLayerAutomaticResponse"),
            "shield:DeleteProtection",
        ),
        around={
            "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
            "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "shielded.example."}},
        },
        attributes=("ProtectionId",),
    ),
)
