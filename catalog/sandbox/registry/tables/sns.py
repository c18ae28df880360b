"""Topics, their policies and subscriptions."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.rows import ending
from catalog.sandbox.registry.shaping import as_text

ATTRIBUTES = {
    "ArchivePolicy": "",
    "ContentBasedDeduplication": "false",
    "DisplayName": "",
    "FifoThroughputScope": "Topic",
    "KmsMasterKeyId": "",
    "SignatureVersion": "1",
    "TracingConfig": "PassThrough",
}
"""Property, which is also the attribute → its default."""
ALSO_ATTRIBUTES = ("FifoTopic",)
SUBSCRIPTION_ATTRIBUTES = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
)


def new_topic(topic: ApiResource) -> dict[str, Any]:
    """CreateTopic with the attributes."""
    given = topic.given(*ATTRIBUTES, *ALSO_ATTRIBUTES)
    wanted = {name: as_text(value) for name, value in given.items() if (name, as_text(value)) != ("FifoTopic", "false")}
    return {"Name": topic.name, "Attributes": wanted, "DataProtectionPolicy": protection(topic)}


def protection(topic: ApiResource) -> str | None:
    """The data protection policy as text."""
    return topic.text("DataProtectionPolicy") if "DataProtectionPolicy" in topic.properties else None


def by_arn(topic: ApiResource) -> dict[str, Any]:
    """The ARN of the topic."""
    return {"TopicArn": topic["TopicArn"]}


def tagged_arn(topic: ApiResource) -> dict[str, Any]:
    """The ARN of the topic, for tags."""
    return {"ResourceArn": topic["TopicArn"]}


def changed_attributes(topic: ApiResource) -> list[dict[str, Any]]:
    """SetTopicAttributes for each attribute that has changed."""
    return [
        {"TopicArn": topic["TopicArn"], "AttributeName": name, "AttributeValue": as_text(value)}
        for name, default in ATTRIBUTES.items()
        if (value := topic.properties.get(name, default)) != topic.old.get(name, default)
    ]


def new_subscriptions(topic: ApiResource) -> list[dict[str, Any]]:
    """Subscribe for each member of Subscription that the topic did not have."""
    old = topic.old.get("Subscription", [])
    return [
        {"TopicArn": topic["TopicArn"], "Protocol": each["Protocol"], "Endpoint": each["Endpoint"]}
        for each in topic.properties.get("Subscription", [])
        if each not in old
    ]


def dropped_subscriptions(topic: ApiResource) -> list[dict[str, Any]]:
    """Unsubscribe what an update has taken off the list."""
    kept = [(each["Protocol"], each["Endpoint"]) for each in topic.properties.get("Subscription", [])]
    old = [(each["Protocol"], each["Endpoint"]) for each in topic.old.get("Subscription", [])]
    existing = topic.ask("ListSubscriptionsByTopic", by_arn(topic))["Subscriptions"]
    return [
        {"SubscriptionArn": each["SubscriptionArn"]}
        for each in existing
        if (each["Protocol"], each["Endpoint"]) in old and (each["Protocol"], each["Endpoint"]) not in kept
    ]


PROTOCOLS = {"http/s": "HTTP", "sqs": "SQS", "lambda": "Lambda", "firehose": "Firehose", "application": "Application"}
LOGGING = ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")


def status_logging(topic: ApiResource) -> list[dict[str, Any]]:
    """SetTopicAttributes for each attribute of the logging of deliveries that has changed."""
    before, after = (
        {
            f"{PROTOCOLS[each['Protocol']]}{name}": as_text(each.get(name, ""))
            for each in properties.get("DeliveryStatusLogging") or ()
            for name in LOGGING
        }
        for properties in (topic.old, topic.properties)
    )
    return [
        {"TopicArn": topic["TopicArn"], "AttributeName": name, "AttributeValue": after.get(name, "")}
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    ]


def topic_arn(topic: ApiResource) -> str:
    """The ARN of the topic, also before it exists."""
    place = topic.place
    return f"arn:{place.partition}:sns:{place.region}:{place.account}:{topic.name or topic['TopicName']}"


TOPIC = ApiType(
    "AWS::SNS::Topic",
    "sns",
    create=ApiCall("CreateTopic", new_topic),
    probe=ApiCall("GetTopicAttributes", lambda topic: {"TopicArn": topic_arn(topic)}),
    known=lambda topic, answer: {"TopicArn": answer["TopicArn"], "TopicName": topic.name},
    identified=ending("TopicArn", ":", "TopicName"),
    read=ApiCall("GetTopicAttributes", by_arn),
    shown=lambda topic, answer: answer.get("Attributes"),
    settings=(
        Setting(tuple(ATTRIBUTES), ApiCall("SetTopicAttributes", changed_attributes), on_create=False),
        Setting(("DeliveryStatusLogging",), ApiCall("SetTopicAttributes", status_logging)),
        Setting(("Subscription",), ApiCall("Unsubscribe", dropped_subscriptions), on_create=False),
        Setting(("Subscription",), ApiCall("Subscribe", new_subscriptions)),
        Setting(
            ("DataProtectionPolicy",),
            ApiCall(
                "PutDataProtectionPolicy",
                lambda topic: tagged_arn(topic) | {"DataProtectionPolicy": protection(topic) or ""},
            ),
            on_create=False,
        ),
    ),
    delete=(ApiCall("DeleteTopic", by_arn),),
    tagging=Tagging(ApiCall("TagResource", tagged_arn), ApiCall("UntagResource", tagged_arn), "Tags"),
    arn=topic_arn,
    also={"create": ("sns:GetTopicAttributes",), "update": ("sns:ListTagsForResource",)},
    modelled=("MaximumMessageSize",),
)


def policies(policy: ApiResource) -> list[dict[str, Any]]:
    """The attribute Policy of each topic."""
    text = policy.text("PolicyDocument")
    return [
        {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": text}
        for arn in policy.properties.get("Topics", ())
    ]


def default_policies(policy: ApiResource) -> list[dict[str, Any]]:
    """The policy that SNS gives a new topic: its owner may do everything (SNS developer guide, "Key concepts")."""
    return [
        {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": as_text(_owners(arn, policy.place.account))}
        for arn in policy.properties.get("Topics", ())
    ]


def _owners(arn: str, account: str) -> dict[str, Any]:
    verbs = ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic")
    actions = [f"SNS:{verb}" for verb in (*verbs, "Subscribe", "ListSubscriptionsByTopic", "Publish")]
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": actions,
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}


TOPIC_POLICY = ApiType(
    "AWS::SNS::TopicPolicy",
    "sns",
    create=ApiCall("SetTopicAttributes", policies),
    update=ApiCall("SetTopicAttributes", policies),
    delete=(ApiCall("SetTopicAttributes", default_policies),),
    arn=lambda policy: str(next(iter(policy.properties.get("Topics", ())), "*")),
)


def inline(it: ApiResource) -> dict[str, Any]:
    """The policy of the one topic of an inline policy."""
    return {"TopicArn": it["TopicArn"], "AttributeName": "Policy", "AttributeValue": it.text("PolicyDocument")}


def inline_default(it: ApiResource) -> dict[str, Any]:
    """The policy of a new topic."""
    return {**inline(it), "AttributeValue": as_text(_owners(it["TopicArn"], it.place.account))}


INLINE_POLICY = ApiType(
    "AWS::SNS::TopicInlinePolicy",
    "sns",
    create=ApiCall("SetTopicAttributes", inline),
    update=ApiCall("SetTopicAttributes", inline),
    delete=(ApiCall("SetTopicAttributes", inline_default),),
    arn=lambda it: str(it["TopicArn"]),
)


def subscription(each: ApiResource) -> dict[str, Any]:
    """Subscribe with the attributes; the ARN is there at once, also while an address has not confirmed."""
    given = each.given(*SUBSCRIPTION_ATTRIBUTES)
    return {
        "TopicArn": each["TopicArn"],
        "Protocol": each["Protocol"],
        "Endpoint": each["Endpoint"],
        "Attributes": {name: as_text(value) for name, value in given.items()},
        "ReturnSubscriptionArn": True,
    }


def changed_subscription(each: ApiResource) -> list[dict[str, Any]]:
    """SetSubscriptionAttributes for each attribute that has changed."""
    return [
        {"SubscriptionArn": each["Arn"], "AttributeName": name, "AttributeValue": each.text(name)}
        for name in SUBSCRIPTION_ATTRIBUTES
        if each.properties.get(name) != each.old.get(name)
    ]


SUBSCRIPTION = ApiType(
    "AWS::SNS::Subscription",
    "sns",
    create=ApiCall("Subscribe", subscription),
    known=lambda each, answer: {"Arn": answer["SubscriptionArn"]},
    read=ApiCall("GetSubscriptionAttributes", lambda each: {"SubscriptionArn": each["Arn"]}),
    shown=lambda each, answer: answer.get("Attributes"),
    update=ApiCall("SetSubscriptionAttributes", changed_subscription),
    delete=(ApiCall("Unsubscribe", lambda each: {"SubscriptionArn": each["Arn"]}),),
    arn=lambda each: str(each["TopicArn"]),
    modelled=("Region",),
)

TYPES = (TOPIC, TOPIC_POLICY, SUBSCRIPTION, INLINE_POLICY)
