"""Glue: deletions of schema versions and their metadata, which moto lacks.

Source: Glue API reference, DeleteSchemaVersions (Versions: `5` or `5-8`), QuerySchemaVersionMetadata,
RemoveSchemaVersionMetadata.
"""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.glue.exceptions import SchemaVersionNotFoundFromSchemaVersionIdException
from moto.glue.models import FakeSchemaVersion, GlueBackend
from moto.glue.responses import GlueResponse


def install() -> None:
    """Add the operations to moto's."""
    for answer in (delete_schema_versions, query_schema_version_metadata, remove_schema_version_metadata):
        setattr(GlueResponse, answer.__name__, answer)


def delete_schema_versions(response: GlueResponse) -> ActionResult:
    """DeleteSchemaVersions of the API reference."""
    backend = response.glue_backend
    shown = backend.get_schema(response._get_param("SchemaId"))
    schema = backend.registries[shown["RegistryName"]].schemas[shown["SchemaName"]]
    first, _, last = str(response._get_param("Versions")).partition("-")
    numbers = range(int(first), int(last or first) + 1)
    kept = {key: each for key, each in schema.schema_versions.items() if each.version_number not in numbers}
    backend.num_schema_versions -= len(schema.schema_versions) - len(kept)
    schema.schema_versions = kept
    schema.latest_schema_version = max((int(each.version_number) for each in kept.values()), default=0)
    return ActionResult({"SchemaVersionErrors": []})


def version_of(backend: GlueBackend, identifier: str) -> FakeSchemaVersion:
    """A version by its id."""
    for registry in backend.registries.values():
        for schema in registry.schemas.values():
            if identifier in schema.schema_versions:
                return schema.schema_versions[identifier]
    raise SchemaVersionNotFoundFromSchemaVersionIdException(identifier)


def query_schema_version_metadata(response: GlueResponse) -> ActionResult:
    """QuerySchemaVersionMetadata of the API reference, for all keys or for those that are asked."""
    version = version_of(response.glue_backend, str(response._get_param("SchemaVersionId")))
    asked = {each["MetadataKey"] for each in response._get_param("MetadataList") or ()}
    shown = {
        key: {
            "MetadataValue": values[-1],
            "CreatedTime": str(version.created_time),
            "OtherMetadataValueList": [{"MetadataValue": each} for each in values[:-1]],
        }
        for key, values in version.metadata.items()
        if values and (key in asked or not asked)
    }
    return ActionResult({"MetadataInfoMap": shown, "SchemaVersionId": version.schema_version_id})


def remove_schema_version_metadata(response: GlueResponse) -> ActionResult:
    """RemoveSchemaVersionMetadata of the API reference."""
    version = version_of(response.glue_backend, str(response._get_param("SchemaVersionId")))
    pair = response._get_param("MetadataKeyValue")
    values = version.metadata.get(pair["MetadataKey"], [])
    version.metadata[pair["MetadataKey"]] = [each for each in values if each != pair["MetadataValue"]]
    return ActionResult({"SchemaVersionId": version.schema_version_id, **pair})
