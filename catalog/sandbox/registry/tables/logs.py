"""Log groups, metric filters and subscription filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiType, Call, Setting, Subject, Tagging


def group(subject: Subject) -> dict[str, Any]:
    """The name of the log group."""
    return {"logGroupName": subject["LogGroupName"]}


def identifier(subject: Subject) -> dict[str, Any]:
    """The log group, for operations on its policies."""
    return {"logGroupIdentifier": subject["LogGroupName"]}


def tagged(subject: Subject) -> dict[str, Any]:
    """The ARN of the log group, for tags."""
    return {"resourceArn": group_arn(subject)}


def group_arn(subject: Subject) -> str:
    """The ARN of the log group that it is or belongs to."""
    place = subject.place
    return f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:{subject['LogGroupName']}"


def the_group(subject: Subject, answer: Mapping[str, Any]) -> Any:
    """The group with exactly this name, of those that begin with it."""
    name = subject["LogGroupName"]
    return next((each for each in answer.get("logGroups", ()) if each["logGroupName"] == name), None)


def protected(subject: Subject) -> dict[str, Any]:
    """Whether the group may not be deleted."""
    enabled = subject.text("DeletionProtectionEnabled", "false") == "true"
    return identifier(subject) | {"deletionProtectionEnabled": enabled}


LOG_GROUP = ApiType(
    "AWS::Logs::LogGroup",
    "logs",
    create=Call("CreateLogGroup", group, copies=True, omitted=("DeletionProtectionEnabled",)),
    read=Call("DescribeLogGroups", lambda subject: {"logGroupNamePrefix": subject["LogGroupName"]}),
    found=the_group,
    attributes=lambda subject, found: {"Arn": found["arn"]},
    settings=(
        Setting(
            ("RetentionInDays",),
            Call("PutRetentionPolicy", lambda it: group(it) | {"retentionInDays": int(it["RetentionInDays"])}),
            Call("DeleteRetentionPolicy", group),
        ),
        Setting(
            ("KmsKeyId",),
            Call("AssociateKmsKey", lambda it: group(it) | {"kmsKeyId": it["KmsKeyId"]}),
            Call("DisassociateKmsKey", group),
            on_create=False,
        ),
        Setting(
            ("DataProtectionPolicy",),
            Call(
                "PutDataProtectionPolicy",
                lambda it: identifier(it) | {"policyDocument": it.text("DataProtectionPolicy")},
            ),
            Call("DeleteDataProtectionPolicy", identifier),
        ),
        Setting(("DeletionProtectionEnabled",), Call("PutLogGroupDeletionProtection", protected)),
    ),
    delete=(Call("DeleteLogGroup", group),),
    tagging=Tagging(
        Call("TagResource", tagged), Call("UntagResource", tagged), "tags", tags_in="tags", keys_in="tagKeys"
    ),
    arn=lambda subject: f"{group_arn(subject)}:*",
    also={"update": ("logs:ListTagsForResource",)},
    modelled=("BearerTokenAuthenticationEnabled", "FieldIndexPolicies", "LogGroupClass", "ResourcePolicyDocument"),
)


def filtered(operation: str, *omitted: str) -> Call:
    """An operation with the properties of a filter."""
    return Call(operation, lambda it: {"filterName": it["FilterName"]}, copies=True, omitted=omitted)


def by_filter(subject: Subject) -> dict[str, Any]:
    """The names of the group and of the filter."""
    return group(subject) | {"filterName": subject["FilterName"]}


def by_prefix(subject: Subject) -> dict[str, Any]:
    """All filters of the group whose name begins with the filter's."""
    return group(subject) | {"filterNamePrefix": subject["FilterName"]}


def named(answers: str) -> Any:
    """The filter with exactly this name."""
    return lambda it, answer: next(
        (each for each in answer.get(answers, ()) if each["filterName"] == it["FilterName"]), None
    )


METRIC_FILTER = ApiType(
    "AWS::Logs::MetricFilter",
    "logs",
    create=filtered("PutMetricFilter"),
    read=Call("DescribeMetricFilters", by_prefix),
    found=named("metricFilters"),
    update=filtered("PutMetricFilter"),
    delete=(Call("DeleteMetricFilter", by_filter),),
    arn=lambda subject: f"{group_arn(subject)}:*",
)

SUBSCRIPTION_FILTER = ApiType(
    "AWS::Logs::SubscriptionFilter",
    "logs",
    create=filtered("PutSubscriptionFilter"),
    read=Call("DescribeSubscriptionFilters", by_prefix),
    found=named("subscriptionFilters"),
    update=filtered("PutSubscriptionFilter"),
    delete=(Call("DeleteSubscriptionFilter", by_filter),),
    arn=lambda subject: f"{group_arn(subject)}:*",
)

TYPES = (LOG_GROUP, METRIC_FILTER, SUBSCRIPTION_FILTER)
