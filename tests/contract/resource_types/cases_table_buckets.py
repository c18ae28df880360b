"""Table buckets of S3 Tables, their namespaces, tables and policies."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_vectors import allowing
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, with_more

BUCKET: dict[str, Any] = {"Type": "AWS::S3Tables::TableBucket", "Properties": {"TableBucketName": "orders"}}
SPACE = {
    "Type": "AWS::S3Tables::Namespace",
    "Properties": {"TableBucketARN": {"Ref": "Bucket"}, "Namespace": "sales"},
}
IN_BUCKET = {"TableBucketARN": {"Ref": "Bucket"}}
UNUSED, COMPACTION = "icebergUnreferencedFileRemoval", "icebergCompaction"
tags = asks("s3tables", "list_tags_for_resource", "tags", resourceArn="@")


def table(world: World, arn: str) -> Any:
    """A table by its ARN, with its maintenance."""
    client, bucket = world.client("s3tables"), arn.partition("/table/")[0]
    for each in client.list_tables(tableBucketARN=bucket)["tables"]:
        names = {"tableBucketARN": bucket, "namespace": each["namespace"][0], "name": each["name"]}
        shown = client.get_table(**names)
        if shown["tableARN"] == arn:
            return {**shown, **client.get_table_maintenance_configuration(**names)["configuration"]}
    return None


def namespace(world: World, reference: str) -> Any:
    bucket, _, name = reference.partition("|")
    return world.client("s3tables").get_namespace(tableBucketARN=bucket, namespace=name)


CASES = (
    Case(
        "AWS::S3Tables::TableBucket",
        {
            "TableBucketName": "events",
            "EncryptionConfiguration": {"SSEAlgorithm": "AES256"},
            "UnreferencedFileRemoval": {"Status": "Disabled"},
        },
        with_more(
            asks("s3tables", "get_table_bucket", tableBucketARN="@"),
            unused=asks(
                *("s3tables", "get_table_bucket_maintenance_configuration", f"configuration.{UNUSED}"),
                tableBucketARN="@",
            ),
            storage=asks(
                *("s3tables", "get_table_bucket_storage_class", "storageClassConfiguration.storageClass"),
                tableBucketARN="@",
            ),
            metrics=asks("s3tables", "get_table_bucket_metrics_configuration", "tableBucketARN", tableBucketARN="@"),
        ),
        {"name": "events", "unused": {"status": "disabled"}, "storage": "STANDARD", "metrics": None},
        changed={
            "StorageClassConfiguration": {"StorageClass": "INTELLIGENT_TIERING"},
            "UnreferencedFileRemoval": {"Status": "Enabled", "UnreferencedDays": 4, "NoncurrentDays": 5},
            "MetricsConfiguration": {"Status": "Enabled"},
        },
        then={
            "unused": {"status": "enabled", "settings": {UNUSED: {"unreferencedDays": 4, "nonCurrentDays": 5}}},
            "storage": "INTELLIGENT_TIERING",
        },
        replaced={"TableBucketName": "others"},
        tags=tags,
        denied=(
            *("s3tables:CreateTableBucket", "s3tables:TagResource", "s3tables:GetTableBucket"),
            *("s3tables:PutTableBucketEncryption", "s3tables:PutTableBucketMaintenanceConfiguration"),
        ),
        denied_later=(
            *("s3tables:PutTableBucketStorageClass", "s3tables:PutTableBucketMetricsConfiguration"),
            "s3tables:DeleteTableBucket",
        ),
        attributes=("TableBucketARN",),
    ),
    Case(
        "AWS::S3Tables::Namespace",
        {**IN_BUCKET, "Namespace": "sales"},
        namespace,
        {"namespace": ["sales"]},
        replaced={"Namespace": "stock"},
        denied=("s3tables:CreateNamespace",),
        denied_later=("s3tables:DeleteNamespace",),
        around={"Bucket": BUCKET},
    ),
    Case(
        "AWS::S3Tables::Table",
        {
            **IN_BUCKET,
            "Namespace": "sales",
            "TableName": "orders",
            "OpenTableFormat": "ICEBERG",
            "Compaction": {"Status": "enabled", "TargetFileSizeMB": 128},
        },
        table,
        {"name": "orders", COMPACTION: {"settings": {COMPACTION: {"targetFileSizeMB": 128}}}},
        changed={"TableName": "all_orders", "Compaction": {"Status": "disabled"}},
        then={"name": "all_orders", COMPACTION: {"status": "disabled"}},
        replaced={"StorageClassConfiguration": {"StorageClass": "STANDARD"}, "TableName": "new_orders"},
        tags=tags,
        denied=(
            *("s3tables:CreateTable", "s3tables:TagResource", "s3tables:GetTable"),
            "s3tables:PutTableMaintenanceConfiguration",
        ),
        denied_later=("s3tables:RenameTable", "s3tables:DeleteTable"),
        around={"Bucket": BUCKET, "Space": SPACE},
        attributes=("TableARN", "WarehouseLocation"),
        after=("Space",),
    ),
    Case(
        "AWS::S3Tables::TableBucketPolicy",
        {**IN_BUCKET, "ResourcePolicy": allowing("s3tables:GetTable")},
        asks("s3tables", "get_table_bucket_policy", tableBucketARN="@"),
        {"resourcePolicy": json.dumps(allowing("s3tables:GetTable"))},
        changed={"ResourcePolicy": allowing("s3tables:ListTables")},
        then={"resourcePolicy": json.dumps(allowing("s3tables:ListTables"))},
        denied=("s3tables:PutTableBucketPolicy", "s3tables:GetTableBucketPolicy"),
        denied_later=("s3tables:PutTableBucketPolicy", "s3tables:DeleteTableBucketPolicy"),
        around={"Bucket": BUCKET},
    ),
    Case(
        "AWS::S3Tables::TablePolicy",
        {"TableARN": {"Ref": "Table"}, "ResourcePolicy": allowing("s3tables:GetTable")},
        lambda world, arn: world.client("s3tables").get_table_policy(
            tableBucketARN=arn.partition("/table/")[0], namespace="sales", name="returns"
        ),
        {"resourcePolicy": json.dumps(allowing("s3tables:GetTable"))},
        changed={"ResourcePolicy": allowing("s3tables:GetTableData")},
        then={"resourcePolicy": json.dumps(allowing("s3tables:GetTableData"))},
        denied=("s3tables:PutTablePolicy", "s3tables:GetTablePolicy", "s3tables:GetTable"),
        denied_later=("s3tables:PutTablePolicy", "s3tables:DeleteTablePolicy"),
        around={
            "Bucket": BUCKET,
            "Space": SPACE,
            "Table": {
                "Type": "AWS::S3Tables::Table",
                "DependsOn": "Space",
                "Properties": {
                    **IN_BUCKET,
                    "Namespace": "sales",
                    "TableName": "returns",
                    "OpenTableFormat": "ICEBERG",
                },
            },
        },
        attributes=("TableName", "Namespace"),
    ),
)
