"""DynamoDB: encryption and table class in UpdateTable, which moto leaves out."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

UPDATE_TABLE = DynamoHandler.update_table


def install() -> None:
    """Replace moto's operation."""
    setattr(DynamoHandler, "update_table", update_table)  # noqa: B010  # mypy allows no other form


def update_table(response: DynamoHandler) -> ActionResult:
    """Change the encryption of a table too (API reference, UpdateTable, SSESpecification)."""
    specification = response.body.get("SSESpecification")
    if specification:
        backend: DynamoDBBackend = response.dynamodb_backend
        table: Table = backend.get_table(response.body["TableName"])
        key = specification.get("KMSMasterKeyId") or table._get_default_encryption_key(
            backend.account_id, backend.region_name
        )
        table.sse_specification = {**specification, "KMSMasterKeyId": key}
    return UPDATE_TABLE(response)
