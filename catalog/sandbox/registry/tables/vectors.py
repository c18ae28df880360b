"""Vector buckets of S3 Vectors, their indexes and policies."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType
from catalog.sandbox.registry.rows import by, ending, inside, regional, tagged
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.forms import call

SERVICE = "s3vectors"
KEY_OF_BUCKET = {("create", "EncryptionConfiguration.KmsKeyArn"): ("kms:GenerateDataKey",)}


def bucket_arn(it: ApiResource) -> str:
    """The ARN of a vector bucket, which is named by it or by its name."""
    return str(it["VectorBucketArn"] or regional(it, SERVICE, f"bucket/{it['VectorBucketName'] or '*'}"))


def index_arn(it: ApiResource) -> str:
    """The ARN of an index."""
    return str(it["IndexArn"] or f"{bucket_arn(it)}/index/{it['IndexName'] or '*'}")


BY_NAME = call("GetVectorBucket", vectorBucketName="VectorBucketName")
BUCKET = ApiType(
    "AWS::S3Vectors::VectorBucket",
    SERVICE,
    create=ApiCall("CreateVectorBucket", copies=True, identity=("VectorBucketName",)),
    known=lambda it, answer: {"VectorBucketArn": bucket_arn(it)},
    identified=ending("VectorBucketArn", "/", "VectorBucketName"),
    read=BY_NAME,
    probe=BY_NAME,
    shown=inside("vectorBucket"),
    delete=(call("DeleteVectorBucket", vectorBucketName="VectorBucketName"),),
    tagging=tagged("resourceArn", bucket_arn, "tags"),
    arn=bucket_arn,
    also_for=KEY_OF_BUCKET,
)


def names_in(it: ApiResource) -> dict[str, Any]:
    """The bucket and the name in the ARN of an index."""
    whole, _, name = str(it["IndexArn"]).rpartition("/index/")
    return {"VectorBucketArn": whole, "IndexName": name}


INDEX = ApiType(
    "AWS::S3Vectors::Index",
    SERVICE,
    create=ApiCall("CreateIndex", copies=True, identity=("IndexName",)),
    known=lambda it, answer: {"IndexArn": index_arn(it)},
    identified=names_in,
    read=call("GetIndex", indexArn="IndexArn"),
    probe=ApiCall("GetIndex", lambda it: {"indexArn": index_arn(it)}),
    shown=inside("index"),
    delete=(call("DeleteIndex", indexArn="IndexArn"),),
    tagging=tagged("resourceArn", index_arn, "tags"),
    arn=index_arn,
    also_for={("create", "EncryptionConfiguration.KmsKeyArn"): ("kms:GenerateDataKey", "kms:Decrypt")},
    modelled=("EncryptionConfiguration", "MetadataConfiguration"),
)


def policy(it: ApiResource) -> dict[str, Any]:
    """PutVectorBucketPolicy, with the policy as text."""
    it.values["VectorBucketArn"] = bucket_arn(it)
    return {"vectorBucketArn": bucket_arn(it), "policy": as_text(it["Policy"])}


POLICY = ApiType(
    "AWS::S3Vectors::VectorBucketPolicy",
    SERVICE,
    create=ApiCall("PutVectorBucketPolicy", policy),
    read=ApiCall("GetVectorBucketPolicy", by(vectorBucketArn="VectorBucketArn")),
    update=ApiCall("PutVectorBucketPolicy", policy),
    delete=(call("DeleteVectorBucketPolicy", vectorBucketArn="VectorBucketArn"),),
    arn=bucket_arn,
)

TYPES = (BUCKET, INDEX, POLICY)
