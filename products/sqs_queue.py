"""Product `sqs_queue`: a queue under a key with its dead-letter queue; only named roles send and receive.

docs/products/sqs_queue.md explains each choice. The logical ids `Queue` and `DeadLetters` must not change.
"""

from __future__ import annotations

from typing import Any

from _shared.building import DELETED, HAS_COMPLIANCE, build, output, tags
from _shared.encryption import KEY_CONDITION, key_arn, key_parameter
from _shared.owner import owned
from _shared.parameters import TAGS_GROUP, Parameters, number, roles, tag_parameters, text
from _shared.policies import allow, deny, document, except_for, only_over_tls, the
from troposphere import GetAtt, Ref, Sub, Template
from troposphere.sqs import Queue, QueuePolicy, RedrivePolicy

from catalog import ProductDefinition

PARAMETERS: Parameters = {
    "QueueName": text(
        "Name of the queue",
        "Name of the queue, such as dev-orders; that of its dead letters ends in -dead. It must be new in this "
        "account and Region, and cannot be changed later.",
        "[A-Za-z0-9_-]+",
        "must have 1 to 75 letters, digits, _ or -",
        most=75,
    ),
    **key_parameter("the messages", "Senders and receivers must be key users."),
    "Senders": roles("Who may send", "ARNs of the IAM roles or users that may send messages. Nobody else can."),
    "Receivers": roles(
        "Who may receive",
        "ARNs of the IAM roles or users that may receive and delete messages, dead letters too. Nobody else can.",
    ),
    "VisibilityTimeoutSeconds": number(
        "Seconds to work on a message",
        "Seconds for which a message that was received is hidden from others.",
        0,
        43200,
        30,
    ),
    "MaxReceiveCount": number(
        "Attempts", "How often a message is received before it goes to the dead letters.", 1, 1000, 5
    ),
    **tag_parameters("queue", "carries", "It has no effect on the queue."),
}

GROUPS = {
    "The queue": ["QueueName", "KeyArn", "VisibilityTimeoutSeconds", "MaxReceiveCount"],
    "Who may do what": ["Senders", "Receivers"],
    **TAGS_GROUP,
}

SEND = ["sqs:SendMessage"]
RECEIVE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
SEE = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
FOURTEEN_DAYS = 1_209_600


def queue(logical_id: str, name: Any, **properties: Any) -> Queue:
    """A queue under the key."""
    common = {"KmsMasterKeyId": key_arn(), "KmsDataKeyReusePeriodSeconds": 300, "Tags": tags()}
    return Queue(logical_id, **DELETED, QueueName=name, **common, **properties)


def policy(logical_id: str, queue_id: str, *senders: Any) -> QueuePolicy:
    """The policy of a queue: receivers receive, and who may send."""
    arn = GetAtt(queue_id, "Arn")
    return QueuePolicy(
        logical_id,
        Queues=[Ref(queue_id)],
        PolicyDocument=document(
            only_over_tls(["sqs:*"], arn),
            allow("ReceiversReceive", the("Receivers"), [*RECEIVE, *SEE], arn),
            deny("OnlyReceiversReceive", RECEIVE, arn, except_for("Receivers")),
            *senders,
        ),
    )


def resources() -> list[Any]:
    """The queue, its dead letters, and a policy for each."""
    arn = GetAtt("Queue", "Arn")
    redrive = RedrivePolicy(deadLetterTargetArn=GetAtt("DeadLetters", "Arn"), maxReceiveCount=Ref("MaxReceiveCount"))
    return [
        queue("DeadLetters", Sub("${QueueName}-dead"), MessageRetentionPeriod=FOURTEEN_DAYS),
        queue(
            "Queue",
            Ref("QueueName"),
            VisibilityTimeout=Ref("VisibilityTimeoutSeconds"),
            MessageRetentionPeriod=FOURTEEN_DAYS // 2,
            RedrivePolicy=redrive,
        ),
        policy("DeadLettersPolicy", "DeadLetters"),
        policy(
            "QueuePolicy",
            "Queue",
            allow("SendersSend", the("Senders"), [*SEND, *SEE], arn),
            deny("OnlySendersSend", SEND, arn, except_for("Senders")),
        ),
    ]


def template() -> Template:
    """The template of this version."""
    return build(
        "SQS queue under a KMS key, with dead letters; catalog product sqs_queue.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions={**KEY_CONDITION, **HAS_COMPLIANCE},
        rules={},
        resources=resources(),
        outputs=[
            output("QueueUrl", "URL of the queue, with which messages are sent and received.", Ref("Queue")),
            output("QueueArn", "ARN of the queue. Use it in IAM policies.", GetAtt("Queue", "Arn")),
            output("DeadLettersUrl", "URL of the queue with the dead letters.", Ref("DeadLetters")),
        ],
    )


PRODUCT = ProductDefinition(
    **owned("sqs_queue"),
    name="SQS queue",
    description="An SQS queue under a KMS key with a dead-letter queue; only named roles send and receive.",
    version="1.0.0",
    version_description="First version.",
    template=template,
)
