"""Table buckets of S3 Tables, their namespaces, tables and policies. Nothing is stored.

Source: S3 Tables API reference, CreateTableBucket and CreateTable ("Permissions": what a setting needs besides).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.forms import call

SERVICE = "s3tables"
BUCKET = {"tableBucketARN": "TableBucketARN"}
TABLE = {**BUCKET, "namespace": "Namespace", "name": "TableName"}


def bucket_arn(it: ApiResource) -> str:
    """The ARN of a table bucket, also before it exists."""
    return str(it["TableBucketARN"] or regional(it, SERVICE, f"bucket/{it['TableBucketName']}"))


def table_arn(it: ApiResource) -> str:
    """The ARN of a table, whose id the service makes."""
    return str(it["TableARN"] or f"{it['TableBucketARN']}/table/*")


def identity(it: ApiResource, names: dict[str, str]) -> dict[str, Any]:
    """The parameters that name a table bucket or a table."""
    return {parameter: it[name] for parameter, name in names.items()}


def maintenance(name: str, kind: str, renamed: dict[str, str], names: dict[str, str], operation: str) -> Setting:
    """A kind of maintenance; what the template does not say any more is on, with the service's numbers."""

    def value(it: ApiResource) -> dict[str, Any]:
        given = it.properties.get(name) or {}
        settings = {renamed[member]: int(number) for member, number in given.items() if member in renamed}
        status = str(given.get("Status", "enabled")).lower()
        shown = {"status": status, **({"settings": {kind: settings}} if settings else {})}
        return {**identity(it, names), "type": kind, "value": shown}

    return Setting((name,), ApiCall(operation, value))


