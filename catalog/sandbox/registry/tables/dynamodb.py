"""Tables.

An update changes one thing at a time, as the API wants it: CloudFormation refuses an update that makes or removes more
than one global secondary index ("Cannot perform more than one GSI creation or deletion in a single update").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import ServiceException

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.shaping import as_text

KEY_ACTIONS = ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt")
"""What the creation of a table with a customer managed key needs (its schema; DynamoDB developer guide, "Encryption at
rest: usage notes")."""
ONE_INDEX = "Cannot perform more than one GSI creation or deletion in a single update"
UPDATES = (
    "BillingMode",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
    "WarmThroughput",
)
"""Properties that UpdateTable changes."""


def table(subject: ApiResource) -> dict[str, Any]:
    """The name of the table."""
    return {"TableName": subject["TableName"]}


def tagged(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the table, for tags."""
    return {"ResourceArn": table_arn(subject)}


def table_arn(subject: ApiResource) -> str:
    """The ARN of the table, also before it exists."""
    place = subject.place
    return f"arn:{place.partition}:dynamodb:{place.region}:{place.account}:table/{subject['TableName']}"


def encryption(subject: ApiResource) -> dict[str, Any] | None:
    """SSESpecification, whose property SSEEnabled is the parameter Enabled."""
    given = subject.properties.get("SSESpecification")
    if given is None:
        return {"Enabled": False} if subject.old.get("SSESpecification") else None
    rest = {name: value for name, value in given.items() if name != "SSEEnabled"}
    return {"Enabled": as_text(given.get("SSEEnabled", False)) == "true", **rest}


def streams(subject: ApiResource) -> dict[str, Any] | None:
    """StreamSpecification, whose parameter StreamEnabled the property implies."""
    given = subject.properties.get("StreamSpecification")
    if given is None:
        return {"StreamEnabled": False} if subject.old.get("StreamSpecification") else None
    return {"StreamEnabled": True, "StreamViewType": given["StreamViewType"]}


def new_table(subject: ApiResource) -> dict[str, Any]:
    """CreateTable; the other parameters have the names of the properties."""
    return table(subject) | {
        "SSESpecification": encryption(subject),
        "StreamSpecification": streams(subject),
        "AttributeDefinitions": subject.properties.get("AttributeDefinitions", []),
    }


def changed_table(subject: ApiResource) -> dict[str, Any] | None:
    """UpdateTable with what has changed besides the indexes."""
    changed = {
        name: subject.properties.get(name) for name in UPDATES if subject.properties.get(name) != subject.old.get(name)
    }
    if not changed:
        return None
    if "SSESpecification" in changed:
        changed["SSESpecification"] = encryption(subject)
    if "StreamSpecification" in changed:
        changed["StreamSpecification"] = streams(subject)
    if "DeletionProtectionEnabled" in changed:
        changed["DeletionProtectionEnabled"] = as_text(changed["DeletionProtectionEnabled"]) == "true"
    if "BillingMode" in changed:
        changed["BillingMode"] = changed["BillingMode"] or "PROVISIONED"
    return table(subject) | changed


def changed_indexes(subject: ApiResource) -> dict[str, Any] | None:
    """UpdateTable for the index that is new, removed or has another throughput."""
    old, new = (
        {each["IndexName"]: each for each in properties.get("GlobalSecondaryIndexes", [])}
        for properties in (subject.old, subject.properties)
    )
    made = [{"Create": new[name]} for name in new if name not in old or _keys(new[name]) != _keys(old[name])]
    gone = [{"Delete": {"IndexName": name}} for name in old if name not in new]
    if len(made) + len(gone) > 1 or any(each["Create"]["IndexName"] in old for each in made):
        raise ServiceException("ValidationException", ONE_INDEX)
    changed = [
        {"Update": {"IndexName": name, "ProvisionedThroughput": new[name]["ProvisionedThroughput"]}}
        for name in new.keys() & old.keys()
        if "ProvisionedThroughput" in new[name] and new[name] != old[name]
    ]
    updates = made + gone + changed
    attributes = subject.properties.get("AttributeDefinitions", [])
    return (
        table(subject) | {"AttributeDefinitions": attributes, "GlobalSecondaryIndexUpdates": updates}
        if updates
        else None
    )


def _keys(index: Mapping[str, Any]) -> tuple[Any, Any]:
    return index.get("KeySchema"), index.get("Projection")


def backups(subject: ApiResource) -> dict[str, Any]:
    """Point-in-time recovery; without the property it is off."""
    given = subject.properties.get("PointInTimeRecoverySpecification") or {"PointInTimeRecoveryEnabled": False}
    enabled = as_text(given.get("PointInTimeRecoveryEnabled", False)) == "true"
    days = given.get("RecoveryPeriodInDays")
    return table(subject) | {
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": enabled,
            **({"RecoveryPeriodInDays": int(days)} if days is not None else {}),
        }
    }


def expiry(subject: ApiResource) -> dict[str, Any]:
    """Time to live; without the property the attribute of before is off."""
    given = subject.properties.get("TimeToLiveSpecification")
    old = subject.old.get("TimeToLiveSpecification") or {}
    wanted = given or {"AttributeName": old.get("AttributeName"), "Enabled": False}
    enabled = as_text(wanted.get("Enabled", False)) == "true"
    return table(subject) | {
        "TimeToLiveSpecification": {"AttributeName": wanted.get("AttributeName"), "Enabled": enabled}
    }


def policy(subject: ApiResource) -> dict[str, Any]:
    """The resource policy."""
    document = (subject.properties.get("ResourcePolicy") or {}).get("PolicyDocument", {})
    return tagged(subject) | {"Policy": as_text(document)}


def insights(subject: ApiResource) -> dict[str, Any]:
    """Whether CloudWatch finds the most frequent keys; it does not by default."""
    given = subject.properties.get("ContributorInsightsSpecification") or {}
    on = as_text(given.get("Enabled", False)) == "true"
    return {"ContributorInsightsAction": "ENABLE" if on else "DISABLE", "ContributorInsightsMode": given.get("Mode")}


def destination(subject: ApiResource) -> dict[str, Any] | None:
    """The stream that gets the changes of the table; None without one."""
    given = subject.properties.get("KinesisStreamSpecification")
    if not given:
        return None
    precision = given.get("ApproximateCreationDateTimePrecision")
    more = {"EnableKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": precision}}
    return table(subject) | {"StreamArn": given["StreamArn"]} | (more if precision else {})


def old_destination(subject: ApiResource) -> dict[str, Any] | None:
    """The stream of before; None without one."""
    given = subject.old.get("KinesisStreamSpecification")
    return table(subject) | {"StreamArn": given["StreamArn"]} if given else None


TABLE = ApiType(
    "AWS::DynamoDB::Table",
    "dynamodb",
    create=ApiCall(
        "CreateTable", new_table, copies=True, omitted=("SSESpecification", "StreamSpecification", "ResourcePolicy")
    ),
    read=ApiCall("DescribeTable", table),
    shown=lambda subject, answer: answer.get("Table"),
    attributes=lambda subject, shown: {"Arn": shown["TableArn"], "StreamArn": shown.get("LatestStreamArn", "")},
    settings=(
        Setting(UPDATES, ApiCall("UpdateTable", changed_table), on_create=False),
        Setting(("GlobalSecondaryIndexes",), ApiCall("UpdateTable", changed_indexes), on_create=False),
        Setting(("PointInTimeRecoverySpecification",), ApiCall("UpdateContinuousBackups", backups)),
        Setting(("TimeToLiveSpecification",), ApiCall("UpdateTimeToLive", expiry)),
        Setting(
            ("ContributorInsightsSpecification",),
            ApiCall("UpdateContributorInsights", lambda it: table(it) | insights(it)),
        ),
        Setting(
            ("KinesisStreamSpecification",),
            ApiCall("DisableKinesisStreamingDestination", old_destination),
            on_create=False,
        ),
        Setting(("KinesisStreamSpecification",), ApiCall("EnableKinesisStreamingDestination", destination)),
        Setting(("ResourcePolicy",), ApiCall("PutResourcePolicy", policy), ApiCall("DeleteResourcePolicy", tagged)),
    ),
    delete=(ApiCall("DeleteTable", table),),
    tagging=Tagging(ApiCall("TagResource", tagged), ApiCall("UntagResource", tagged), "Tags"),
    arn=table_arn,
    replaced=("LocalSecondaryIndexes",),  # "can only be created when its parent table is created"
    also={
        "create": ("dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource"),
        "update": ("dynamodb:ListTagsOfResource",),
    },
    also_for={("create", "SSESpecification.KMSMasterKeyId"): KEY_ACTIONS},
    modelled=(
        "GlobalSecondaryIndexes.ContributorInsightsSpecification",
        "ImportSourceSpecification",
        "VectorIndexes",
    ),
)

TYPES = (TABLE,)
