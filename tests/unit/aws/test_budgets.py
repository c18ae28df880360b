"""Whether a budget exists, as AWS Budgets answers it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from catalog.aws.budgets import budget_exists
from catalog.aws.session import AwsSession, Identity, keyed_session
from catalog.errors import AwsCallError


@pytest.fixture
def session() -> AwsSession:
    made = AwsSession(keyed_session("key", "secret"), "eu-west-1")
    made.__dict__["identity"] = Identity("123456789012", "arn:aws:iam::123456789012:user/x", "aws", False)
    return made


def answered(session: AwsSession, code: str) -> bool:
    with Stubber(session.client("budgets")) as stub:
        stub.add_client_error("describe_budget", code)
        return budget_exists(session, "Keys")


@pytest.mark.parametrize(
    ("code", "exists"), [("NotFoundException", False), ("AccessDeniedException", True), ("AccessDenied", True)]
)
def test_who_may_not_ask_takes_it_for_granted(session: AwsSession, code: str, exists: bool) -> None:
    assert answered(session, code) is exists


def test_other_errors_are_errors(session: AwsSession) -> None:
    with pytest.raises(AwsCallError, match="DescribeBudget: InternalErrorException"):
        answered(session, "InternalErrorException")


def test_an_endpoint_that_cannot_be_reached_is_no_obstacle(session: AwsSession) -> None:
    def refuse(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://budgets.amazonaws.com")

    session.client("budgets").meta.events.register("before-call", refuse)
    assert budget_exists(session, "Keys")