def metrics(*, on: bool) -> Callable[[ApiResource], dict[str, Any] | None]:
    """The bucket, if its metrics shall be on, or shall not be any more."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        wanted = it.at("MetricsConfiguration.Status") == "Enabled"
        was = bool(it.old) and it.old.get("MetricsConfiguration", {}).get("Status") == "Enabled"
        return identity(it, BUCKET) if wanted is on and was is not on else None

    return parameters


METRICS = ("MetricsConfiguration",)
TABLE_BUCKET = ApiType(
    "AWS::S3Tables::TableBucket",
    SERVICE,
    create=ApiCall("CreateTableBucket", lambda it: {"name": it["TableBucketName"]}),
    known=lambda it, answer: {"TableBucketARN": answer["arn"]},
    identified=lambda it: {"TableBucketName": str(it["TableBucketARN"]).rpartition("/")[2]},
    read=call("GetTableBucket", **BUCKET),
    probe=ApiCall("GetTableBucket", lambda it: {"tableBucketARN": bucket_arn(it)}),
    settings=(
        Setting(
            ("EncryptionConfiguration",),
            ApiCall(
                "PutTableBucketEncryption",
                lambda it: {
                    **identity(it, BUCKET),
                    "encryptionConfiguration": {
                        "sseAlgorithm": it.at("EncryptionConfiguration.SSEAlgorithm") or "AES256",
                        **({"kmsKeyArn": key} if (key := it.at("EncryptionConfiguration.KMSKeyArn")) else {}),
                    },
                },
            ),
            call("DeleteTableBucketEncryption", **BUCKET),
        ),
        Setting(
            ("StorageClassConfiguration",),
            ApiCall(
                "PutTableBucketStorageClass",
                lambda it: {
                    **identity(it, BUCKET),
                    "storageClassConfiguration": {
                        "storageClass": it.at("StorageClassConfiguration.StorageClass") or "STANDARD"
                    },
                },
            ),
        ),
        maintenance(
            "UnreferencedFileRemoval",
            "icebergUnreferencedFileRemoval",
            {"UnreferencedDays": "unreferencedDays", "NoncurrentDays": "nonCurrentDays"},
            BUCKET,
            "PutTableBucketMaintenanceConfiguration",
        ),
        Setting(METRICS, ApiCall("PutTableBucketMetricsConfiguration", metrics(on=True))),
        Setting(METRICS, ApiCall("DeleteTableBucketMetricsConfiguration", metrics(on=False)), on_create=False),
    ),
    delete=(call("DeleteTableBucket", **BUCKET),),
    tagging=tagged("resourceArn", bucket_arn, "tags"),
    arn=bucket_arn,
    also_for={
        ("create", "ReplicationConfiguration"): ("s3tables:PutTableBucketReplication",),
        ("create", "EncryptionConfiguration.KMSKeyArn"): ("kms:DescribeKey",),
    },
    modelled=("ReplicationConfiguration",),
)

NAMESPACE = ApiType(
    "AWS::S3Tables::Namespace",
    SERVICE,
    create=ApiCall("CreateNamespace", lambda it: {**identity(it, BUCKET), "namespace": [it["Namespace"]]}),
    read=ApiCall("GetNamespace", lambda it: identity(it, {**BUCKET, "namespace": "Namespace"}), permissions=()),
    delete=(call("DeleteNamespace", **BUCKET, namespace="Namespace"),),
    arn=bucket_arn,
)


def renamed(it: ApiResource) -> dict[str, Any]:
    """RenameTable, from the names of before."""
    old = {"tableBucketARN": it["TableBucketARN"], "namespace": it.old["Namespace"], "name": it.old["TableName"]}
    return {**old, "newNamespaceName": it["Namespace"], "newName": it["TableName"]}


TABLE_ROW = ApiType(
    "AWS::S3Tables::Table",
    SERVICE,
    create=ApiCall(
        "CreateTable",
        lambda it: {**identity(it, TABLE), "format": it["OpenTableFormat"]},
    ),
    known=lambda it, answer: {"TableARN": answer["tableARN"]},
    read=call("GetTable", **TABLE),
    attributes=taken(VersionToken="versionToken", WarehouseLocation="warehouseLocation"),
    settings=(
        Setting(("Namespace", "TableName"), ApiCall("RenameTable", renamed), on_create=False),
        maintenance(
            "Compaction",
            "icebergCompaction",
            {"TargetFileSizeMB": "targetFileSizeMB"},
            TABLE,
            "PutTableMaintenanceConfiguration",
        ),
        maintenance(
            "SnapshotManagement",
            "icebergSnapshotManagement",
            {"MinSnapshotsToKeep": "minSnapshotsToKeep", "MaxSnapshotAgeHours": "maxSnapshotAgeHours"},
            TABLE,
            "PutTableMaintenanceConfiguration",
        ),
    ),
    delete=(call("DeleteTable", **TABLE),),
    tagging=tagged("resourceArn", table_arn, "tags"),
    arn=table_arn,
    also_for={
        ("create", "IcebergMetadata"): ("s3tables:PutTableData",),
        ("create", "StorageClassConfiguration"): ("s3tables:PutTableStorageClass",),
    },
    modelled=("IcebergMetadata", "StorageClassConfiguration", "WithoutMetadata"),
)


def policy(it: ApiResource) -> dict[str, Any]:
    """PutTableBucketPolicy, with the policy as text."""
    return {**identity(it, BUCKET), "resourcePolicy": as_text(it["ResourcePolicy"])}


BUCKET_POLICY = ApiType(
    "AWS::S3Tables::TableBucketPolicy",
    SERVICE,
    create=ApiCall("PutTableBucketPolicy", policy),
    read=call("GetTableBucketPolicy", **BUCKET),
    update=ApiCall("PutTableBucketPolicy", policy),
    delete=(call("DeleteTableBucketPolicy", **BUCKET),),
    arn=bucket_arn,
)


def names_of_table(it: ApiResource) -> dict[str, Any]:
    """The names of the table of a policy, which are its attributes too."""
    shown = it.ask("GetTable", {"tableArn": it["TableARN"]})
    bucket = str(shown["tableARN"]).partition("/table/")[0]
    it.values.update({"TableBucketARN": bucket, "Namespace": shown["namespace"][0], "TableName": shown["name"]})
    return identity(it, TABLE)


def table_policy(it: ApiResource) -> dict[str, Any]:
    """PutTablePolicy, with the policy as text."""
    return {**names_of_table(it), "resourcePolicy": as_text(it["ResourcePolicy"])}


TABLE_POLICY = ApiType(
    "AWS::S3Tables::TablePolicy",
    SERVICE,
    create=ApiCall("PutTablePolicy", table_policy),
    read=ApiCall("GetTablePolicy", names_of_table),
    update=ApiCall("PutTablePolicy", table_policy),
    delete=(ApiCall("DeleteTablePolicy", names_of_table),),
    arn=table_arn,
    also=dict.fromkeys(("create", "update", "delete"), ("s3tables:GetTable",)),
)

TYPES = (TABLE_POLICY, TABLE_BUCKET, NAMESPACE, TABLE_ROW, BUCKET_POLICY)
