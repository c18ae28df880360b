"""Schema registries, schemas, partitions and machine learning transforms of Glue. Nothing runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import by, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.data_catalogs import glue_arn


def registry(it: ApiResource) -> dict[str, Any]:
    """The id of a registry."""
    return {"RegistryId": {"RegistryName": it["Name"]}}


REGISTRY = plain(
    "AWS::Glue::Registry",
    "glue",
    ("Name",),
    renamed={"Name": "RegistryName"},
    known=taken(Arn="RegistryArn"),
    identified=lambda it: {"Name": str(it["Arn"]).rpartition("/")[2]},
    read=ApiCall("GetRegistry", registry),
    attributes=taken(Arn="RegistryArn"),
    update=ApiCall("UpdateRegistry", lambda it: {**registry(it), "Description": it.text("Description")}),
    delete=(ApiCall("DeleteRegistry", registry),),
    tagging=tagged("ResourceArn", glue_arn("registry"), tags_in="TagsToAdd", keys_in="TagsToRemove"),
    arn=glue_arn("registry"),
)


def new_schema(it: ApiResource) -> dict[str, Any]:
    """CreateSchema, in a registry that has a name or an ARN, or in the default one."""
    given = it.properties.get("Registry") or {}
    names = {"Arn": "RegistryArn", "Name": "RegistryName"}
    return {"RegistryId": {names[name]: value for name, value in given.items()} or None, "SchemaName": it["Name"]}


def schema(it: ApiResource) -> dict[str, Any]:
    """The id of a schema."""
    return {"SchemaId": {"SchemaArn": it["Arn"]}}


def checkpoint(it: ApiResource) -> dict[str, Any]:
    """UpdateSchema, whose compatibility is that from one version on."""
    given = it.properties.get("CheckpointVersion") or {"IsLatest": True}
    names = {"IsLatest": "LatestVersion", "VersionNumber": "VersionNumber"}
    number = {names[name]: value for name, value in given.items()}
    return {
        **schema(it),
        "SchemaVersionNumber": number,
        "Compatibility": it["Compatibility"],
        "Description": it.text("Description"),
    }


def versioned(it: ApiResource, shown: Any) -> dict[str, Any]:
    """The id of the first version of a schema, which it has not without a definition [empty: assumed]."""
    if not shown["LatestSchemaVersion"]:
        return {"InitialSchemaVersionId": ""}
    first = {**schema(it), "SchemaVersionNumber": {"VersionNumber": 1}}
    return {"InitialSchemaVersionId": it.ask("GetSchemaVersion", first)["SchemaVersionId"]}


SCHEMA = plain(
    "AWS::Glue::Schema",
    "glue",
    ("Name",),
    create=ApiCall("CreateSchema", new_schema, copies=True),
    known=taken(Arn="SchemaArn"),
    read=ApiCall("GetSchema", schema),
    attributes=versioned,
    update=ApiCall("UpdateSchema", checkpoint),
    delete=(ApiCall("DeleteSchema", schema),),
    tagging=tagged("ResourceArn", "Arn", "Tags", tags_in="TagsToAdd", keys_in="TagsToRemove"),
    arn=lambda it: str(it["Arn"] or regional(it, "glue", "schema/*")),
)


VERSION = plain(
    "AWS::Glue::SchemaVersion",
    "glue",
    ("VersionId",),
    create=ApiCall(
        "RegisterSchemaVersion", lambda it: {"SchemaId": it["Schema"], "SchemaDefinition": it["SchemaDefinition"]}
    ),
    known=taken(VersionId="SchemaVersionId"),
    read=ApiCall("GetSchemaVersion", by(SchemaVersionId="VersionId")),
    update=None,
    delete=(
        ApiCall(
            "DeleteSchemaVersions",
            lambda it: {
                "SchemaId": it["Schema"],
                "Versions": str(it.ask("GetSchemaVersion", {"SchemaVersionId": it["VersionId"]})["VersionNumber"]),
            },
        ),
    ),
    arn=lambda it: regional(it, "glue", "schema/*"),
)


def pair(it: ApiResource) -> dict[str, Any]:
    """A key and a value of a version."""
    given = {"MetadataKey": it["Key"], "MetadataValue": it["Value"]}
    return {"SchemaVersionId": it["SchemaVersionId"], "MetadataKeyValue": given}


def has_pair(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """What is said of a key, if it has the value."""
    shown = answer.get("MetadataInfoMap", {}).get(it["Key"]) or {}
    values = [shown, *shown.get("OtherMetadataValueList", ())]
    return shown if it["Value"] in [each.get("MetadataValue") for each in values] else None


METADATA = plain(
    "AWS::Glue::SchemaVersionMetadata",
    "glue",
    ("SchemaVersionId",),
    create=ApiCall("PutSchemaVersionMetadata", pair),
    read="QuerySchemaVersionMetadata",
    shown=has_pair,
    update=None,
    delete=(ApiCall("RemoveSchemaVersionMetadata", pair),),
    arn=lambda it: regional(it, "glue", "schema/*"),
)


def partition(it: ApiResource) -> dict[str, Any]:
    """The table and the values of a partition."""
    values = it["PartitionInput"]["Values"]
    return {"DatabaseName": it["DatabaseName"], "TableName": it["TableName"], "PartitionValues": values}


def partition_input(it: ApiResource) -> dict[str, Any]:
    """The table and the input of a partition."""
    given = it.given("CatalogId", "DatabaseName", "TableName", "PartitionInput")
    return copied(given, operation_model("glue", "CreatePartition").input_shape, {})


def hashed(it: ApiResource, _: Any) -> dict[str, str]:
    """The part of the identifier that stands for the values [form assumed]."""
    values = "/".join(map(str, it["PartitionInput"]["Values"]))
    return {"IdentifierPartitionInputValues": hashlib.sha256(values.encode()).hexdigest()}


PARTITION = plain(
    "AWS::Glue::Partition",
    "glue",
    (),
    create=ApiCall("CreatePartition", partition_input),
    known=hashed,
    read=ApiCall("GetPartition", partition),
    shown=inside("Partition"),
    update=ApiCall(
        "UpdatePartition", lambda it: {**partition_input(it), "PartitionValueList": it["PartitionInput"]["Values"]}
    ),
    delete=(ApiCall("DeletePartition", partition),),
    arn=lambda it: regional(it, "glue", f"table/{it['DatabaseName']}/{it['TableName']}"),
)


def transform(it: ApiResource) -> dict[str, Any]:
    """The parameters and the tables of a transform, which are a list in the API."""
    given = {"Parameters": it["TransformParameters"], "TransformId": it["TransformId"]}
    tables = (it.properties.get("InputRecordTables") or {}).get("GlueTables", [])
    return copied({**given, "InputRecordTables": tables}, operation_model("glue", "CreateMLTransform").input_shape, {})


TRANSFORM = plain(
    "AWS::Glue::MLTransform",
    "glue",
    ("TransformId",),
    create=ApiCall("CreateMLTransform", transform, copies=True, identity=("Name",), omitted=("InputRecordTables",)),
    known=taken(TransformId="TransformId"),
    read="Get",
    update=ApiCall(
        "UpdateMLTransform",
        lambda it: {"TransformId": it["TransformId"], "Parameters": transform(it)["Parameters"]},
        copies=True,
    ),
    tagging=tagged(
        "ResourceArn", glue_arn("mlTransform", "TransformId"), "Tags", tags_in="TagsToAdd", keys_in="TagsToRemove"
    ),
    arn=lambda it: regional(it, "glue", f"mlTransform/{it['TransformId'] or '*'}"),
)

TYPES = (REGISTRY, SCHEMA, VERSION, METADATA, PARTITION, TRANSFORM)
