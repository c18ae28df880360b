"""Global tables of DynamoDB: the replica in the stack's Region is a table; those in other Regions are modelled.

What a global table says of its local replica stands in Replicas: it is written here as AWS::DynamoDB::Table has it.
Source: template reference, AWS::DynamoDB::GlobalTable ("Replicas": the list must have the Region of the stack).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from moto.core.exceptions import ServiceException

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables import dynamodb
from catalog.sandbox.registry.tables.dynamodb import table

SHARED = (
    "AttributeDefinitions",
    "BillingMode",
    "KeySchema",
    "LocalSecondaryIndexes",
    "StreamSpecification",
    "TableName",
)
"""What all replicas have, in the words of a table."""
OWN = (
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "KinesisStreamSpecification",
    "PointInTimeRecoverySpecification",
    "ResourcePolicy",
    "TableClass",
    "Tags",
)
"""What a replica has of its own, in the words of a table."""
CREATED = (
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
    "TableClass",
    "Tags",
)
"""Parameters of CreateTable with the names of the properties of a table."""
NOT_LOCAL = "Replicas must contain a replica in the Region of the stack, {}"


def local_replica(properties: Mapping[str, Any], region: str) -> Mapping[str, Any]:
    """The replica in a Region; empty without one."""
    replicas = properties.get("Replicas") or ()
    return next((each for each in replicas if each.get("Region") == region), {})


def as_table(properties: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The properties of a global table in a Region, as those of a table."""
    own = local_replica(properties, region)
    given = {name: properties[name] for name in SHARED if name in properties}
    given |= {name: own[name] for name in OWN if name in own}
    if "TimeToLiveSpecification" in properties:
        given["TimeToLiveSpecification"] = properties["TimeToLiveSpecification"]
    if "SSESpecification" in properties:
        given["SSESpecification"] = {**properties["SSESpecification"], **own.get("SSESpecification", {})}
    indexes = {each.get("IndexName"): each for each in own.get("GlobalSecondaryIndexes") or ()}
    if listed := properties.get("GlobalSecondaryIndexes"):
        given["GlobalSecondaryIndexes"] = [index(each, indexes.get(each.get("IndexName"), {})) for each in listed]
    throughput = capacity(properties, own)
    return {**given, **({"ProvisionedThroughput": throughput} if throughput else {})}


