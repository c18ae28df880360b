"""NotificationARNs: check the topics of a stack, and send its events to them inside the sandbox."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from moto.moto_api._internal import mock_random
from moto.sns.models import Topic, sns_backends

from catalog.sandbox.cloudformation.errors import StackRefused

TOPIC = re.compile(r"arn:aws[a-z-]*:sns:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):[A-Za-z0-9_-]{1,256}")
SUBJECT = "AWS CloudFormation Notification"


def check_topics(arns: Iterable[str], region: str) -> None:
    """Raise `StackRefused` for an invalid ARN or a topic that is missing or in another Region; texts are assumed."""
    for arn in arns:
        match = TOPIC.fullmatch(arn)
        if match is None:
            raise StackRefused(f"Invalid notification ARN {arn}: it is not the ARN of an SNS topic")
        if match["region"] != region:
            raise StackRefused(f"Invalid notification ARN {arn}: the topic must be in Region {region}")
        if _topic(arn) is None:
            raise StackRefused(f"Invalid notification ARN {arn}: the topic does not exist")


def notify(arn: str, message: str) -> None:
    """Send `message` to the topic's queues, but not to HTTP endpoints or functions: nothing leaves the sandbox."""
    topic = _topic(arn)
    if topic is None:
        return
    identity = str(mock_random.uuid4())
    subscriptions, _ = topic.sns_backend.list_subscriptions_by_topic(topic_arn=arn)
    for subscription in subscriptions:
        if subscription.protocol != "sqs":
            continue
        try:
            subscription.publish(message, identity, subject=SUBJECT)
        # moto's queues can raise anything; a failed notification must not fail the stack
        except Exception:
            logging.getLogger(__name__).warning(
                "cannot notify %s of a stack's event", subscription.endpoint, exc_info=True
            )


def _topic(arn: str) -> Topic | None:
    _, _, _, region, account, _ = arn.split(":", 5)
    return sns_backends[account][region].topics.get(arn)
