"""Secrets, queues and topics: only the roles of the lists use them, whatever IAM policies say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.iam import Answer, Caller, CallerKind
from tests.unit.products.blocks import ACCOUNT, answer, launched, role

STRANGER = Caller(CallerKind.ROLE, "210987654321", "arn:aws:iam::210987654321:role/app")
ROOT_USER = Caller(CallerKind.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
QUEUE, DEAD = (f"arn:aws:sqs:us-east-1:{ACCOUNT}:dev-orders{suffix}" for suffix in ("", "-dead"))
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:dev-orders"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:dev/orders/database-a1b2c3"
LISTS = {
    "secret": {"Readers": "first"},
    "sqs_queue": {"Senders": "first", "Receivers": "second"},
    "sns_topic": {"Publishers": "first", "Subscribers": "second"},
}
USES = [
    # product, logical id of the policy, ARN, action, the role that may
    ("secret", "Policy", SECRET, "secretsmanager:GetSecretValue", "first"),
    ("secret", "Policy", SECRET, "secretsmanager:BatchGetSecretValue", "first"),
    ("sqs_queue", "QueuePolicy", QUEUE, "sqs:SendMessage", "first"),
    ("sqs_queue", "QueuePolicy", QUEUE, "sqs:ReceiveMessage", "second"),
    ("sqs_queue", "QueuePolicy", QUEUE, "sqs:DeleteMessage", "second"),
    ("sqs_queue", "QueuePolicy", QUEUE, "sqs:ChangeMessageVisibility", "second"),
    ("sqs_queue", "DeadLettersPolicy", DEAD, "sqs:ReceiveMessage", "second"),
    ("sqs_queue", "DeadLettersPolicy", DEAD, "sqs:DeleteMessage", "second"),
    ("sns_topic", "TopicPolicy", TOPIC, "sns:Publish", "first"),
    ("sns_topic", "TopicPolicy", TOPIC, "sns:Subscribe", "second"),
]


def policy(key: str, logical_id: str) -> tuple[Any, str]:
    """The policy of a launch with a role in each list, and its type."""
    lists = {name: f"arn:aws:iam::{ACCOUNT}:role/{who}" for name, who in LISTS[key].items()}
    resource = launched(key, **lists)[logical_id]
    properties = resource["Properties"]
    return properties.get("PolicyDocument") or properties["ResourcePolicy"], resource["Type"]


@pytest.mark.parametrize(("key", "logical_id", "arn", "action", "who"), USES)
def test_only_the_role_of_the_list(key: str, logical_id: str, arn: str, action: str, who: str) -> None:
    document, kind = policy(key, logical_id)
    for name in ("first", "second", "security-admin-role"):
        given = answer(document, kind, role(name), action, arn)
        assert (name, given) == (name, Answer.ALLOWED if name == who else Answer.DENIED)
    assert answer(document, kind, ROOT_USER, action, arn) is Answer.DENIED
    assert answer(document, kind, STRANGER, action, arn) is Answer.DENIED


@pytest.mark.parametrize(
    ("key", "logical_id", "arn", "action", "who"), [use for use in USES if use[3] in ("sqs:SendMessage", "sns:Publish")]
)
def test_tls_is_needed(key: str, logical_id: str, arn: str, action: str, who: str) -> None:
    document, kind = policy(key, logical_id)
    plain = answer(document, kind, role(who), action, arn, aws__SecureTransport=("false",))
    assert plain is Answer.DENIED


@pytest.mark.parametrize(("key", "logical_id"), sorted({use[:2] for use in USES}))
def test_nothing_is_allowed_to_everybody(key: str, logical_id: str) -> None:
    document, _ = policy(key, logical_id)
    allowed = [each["Principal"] for each in document["Statement"] if each["Effect"] == "Allow"]
    assert allowed
    assert not any("*" in json.dumps(principal) for principal in allowed)


def test_nobody_sends_dead_letters() -> None:
    document, _ = policy("sqs_queue", "DeadLettersPolicy")
    allowed = {action for each in document["Statement"] if each["Effect"] == "Allow" for action in each["Action"]}
    assert "sqs:SendMessage" not in allowed


def test_dead_letters_come_from_the_queue_and_stay_longer() -> None:
    resources = launched("sqs_queue")
    queue, dead = (resources[name]["Properties"] for name in ("Queue", "DeadLetters"))
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": DEAD, "maxReceiveCount": "5"}
    assert dead["MessageRetentionPeriod"] == 2 * queue["MessageRetentionPeriod"]
