"""DynamoDB: encryption in UpdateTable, contributor insights and streams of Kinesis, which moto leaves out.

Source: DynamoDB API reference, UpdateTable, UpdateContributorInsights, EnableKinesisStreamingDestination.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from catalog.sandbox.services.keeping import keep, kept

INSIGHTS, STREAMS = "ContributorInsightsStatus", "KinesisDataStreamDestinations"
PRECISION = "ApproximateCreationDateTimePrecision"
CREATE_TABLE, UPDATE_TABLE, DESCRIBE = DynamoHandler.create_table, DynamoHandler.update_table, Table.describe
CLASS = "TableClass"


def install() -> None:
    """Replace moto's operation, and add those that it lacks."""
    for change in (create_table, update_table):
        setattr(DynamoHandler, change.__name__, change)
    setattr(Table, "describe", describe)  # noqa: B010  # mypy allows no other form
    for answer in (update_contributor_insights, describe_contributor_insights):
        setattr(DynamoHandler, answer.__name__, answer)
    for stream in (
        enable_kinesis_streaming_destination,
        disable_kinesis_streaming_destination,
        describe_kinesis_streaming_destination,
    ):
        setattr(DynamoHandler, stream.__name__, stream)


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
    _classify(response)
    return UPDATE_TABLE(response)


def create_table(response: DynamoHandler) -> Any:
    """CreateTable, with the class of the table."""
    answer = CREATE_TABLE(response)
    _classify(response)
    return answer


def _classify(response: DynamoHandler) -> None:
    if CLASS in response.body:
        keep(table_of(response), {CLASS: response.body[CLASS]})


def describe(table: Table, base_key: str = "TableDescription") -> dict[str, Any]:
    """A table as it is shown, with its class if a request has named one."""
    shown: dict[str, Any] = DESCRIBE(table, base_key)
    if CLASS in kept(table):
        shown[base_key]["TableClassSummary"] = {CLASS: kept(table)[CLASS]}
    return shown


def table_of(response: DynamoHandler) -> Table:
    """The table of a request."""
    table: Table = response.dynamodb_backend.get_table(response.body["TableName"])
    return table


def update_contributor_insights(response: DynamoHandler) -> ActionResult:
    """UpdateContributorInsights of the API reference, of a table."""
    enabled = response.body["ContributorInsightsAction"] == "ENABLE"
    keep(table_of(response), {INSIGHTS: "ENABLED" if enabled else "DISABLED"})
    return describe_contributor_insights(response)


def describe_contributor_insights(response: DynamoHandler) -> ActionResult:
    """DescribeContributorInsights of the API reference, of a table."""
    table = table_of(response)
    return ActionResult({"TableName": table.name, INSIGHTS: kept(table).get(INSIGHTS, "DISABLED")})


def enable_kinesis_streaming_destination(response: DynamoHandler) -> ActionResult:
    """EnableKinesisStreamingDestination of the API reference."""
    configuration = response.body.get("EnableKinesisStreamingConfiguration") or {}
    return _destined(response, "ACTIVE", configuration.get(PRECISION))


def disable_kinesis_streaming_destination(response: DynamoHandler) -> ActionResult:
    """DisableKinesisStreamingDestination of the API reference."""
    return _destined(response, "DISABLED", None)


def _destined(response: DynamoHandler, status: str, precision: str | None) -> ActionResult:
    table, arn = table_of(response), response.body["StreamArn"]
    others = [each for each in kept(table).get(STREAMS, ()) if each["StreamArn"] != arn]
    made = {"StreamArn": arn, "DestinationStatus": status, **({PRECISION: precision} if precision else {})}
    keep(table, {STREAMS: [*others, made]})
    return ActionResult({"TableName": table.name, **made})


def describe_kinesis_streaming_destination(response: DynamoHandler) -> ActionResult:
    """DescribeKinesisStreamingDestination of the API reference."""
    table = table_of(response)
    return ActionResult({"TableName": table.name, STREAMS: kept(table).get(STREAMS, [])})
