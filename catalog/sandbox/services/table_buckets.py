"""S3 Tables: settings, policies and tags of table buckets and tables, which moto lacks. Nothing is stored.

Sources: S3 Tables API reference, the operations below; S3 user guide, "Table buckets" (an ARN of a table ends with the
id of the table, which stays when the table gets another name).
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.core.common_types import TYPE_RESPONSE
from moto.moto_api._internal import mock_random
from moto.s3tables import urls
from moto.s3tables.exceptions import NotFoundException
from moto.s3tables.models import FakeTableBucket, S3TablesBackend, Table
from moto.s3tables.responses import S3TablesResponse

from catalog.sandbox.services.keeping import keep, kept

GET_TABLE = S3TablesResponse.get_table
PATHS = ("{0}/tables/(?P<table>.+)$", "{0}/tag/(?P<resourceArn>.+)$")
HELD = {
    "table_bucket": {
        "encryption": {"encryptionConfiguration": {"sseAlgorithm": "AES256"}},
        "storage_class": {"storageClassConfiguration": {"storageClass": "STANDARD"}},
        "policy": None,
        "metrics_configuration": None,
    },
    "table": {"policy": None, "storage_class": {"storageClassConfiguration": {"storageClass": "STANDARD"}}},
}
"""Kind → what a bucket or table has besides, and what is shown of it before anything is put; None if nothing is."""
KEEPS = ("encryptionConfiguration", "storageClassConfiguration", "resourcePolicy", "tags")


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for kind, parts in HELD.items():
        for part, default in parts.items():
            for step, answer in (("put", putting(part)), ("get", getting(part, default)), ("delete", deleting(part))):
                setattr(S3TablesResponse, f"{step}_{kind}_{part}", answer)
        for step, answer in (("put", put_maintenance), ("get", get_maintenance)):
            setattr(S3TablesResponse, f"{step}_{kind}_maintenance_configuration", answer)
    for answer in (get_table, tag_resource, untag_resource, list_tags_for_resource):
        setattr(S3TablesResponse, answer.__name__, answer)
    for name in ("create_table_bucket", "create_table"):
        setattr(S3TablesResponse, name, creating(getattr(S3TablesResponse, name)))
    setattr(Table, "arn", property(arn_of_table))  # noqa: B010  # mypy allows no other form
    urls.url_paths |= dict.fromkeys(PATHS, S3TablesResponse.dispatch)


def arn_of_table(table: Table) -> str:
    """The ARN of a table, whose id is made once."""
    if "id" not in kept(table):
        keep(table, {"id": str(mock_random.uuid4())})
    return f"{table.table_bucket_arn}/table/{kept(table)['id']}"


def answered(response: S3TablesResponse, body: Any, status: int = 200) -> TYPE_RESPONSE:
    """An answer with these members."""
    return status, response.default_response_headers, json.dumps(body) if body is not None else ""


def by_arn(backend: S3TablesBackend, arn: str) -> Any:
    """A table bucket or a table by its ARN."""
    bucket_arn = arn.partition("/table/")[0]
    bucket: FakeTableBucket = backend.get_table_bucket(bucket_arn)
    if bucket_arn == arn:
        return bucket
    for namespace in bucket.namespaces.values():
        for table in namespace.tables.values():
            if table.arn == arn:
                table.namespace = namespace.name  # moto leaves that of before when a table moves
                return table
    raise NotFoundException("The specified table does not exist.")


def target(response: S3TablesResponse) -> Any:
    """The table bucket or the table in the path of a request."""
    kind, *names = [unquote(step) for step in response.raw_path.lstrip("/").split("/")]
    backend = response.s3tables_backend
    if kind == "tables":
        return backend.get_table(*names[:3])
    return by_arn(backend, names[0])


def get_table(response: S3TablesResponse) -> TYPE_RESPONSE:
    """GetTable, also by the ARN of the table."""
    arn = response._get_param("tableArn")
    if arn:
        table = by_arn(response.s3tables_backend, unquote(arn))
        names = {"tableBucketARN": table.table_bucket_arn, "namespace": table.namespace, "name": table.name}
        response.querystring.update({name: [value] for name, value in names.items()})
    return GET_TABLE(response)


def creating(create: Any) -> Any:
    """A creation, with the settings and tags that moto drops."""

    def answer(response: S3TablesResponse) -> TYPE_RESPONSE:
        made = create(response)
        shown, given = json.loads(made[2]), json.loads(response.body)
        new = by_arn(response.s3tables_backend, shown.get("tableARN") or shown["arn"])
        keep(new, {name: given[name] for name in KEEPS if name in given})
        return made  # type: ignore[no-any-return]

    return answer


def putting(part: str) -> Any:
    """The operation that sets a part."""

    def answer(response: S3TablesResponse) -> TYPE_RESPONSE:
        given = json.loads(response.body or "{}")
        keep(target(response), {part: given or {"id": str(mock_random.uuid4())}})
        return answered(response, {})

    return answer


def getting(part: str, default: Any) -> Any:
    """The operation that shows a part."""

    def answer(response: S3TablesResponse) -> TYPE_RESPONSE:
        existing = kept(target(response))
        created = {name: existing[name] for name in default or () if name in existing}
        shown = existing.get(part) or created or default
        if not shown:
            raise NotFoundException("The specified configuration does not exist.")
        return answered(response, shown)

    return answer


def deleting(part: str) -> Any:
    """The operation that takes a part away."""

    def answer(response: S3TablesResponse) -> TYPE_RESPONSE:
        keep(target(response), {part: None})
        return answered(response, None, 204)

    return answer


def put_maintenance(response: S3TablesResponse) -> TYPE_RESPONSE:
    """PutTableBucketMaintenanceConfiguration and PutTableMaintenanceConfiguration of the API reference."""
    holder, kind = target(response), response.raw_path.rpartition("/")[2]
    before = kept(holder).get("maintenance") or {}
    keep(holder, {"maintenance": {**before, kind: json.loads(response.body)["value"]}})
    return answered(response, None, 204)


def get_maintenance(response: S3TablesResponse) -> TYPE_RESPONSE:
    """GetTableBucketMaintenanceConfiguration and GetTableMaintenanceConfiguration of the API reference."""
    holder = target(response)
    name = "tableARN" if isinstance(holder, Table) else "tableBucketARN"
    return answered(response, {name: holder.arn, "configuration": kept(holder).get("maintenance") or {}})


def tag_resource(response: S3TablesResponse) -> TYPE_RESPONSE:
    """TagResource of the API reference."""
    holder = target(response)
    keep(holder, {"tags": {**kept(holder).get("tags", {}), **json.loads(response.body)["tags"]}})
    return answered(response, {})


def untag_resource(response: S3TablesResponse) -> TYPE_RESPONSE:
    """UntagResource of the API reference."""
    holder, keys = target(response), response.querystring.get("tagKeys", [])
    keep(holder, {"tags": {key: value for key, value in kept(holder).get("tags", {}).items() if key not in keys}})
    return answered(response, {})


def list_tags_for_resource(response: S3TablesResponse) -> TYPE_RESPONSE:
    """ListTagsForResource of the API reference."""
    return answered(response, {"tags": kept(target(response)).get("tags", {})})
