"""Log groups, metric filters and subscription filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.rows import plain, regional, taken
from catalog.sandbox.registry.rows import tagged as tagged_by


def group(subject: ApiResource) -> dict[str, Any]:
    """The name of the log group."""
    return {"logGroupName": subject["LogGroupName"]}


def identifier(subject: ApiResource) -> dict[str, Any]:
    """The log group, for operations on its policies."""
    return {"logGroupIdentifier": subject["LogGroupName"]}


def tagged(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the log group, for tags."""
    return {"resourceArn": group_arn(subject)}


def group_arn(subject: ApiResource) -> str:
    """The ARN of the log group that it is or belongs to."""
    place = subject.place
    return f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:{subject['LogGroupName']}"


def the_group(subject: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The group with exactly this name, of those that begin with it."""
    name = subject["LogGroupName"]
    return next((each for each in answer.get("logGroups", ()) if each["logGroupName"] == name), None)


def protected(subject: ApiResource) -> dict[str, Any]:
    """Whether the group may not be deleted."""
    enabled = subject.text("DeletionProtectionEnabled", "false") == "true"
    return identifier(subject) | {"deletionProtectionEnabled": enabled}


LOG_GROUP = ApiType(
    "AWS::Logs::LogGroup",
    "logs",
    create=ApiCall("CreateLogGroup", group, copies=True, omitted=("DeletionProtectionEnabled",)),
    read=ApiCall("DescribeLogGroups", lambda subject: {"logGroupNamePrefix": subject["LogGroupName"]}),
    shown=the_group,
    attributes=lambda subject, shown: {"Arn": shown["arn"]},
    settings=(
        Setting(
            ("RetentionInDays",),
            ApiCall("PutRetentionPolicy", lambda it: group(it) | {"retentionInDays": int(it["RetentionInDays"])}),
            ApiCall("DeleteRetentionPolicy", group),
        ),
        Setting(
            ("KmsKeyId",),
            ApiCall("AssociateKmsKey", lambda it: group(it) | {"kmsKeyId": it["KmsKeyId"]}),
            ApiCall("DisassociateKmsKey", group),
            on_create=False,
        ),
        Setting(
            ("DataProtectionPolicy",),
            ApiCall(
                "PutDataProtectionPolicy",
                lambda it: identifier(it) | {"policyDocument": it.text("DataProtectionPolicy")},
            ),
            ApiCall("DeleteDataProtectionPolicy", identifier),
        ),
        Setting(("DeletionProtectionEnabled",), ApiCall("PutLogGroupDeletionProtection", protected)),
    ),
    delete=(ApiCall("DeleteLogGroup", group),),
    tagging=Tagging(
        ApiCall("TagResource", tagged), ApiCall("UntagResource", tagged), "tags", tags_in="tags", keys_in="tagKeys"
    ),
    arn=lambda subject: f"{group_arn(subject)}:*",
    also={"update": ("logs:ListTagsForResource",)},
    modelled=("BearerTokenAuthenticationEnabled", "FieldIndexPolicies", "LogGroupClass", "ResourcePolicyDocument"),
)


def filtered(operation: str, *omitted: str) -> ApiCall:
    """An operation with the properties of a filter."""
    return ApiCall(operation, lambda it: {"filterName": it["FilterName"]}, copies=True, omitted=omitted)


def by_filter(subject: ApiResource) -> dict[str, Any]:
    """The names of the group and of the filter."""
    return group(subject) | {"filterName": subject["FilterName"]}


def by_prefix(subject: ApiResource) -> dict[str, Any]:
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
    read=ApiCall("DescribeMetricFilters", by_prefix),
    shown=named("metricFilters"),
    update=filtered("PutMetricFilter"),
    delete=(ApiCall("DeleteMetricFilter", by_filter),),
    arn=lambda subject: f"{group_arn(subject)}:*",
)

SUBSCRIPTION_FILTER = ApiType(
    "AWS::Logs::SubscriptionFilter",
    "logs",
    create=filtered("PutSubscriptionFilter"),
    read=ApiCall("DescribeSubscriptionFilters", by_prefix),
    shown=named("subscriptionFilters"),
    update=filtered("PutSubscriptionFilter"),
    delete=(ApiCall("DeleteSubscriptionFilter", by_filter),),
    arn=lambda subject: f"{group_arn(subject)}:*",
)


def called(answers: str, member: str, name: str) -> Any:
    """What has exactly the name of the subject."""
    return lambda it, answer: next((each for each in answer.get(answers, ()) if each[member] == it[name]), None)


IN_GROUP = ("LogGroupName", "LogStreamName")
LOG_STREAM = plain(
    "AWS::Logs::LogStream",
    "logs",
    IN_GROUP,
    ref="LogStreamName",
    read=ApiCall("DescribeLogStreams", lambda it: group(it) | {"logStreamNamePrefix": it["LogStreamName"]}),
    shown=called("logStreams", "logStreamName", "LogStreamName"),
    update=None,
    arn=lambda it: f"{group_arn(it)}:log-stream:{it['LogStreamName']}",
)

RESOURCE_POLICY = plain(
    "AWS::Logs::ResourcePolicy",
    "logs",
    ("PolicyName",),
    create="PutResourcePolicy",
    read=ApiCall("DescribeResourcePolicies"),
    shown=called("resourcePolicies", "policyName", "PolicyName"),
    update="PutResourcePolicy",
)


def destination_arn(it: ApiResource) -> str:
    """The ARN of a destination."""
    return regional(it, "logs", f"destination:{it['DestinationName']}")


DESTINATION = plain(
    "AWS::Logs::Destination",
    "logs",
    ("DestinationName",),
    create="PutDestination",
    read=ApiCall("DescribeDestinations", lambda it: {"DestinationNamePrefix": it["DestinationName"]}),
    shown=called("destinations", "destinationName", "DestinationName"),
    attributes=taken(Arn="arn"),
    settings=(
        Setting(
            ("DestinationPolicy",),
            ApiCall(
                "PutDestinationPolicy",
                lambda it: {"accessPolicy": it.text("DestinationPolicy")},
                identity=("DestinationName",),
            ),
        ),
    ),
    update="PutDestination",
    tagging=tagged_by("resourceArn", destination_arn, "tags"),
    arn=destination_arn,
)

QUERY = plain(
    "AWS::Logs::QueryDefinition",
    "logs",
    ("QueryDefinitionId",),
    create="PutQueryDefinition",
    known=taken(QueryDefinitionId="queryDefinitionId"),
    read=ApiCall("DescribeQueryDefinitions"),
    shown=called("queryDefinitions", "queryDefinitionId", "QueryDefinitionId"),
    update="PutQueryDefinition",
)

TYPES = (LOG_GROUP, METRIC_FILTER, SUBSCRIPTION_FILTER, LOG_STREAM, RESOURCE_POLICY, DESTINATION, QUERY)
