"""Topics of SNS: moto keeps all attributes that are set, and shows some of them; a queue in no Region is refused.

Source: SNS API reference, SetTopicAttributes, GetTopicAttributes.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, Topic
from moto.sns.responses import SNSResponse

from catalog.sandbox.services.keeping import keep, kept, members

CREATE, SET, GET = SNSResponse.create_topic, SNSResponse.set_topic_attributes, SNSResponse.get_topic_attributes
SUBSCRIBE, GET_TOPIC = SNSBackend.subscribe, SNSBackend.get_topic
SHOWN = (
    *("ArchivePolicy", "FifoThroughputScope", "SignatureVersion", "TracingConfig"),
    *(
        f"{protocol}{attribute}"
        for protocol in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
        for attribute in ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
    ),
)
"""The attributes that moto does not show."""


def install() -> None:
    """Replace moto's operations."""
    for answer in (create_topic, set_topic_attributes, get_topic_attributes):
        setattr(SNSResponse, answer.__name__, answer)
    setattr(SNSBackend, "subscribe", subscribe)  # noqa: B010  # mypy allows no other form
    setattr(SNSBackend, "get_topic", get_topic)  # noqa: B010


def get_topic(backend: SNSBackend, arn: str) -> Topic:
    """The topic with an ARN; moto ends with an error of Python for another text."""
    if arn.count(":") < 5:
        words = f"An ARN must have at least 6 elements, not {arn.count(':') + 1}"
        raise SNSInvalidParameter(f"Invalid parameter: TopicArn Reason: {words}")
    return GET_TOPIC(backend, arn)


def subscribe(backend: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
    """Subscribe, which moto ends with an error of Python for a queue in a Region that does not exist."""
    try:
        return SUBSCRIBE(backend, topic_arn, endpoint, protocol)
    except KeyError:
        raise SNSInvalidParameter("Invalid parameter: SQS endpoint ARN") from None


def _keep(response: SNSResponse, arn: str, attributes: dict[str, Any]) -> None:
    keep(response.backend.get_topic(arn), {name: value for name, value in attributes.items() if name in SHOWN})


def create_topic(response: SNSResponse) -> ActionResult:
    """CreateTopic, with all attributes."""
    answer = CREATE(response)
    _keep(response, str(members(answer)["TopicArn"]), dict(response._get_attributes() or {}))
    return answer


def set_topic_attributes(response: SNSResponse) -> ActionResult:
    """SetTopicAttributes of the API reference."""
    answer = SET(response)
    name, value = response._get_param("AttributeName"), response._get_param("AttributeValue")
    _keep(response, response._get_param("TopicArn"), {name: value})
    return answer


def get_topic_attributes(response: SNSResponse) -> ActionResult:
    """GetTopicAttributes, with all attributes that have a value."""
    answer = GET(response)
    more = kept(response.backend.get_topic(response._get_param("TopicArn")))
    members(answer)["Attributes"].update({name: str(value) for name, value in more.items() if value})
    return answer
