"""Whether a budget exists, for each answer of AWS Budgets."""

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
    session = AwsSession(keyed_session("key", "secret"), "eu-west-1")
    session.__dict__["identity"] = Identity("123456789012", "arn:aws:iam::123456789012:user/x", "aws", False)
    return session


def exists_after(session: AwsSession, code: str) -> bool:
    """`budget_exists` when AWS Budgets answers an error."""
    with Stubber(session.client("budgets")) as stub:
        stub.add_client_error("describe_budget", code)
        return budget_exists(session, "Keys")


@pytest.mark.parametrize(
    ("code", "exists"), [("NotFoundException", False), ("AccessDeniedException", True), ("AccessDenied", True)]
)
def test_a_budget_is_assumed_without_the_permission_to_read_it(session: AwsSession, code: str, exists: bool) -> None:
    assert exists_after(session, code) is exists


def test_other_errors_are_errors(session: AwsSession) -> None:
    with pytest.raises(AwsCallError, match="DescribeBudget: InternalErrorException"):
        exists_after(session, "InternalErrorException")


def test_a_budget_is_assumed_when_the_endpoint_cannot_be_reached(session: AwsSession) -> None:
    def refuse(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://budgets.amazonaws.com")

    session.client("budgets").meta.events.register("before-call", refuse)
    assert budget_exists(session, "Keys")
