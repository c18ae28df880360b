"""Retries of a client against an endpoint that answers as the tests say, with a clock that the pauses turn."""

from __future__ import annotations

import json
from collections.abc import Callable

import boto3
import pytest
from botocore.exceptions import ClientError

from catalog.aws.pacing import ATTEMPTS, BUDGET, COST, Clock, Pacer
from catalog.aws.session import AwsSession
from catalog.errors import StoppedError
from tests.unit.aws.endpoint import Response, endpoint

Answer = tuple[int, str, dict[str, str]]
"""(status, error code or nothing, headers). Status 0: the connection is closed without an answer."""
DONE: Answer = (200, "", {})
THROTTLED: Answer = (400, "ThrottlingException", {})
DOWN: Answer = (503, "ServiceUnavailable", {})


def responses(answers: list[Answer]) -> Callable[[], Response | None]:
    """The answers one after the other, and the last one again and again."""

    def respond() -> Response | None:
        status, code, headers = answers.pop(0) if len(answers) > 1 else answers[0]
        body = {"__type": code, "message": "No."} if code else {"PortfolioDetails": []}
        return (status, headers, json.dumps(body).encode()) if status else None

    return respond


class Called:
    """What calls of ListPortfolios to an endpoint came to."""

    def __init__(self, *, stopping: bool = False) -> None:
        self.pauses: list[float] = []
        self.stopping = stopping
        self.pacer = Pacer({}, Clock(self.now, self.pause, self.pauses.append, lambda: 1.0, lambda: False))

    def now(self) -> float:
        return sum(self.pauses)

    def pause(self, seconds: float) -> None:
        if self.stopping:
            raise StoppedError("stopped", signal_number=2)
        self.pauses.append(seconds)

    def list_portfolios(self, url: str) -> int:
        """The number of requests."""
        session = AwsSession(boto3.Session("a", "b", region_name="us-east-1"), "us-east-1", url)
        session.pacing.pacers["", "us-east-1"] = self.pacer
        try:
            answer = session.servicecatalog.list_portfolios()
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["RetryAttempts"]) + 1
        return int(answer["ResponseMetadata"]["RetryAttempts"]) + 1

    def requests(self, *answers: Answer) -> int:
        """The number of requests of one call that gets these answers."""
        with endpoint(responses(list(answers))) as url:
            return self.list_portfolios(url)


def test_an_answer_is_not_asked_for_twice() -> None:
    called = Called()
    assert called.requests(DONE) == 1
    assert called.pauses == []


@pytest.mark.parametrize("failure", [DOWN, (500, "InternalFailure", {}), (0, "", {})])
def test_failures_are_tried_again_after_pauses_that_double(failure: Answer) -> None:
    called = Called()
    assert called.requests(failure, failure, failure, DONE) == 4
    assert called.pauses == [0.05, 0.1, 0.2]
    assert called.pacer.budget.available_capacity == BUDGET - 2 * COST


def test_failures_end_after_their_attempts() -> None:
    called = Called()
    assert called.requests(DOWN) == ATTEMPTS
    assert sum(called.pauses) < 60


def test_throttled_calls_wait_for_their_turn_and_take_nothing_from_the_budget() -> None:
    called = Called()
    assert called.requests(*[THROTTLED] * 20, DONE) == 21
    assert called.pacer.budget.available_capacity == BUDGET
    assert len(called.pauses) >= 20


@pytest.mark.parametrize(
    "refusal", [(400, "LimitExceededException", {}), (400, "InvalidParametersException", {}), (403, "AccessDenied", {})]
)
def test_refusals_and_quotas_are_final(refusal: Answer) -> None:
    called = Called()
    assert called.requests(refusal, DONE) == 1
    assert called.pauses == []


@pytest.mark.parametrize(
    ("advice", "seconds"), [("1500", 1.5), ("60000", 5.0), ("soon", 0.0), ("-1", 0.0), ("9" * 5000, 0.0)]
)
def test_the_advice_of_an_answer_is_followed_within_reason(advice: str, seconds: float) -> None:
    plain, called = Called(), Called()
    assert plain.requests(DOWN, DONE) == 2
    assert called.requests((503, "ServiceUnavailable", {"x-amz-retry-after": advice}), DONE) == 2
    assert sum(called.pauses) - sum(plain.pauses) == pytest.approx(seconds)


def test_a_stop_request_ends_the_pause_between_attempts() -> None:
    called = Called(stopping=True)
    with pytest.raises(StoppedError):
        called.requests(DOWN, DONE)
