"""Schema registries, schemas, partitions and machine learning transforms of Glue."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from tests.contract.resource_types.cases_edges import trust
from tests.contract.resource_types.cases_platforms import COLUMNS, DATABASE, GLUE_ROLE
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, World
from tests.contract.resource_types.reading import asks

asked = partial(asks, "glue")
AVRO = json.dumps({"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]})
TABLE = {
    "Type": "AWS::Glue::Table",
    "Properties": {
        "CatalogId": ACCOUNT,
        "DatabaseName": {"Ref": "Database"},
        "TableInput": {
            "Name": "orders",
            "StorageDescriptor": COLUMNS,
            "PartitionKeys": [{"Name": "year", "Type": "string"}],
        },
    },
}
SCHEMA = {
    "Type": "AWS::Glue::Schema",
    "Properties": {"Name": "empty", "DataFormat": "AVRO", "Compatibility": "NONE"},
}
CATALOG = {"Database": DATABASE, "Table": TABLE}
FIND = {"TransformType": "FIND_MATCHES", "FindMatchesParameters": {"PrimaryKeyColumnName": "id"}}


def tags(world: World, arn: str) -> Any:
    return world.client("glue").get_tags(ResourceArn=arn)["Tags"]


CASES = (
    Case(
        "AWS::Glue::Registry",
        {"Name": "orders", "Description": "one"},
        lambda world, arn: world.client("glue").get_registry(RegistryId={"RegistryArn": arn}),
        {"RegistryName": "orders", "Description": "one"},
        changed={"Description": "two"},
        then={"Description": "two"},
        replaced={"Name": "bills"},
        tags=tags,
        denied=("glue:CreateRegistry", "glue:TagResource", "glue:GetRegistry"),
        denied_later=("glue:UpdateRegistry", "glue:DeleteRegistry"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::Glue::Schema",
        {
            "Name": "order",
            "Registry": {"Arn": {"Ref": "Registry"}},
            "DataFormat": "AVRO",
            "Compatibility": "BACKWARD",
            "SchemaDefinition": AVRO,
        },
        lambda world, arn: world.client("glue").get_schema(SchemaId={"SchemaArn": arn}),
        {"RegistryName": "orders", "SchemaName": "order", "Compatibility": "BACKWARD", "DataFormat": "AVRO"},
        changed={"Compatibility": "FULL", "CheckpointVersion": {"IsLatest": True}, "Description": "two"},
        then={"Compatibility": "FULL", "Description": "two"},
        replaced={"Name": "bill"},
        tags=tags,
        denied=("glue:CreateSchema", "glue:TagResource", "glue:GetSchema"),
        denied_later=("glue:UpdateSchema", "glue:DeleteSchema"),
        around={"Registry": {"Type": "AWS::Glue::Registry", "Properties": {"Name": "orders"}}},
        attributes=("Arn", "InitialSchemaVersionId"),
    ),
    Case(
        "AWS::Glue::SchemaVersion",
        {"Schema": {"SchemaArn": {"Ref": "Schema"}}, "SchemaDefinition": '{"type": "string"}'},
        asked("get_schema_version", SchemaVersionId="@"),
        {"SchemaDefinition": '{"type": "string"}', "VersionNumber": 1, "DataFormat": "AVRO"},
        replaced={"SchemaDefinition": '{"type": "int"}'},
        denied=("glue:RegisterSchemaVersion", "glue:GetSchemaVersion"),
        denied_later=("glue:DeleteSchemaVersions",),
        around={"Schema": SCHEMA},
        attributes=("VersionId",),
    ),
    Case(
        "AWS::Glue::SchemaVersionMetadata",
        {"SchemaVersionId": {"Ref": "Version"}, "Key": "owner", "Value": "ann"},
        asked("query_schema_version_metadata", "MetadataInfoMap.owner", SchemaVersionId="@Version"),
        {"MetadataValue": "ann"},
        replaced={"Value": "bob"},
        shared=True,
        denied=("glue:PutSchemaVersionMetadata", "glue:QuerySchemaVersionMetadata"),
        denied_later=("glue:RemoveSchemaVersionMetadata",),
        around={
            "Schema": SCHEMA,
            "Version": {
                "Type": "AWS::Glue::SchemaVersion",
                "Properties": {"Schema": {"SchemaArn": {"Ref": "Schema"}}, "SchemaDefinition": AVRO},
            },
        },
    ),
    Case(
        "AWS::Glue::Partition",
        {
            "CatalogId": ACCOUNT,
            "DatabaseName": {"Ref": "Database"},
            "TableName": {"Ref": "Table"},
            "PartitionInput": {"Values": ["2025"], "Parameters": {"a": "1"}, "StorageDescriptor": COLUMNS},
        },
        lambda world, _: world.client("glue").get_partitions(DatabaseName="sales", TableName="orders")["Partitions"][0],
        {"Values": ["2025"], "Parameters": {"a": "1"}},
        changed={"PartitionInput": {"Values": ["2025"], "Parameters": {"a": "2"}}},
        then={"Values": ["2025"], "Parameters": {"a": "2"}},
        replaced={"PartitionInput": {"Values": ["2026"]}},
        shared=True,
        denied=("glue:CreatePartition", "glue:GetPartition"),
        denied_later=("glue:UpdatePartition", "glue:DeletePartition"),
        around=CATALOG,
    ),
    Case(
        "AWS::Glue::MLTransform",
        {
            "Name": "matching",
            **GLUE_ROLE,
            "InputRecordTables": {"GlueTables": [{"DatabaseName": {"Ref": "Database"}, "TableName": {"Ref": "Table"}}]},
            "TransformParameters": FIND,
        },
        asked("get_ml_transform", TransformId="@"),
        {"Name": "matching", "InputRecordTables": [{"TableName": "orders"}], "Parameters": FIND},
        changed={"MaxRetries": 2, "Description": "two"},
        then={"MaxRetries": 2, "Description": "two"},
        replaced={"Name": "other", "InputRecordTables": {"GlueTables": []}},
        tags=lambda world, name: tags(world, f"arn:aws:glue:{REGION}:{ACCOUNT}:mlTransform/{name}"),
        map_tags=True,
        denied=("glue:CreateMLTransform", "glue:TagResource", "glue:GetMLTransform", "iam:PassRole"),
        denied_later=("glue:UpdateMLTransform", "glue:DeleteMLTransform"),
        around={**CATALOG, "Role": trust("glue")},
    ),
)