def index(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A global secondary index, as a table has it."""
    given = {name: shared[name] for name in ("IndexName", "KeySchema", "Projection") if name in shared}
    throughput = capacity(shared, own)
    return {**given, **({"ProvisionedThroughput": throughput} if throughput else {})}


def capacity(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, int] | None:
    """The throughput with which scaling begins; None if it is paid by request."""
    writes = (shared.get("WriteProvisionedThroughputSettings") or {}).get("WriteCapacityAutoScalingSettings")
    reads = own.get("ReadProvisionedThroughputSettings") or {}
    if not writes and not reads:
        return None
    scaled = reads.get("ReadCapacityAutoScalingSettings") or {}
    return {
        "ReadCapacityUnits": int(reads.get("ReadCapacityUnits") or _first(scaled)),
        "WriteCapacityUnits": _first(writes or {}),
    }


def _first(scaling: Mapping[str, Any]) -> int:
    return int(scaling.get("SeedCapacity") or scaling.get("MinCapacity") or 1)


def local(subject: ApiResource) -> ApiResource:
    """The global table as the table in the stack's Region."""
    region = subject.place.region
    return replace(subject, properties=as_table(subject.properties, region), old=as_table(subject.old, region))


def new_table(subject: ApiResource) -> dict[str, Any]:
    """CreateTable."""
    if not local_replica(subject.properties, subject.place.region):
        raise ServiceException("ValidationException", NOT_LOCAL.format(subject.place.region))
    view = local(subject)
    given = {name: view.properties[name] for name in CREATED if name in view.properties}
    shape = operation_model("dynamodb", "CreateTable").input_shape
    return {**copied(given, shape, {}), **dynamodb.new_table(view)}


def when(name: str, parameters: Callable[[ApiResource], Any]) -> Callable[[ApiResource], Any]:
    """The parameters of a call about a property of the local replica, if it has or had that."""

    def of(subject: ApiResource) -> Any:
        view = local(subject)
        same = subject.old and view.properties.get(name) == view.old.get(name)
        return None if same or not ({name} & {*view.properties, *view.old}) else parameters(view)

    return of


def policy(view: ApiResource) -> dict[str, Any] | None:
    """PutResourcePolicy; None without one."""
    return dynamodb.policy(view) if view.properties.get("ResourcePolicy") else None


def tags(view: ApiResource) -> dict[str, Any] | None:
    """TagResource; None without a tag."""
    return dynamodb.tagged(view) | {"Tags": view["Tags"]} if view["Tags"] else None


def lost_tags(view: ApiResource) -> dict[str, Any] | None:
    """UntagResource, of the tags that the replica has no more; None if it has them all."""
    kept = {tag["Key"] for tag in view["Tags"] or ()}
    lost = [tag["Key"] for tag in view.old.get("Tags", ()) if tag["Key"] not in kept]
    return dynamodb.tagged(view) | {"TagKeys": lost} if lost else None


GLOBAL_TABLE = ApiType(
    "AWS::DynamoDB::GlobalTable",
    "dynamodb",
    create=ApiCall("CreateTable", new_table),
    read=ApiCall("DescribeTable", table),
    shown=lambda subject, answer: answer.get("Table"),
    attributes=lambda subject, shown: {
        "Arn": shown["TableArn"],
        "StreamArn": shown.get("LatestStreamArn", ""),
    },
    settings=(
        Setting(
            (
                "BillingMode",
                "Replicas",
                "SSESpecification",
                "StreamSpecification",
                "WriteProvisionedThroughputSettings",
            ),
            ApiCall("UpdateTable", lambda it: dynamodb.changed_table(local(it))),
            on_create=False,
        ),
        Setting(
            ("AttributeDefinitions", "GlobalSecondaryIndexes"),
            ApiCall("UpdateTable", lambda it: dynamodb.changed_indexes(local(it))),
            on_create=False,
        ),
        Setting(("TimeToLiveSpecification",), ApiCall("UpdateTimeToLive", lambda it: dynamodb.expiry(local(it)))),
        Setting(
            ("Replicas",),
            ApiCall("UpdateContinuousBackups", when("PointInTimeRecoverySpecification", dynamodb.backups)),
        ),
        Setting(
            ("Replicas",),
            ApiCall(
                "UpdateContributorInsights",
                when("ContributorInsightsSpecification", lambda it: table(it) | dynamodb.insights(it)),
            ),
        ),
        Setting(
            ("Replicas",),
            ApiCall("DisableKinesisStreamingDestination", when("KinesisStreamSpecification", dynamodb.old_destination)),
            on_create=False,
        ),
        Setting(
            ("Replicas",),
            ApiCall("EnableKinesisStreamingDestination", when("KinesisStreamSpecification", dynamodb.destination)),
        ),
        Setting(("Replicas",), ApiCall("PutResourcePolicy", when("ResourcePolicy", policy))),
        Setting(("Replicas",), ApiCall("UntagResource", when("Tags", lost_tags)), on_create=False),
        Setting(("Replicas",), ApiCall("TagResource", when("Tags", tags)), on_create=False),
    ),
    delete=(ApiCall("DeleteTable", table),),
    arn=dynamodb.table_arn,
    modelled=(
        *("GlobalTableSourceArn", "GlobalTableWitnesses", "MultiRegionConsistency", "ReadOnDemandThroughputSettings"),
        *("ReadProvisionedThroughputSettings", "TableType", "VectorIndexes", "WarmThroughput"),
        "WriteOnDemandThroughputSettings",
    ),
)

TYPES = (GLOBAL_TABLE,)
