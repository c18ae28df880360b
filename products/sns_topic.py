"""Product `sns_topic`: a topic under a key; only named roles publish and subscribe.

docs/products/sns_topic.md explains each choice. The logical id `Topic` must not change.
"""

from __future__ import annotations

from typing import Any

from _shared.building import DELETED, HAS_COMPLIANCE, build, output, tags
from _shared.encryption import KEY_CONDITION, key_arn, key_parameter
from _shared.owner import owned
from _shared.parameters import TAGS_GROUP, Parameters, roles, tag_parameters, text
from _shared.policies import allow, deny, document, except_for, only_over_tls, the
from troposphere import Ref, Template
from troposphere.sns import Topic, TopicPolicy

from catalog import ProductDefinition

PARAMETERS: Parameters = {
    "TopicName": text(
        "Name of the topic",
        "Name of the topic, such as dev-orders. It must be new in this account and Region, and cannot be changed "
        "later.",
        "[A-Za-z0-9_-]+",
        "must have 1 to 256 letters, digits, _ or -",
        most=256,
    ),
    **key_parameter("the messages", "Publishers must be key users."),
    "Publishers": roles("Who may publish", "ARNs of the IAM roles or users that may publish. Nobody else can."),
    "Subscribers": roles("Who may subscribe", "ARNs of the IAM roles or users that may subscribe. Nobody else can."),
    **tag_parameters("topic", "carries", "It has no effect on the topic."),
}

GROUPS = {"The topic": ["TopicName", "KeyArn"], "Who may do what": ["Publishers", "Subscribers"], **TAGS_GROUP}

PUBLISH = ["sns:Publish"]
SUBSCRIBE = ["sns:Subscribe"]


def resources() -> list[Any]:
    """The topic, and its policy."""
    topic = Ref("Topic")
    return [
        Topic(
            "Topic",
            **DELETED,
            TopicName=Ref("TopicName"),
            KmsMasterKeyId=key_arn(),
            SignatureVersion="2",
            Tags=tags(),
        ),
        TopicPolicy(
            "TopicPolicy",
            Topics=[topic],
            PolicyDocument=document(
                only_over_tls(PUBLISH, topic),
                allow("PublishersPublish", the("Publishers"), [*PUBLISH, "sns:GetTopicAttributes"], topic),
                deny("OnlyPublishersPublish", PUBLISH, topic, except_for("Publishers")),
                allow("SubscribersSubscribe", the("Subscribers"), SUBSCRIBE, topic),
                deny("OnlySubscribersSubscribe", SUBSCRIBE, topic, except_for("Subscribers")),
            ),
        ),
    ]


def template() -> Template:
    """The template of this version."""
    return build(
        "SNS topic under a KMS key; catalog product sns_topic.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions={**KEY_CONDITION, **HAS_COMPLIANCE},
        rules={},
        resources=resources(),
        outputs=[output("TopicArn", "ARN of the topic, to publish and to subscribe.", Ref("Topic"))],
    )


PRODUCT = ProductDefinition(
    **owned("sns_topic"),
    name="SNS topic",
    description="An SNS topic under a KMS key; only named roles publish and subscribe.",
    version="1.0.0",
    version_description="First version.",
    template=template,
)
