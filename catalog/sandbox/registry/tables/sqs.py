"""Queues and their policies.

A queue policy belongs to CloudFormation alone: its handlers set the attribute Policy of each queue (template reference,
AWS::SQS::QueuePolicy).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.rows import ending, regional
from catalog.sandbox.registry.shaping import as_text

ATTRIBUTES: Mapping[str, str] = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "DelaySeconds": "0",
    "FifoThroughputLimit": "perQueue",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}
"""Property, which is also the attribute → its default, which an update sets when the property is taken away."""


def attributes(queue: ApiResource) -> dict[str, str]:
    """The attributes of a new queue."""
    given = queue.given(*ATTRIBUTES, "FifoQueue")
    return {name: as_text(value) for name, value in given.items() if (name, as_text(value)) != ("FifoQueue", "false")}


def changed_attributes(queue: ApiResource) -> dict[str, Any]:
    """The attributes that an update sets."""
    changed = {
        name: as_text(queue.properties.get(name, default))
        for name, default in ATTRIBUTES.items()
        if queue.properties.get(name) != queue.old.get(name)
    }
    return {"QueueUrl": queue["QueueUrl"], "Attributes": changed}


def by_url(queue: ApiResource) -> dict[str, Any]:
    """The URL of the queue."""
    return {"QueueUrl": queue["QueueUrl"]}


QUEUE = ApiType(
    "AWS::SQS::Queue",
    "sqs",
    create=ApiCall("CreateQueue", lambda queue: {"QueueName": queue.name, "Attributes": attributes(queue)}),
    probe=ApiCall("GetQueueUrl", lambda queue: {"QueueName": queue.name}),
    known=lambda queue, answer: {"QueueUrl": answer["QueueUrl"], "QueueName": queue.name},
    identified=ending("QueueUrl", "/", "QueueName"),
    read=ApiCall("GetQueueAttributes", lambda queue: by_url(queue) | {"AttributeNames": ["All"]}),
    shown=lambda queue, answer: answer.get("Attributes"),
    attributes=lambda queue, shown: {"Arn": shown["QueueArn"]},
    update=ApiCall("SetQueueAttributes", changed_attributes),
    delete=(ApiCall("DeleteQueue", by_url),),
    tagging=Tagging(ApiCall("TagQueue", by_url), ApiCall("UntagQueue", by_url), "tags"),
    arn=lambda queue: (
        f"arn:{queue.place.partition}:sqs:{queue.place.region}:{queue.place.account}:{queue.name or queue['QueueName']}"
    ),
    also={"create": ("sqs:GetQueueUrl", "sqs:ListQueueTags"), "update": ("sqs:ListQueueTags",)},
)


def with_policy(policy: ApiResource, text: str) -> list[dict[str, Any]]:
    """The same policy for each queue."""
    return [{"QueueUrl": url, "Attributes": {"Policy": text}} for url in policy.properties.get("Queues", ())]


def new_policy(policy: ApiResource) -> list[dict[str, Any]]:
    """Set the policy, and remove it from the queues that an update has taken off the list."""
    kept = policy.properties.get("Queues", ())
    dropped = [url for url in policy.old.get("Queues", ()) if url not in kept]
    removed = [{"QueueUrl": url, "Attributes": {"Policy": ""}} for url in dropped]
    return removed + with_policy(policy, policy.text("PolicyDocument"))


def arn_of(policy: ApiResource) -> str:
    """The ARN of the (first) queue."""
    url = str(next(iter(policy.properties.get("Queues", ())), "*"))
    place = policy.place
    return f"arn:{place.partition}:sqs:{place.region}:{place.account}:{url.rpartition('/')[2]}"


QUEUE_POLICY = ApiType(
    "AWS::SQS::QueuePolicy",
    "sqs",
    create=ApiCall("SetQueueAttributes", new_policy),
    update=ApiCall("SetQueueAttributes", new_policy),
    delete=(ApiCall("SetQueueAttributes", lambda policy: with_policy(policy, "")),),
    arn=arn_of,
)


def inline(text: str | None = None) -> ApiCall:
    """Set the policy of the one queue of an inline policy, or remove it."""
    return ApiCall(
        "SetQueueAttributes",
        lambda it: {
            "QueueUrl": it["Queue"],
            "Attributes": {"Policy": it.text("PolicyDocument") if text is None else text},
        },
    )


INLINE_POLICY = ApiType(
    "AWS::SQS::QueueInlinePolicy",
    "sqs",
    create=inline(),
    update=inline(),
    delete=(inline(""),),
    arn=lambda it: regional(it, "sqs", it.text("Queue").rpartition("/")[2]),
)

TYPES = (QUEUE, QUEUE_POLICY, INLINE_POLICY)
