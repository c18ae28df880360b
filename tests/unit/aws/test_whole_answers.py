"""An answer that is cut off is no answer: botocore would read it as one without members, as if AWS had nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from botocore.model import ServiceModel
from hypothesis import given
from hypothesis.strategies import booleans, dictionaries, floats, integers, lists, none, recursive, text

from catalog.aws.reader import Reader
from catalog.aws.session import FIRST_CALL, AwsSession, loader
from catalog.aws.shapes import wrong_member
from catalog.errors import AwsCallError, AwsError
from tests.unit.aws.endpoint import Response, endpoint

BODY = json.dumps({"PortfolioDetails": [{"Id": "port-1", "DisplayName": "One"}]}).encode()
ERROR = b'{"__type": "ResourceNotFoundException", "Mess'
PAGE = b"<html>Refused by a proxy.</html>"
Sent = tuple[int, bytes]
"""The length that is announced, and what is sent; an error and a page of a proxy with status 400."""
WHOLE = (len(BODY), BODY)
CUT = [(len(BODY), BODY[:20]), (20, BODY[:20]), (0, b""), (4, b"null"), (2, b"[]"), (6, b"<html>"), (len(ERROR), ERROR)]


@contextmanager
def answering(*answers: Sent) -> Iterator[AwsSession]:
    """A session on an endpoint that gives these answers, the last one again and again."""
    left = list(answers)

    def respond() -> Response:
        length, body = left.pop(0) if len(left) > 1 else left[0]
        return 400 if body in (ERROR, PAGE) else 200, {"Content-Length": str(length)}, body

    with endpoint(respond) as url:
        session = AwsSession(boto3.Session("a", "b", region_name="us-east-1"), "us-east-1", url)
        session.client("servicecatalog", FIRST_CALL)
        yield session


@pytest.mark.parametrize("cut", CUT)
def test_a_call_whose_answer_is_cut_off_is_sent_again(cut: Sent) -> None:
    with answering(cut, WHOLE) as session:
        assert [item["Id"] for item in Reader(session).portfolios()] == ["port-1"]


IDENTITY = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn>"
    b"<UserId>me</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


@pytest.mark.parametrize("length", [1, len(IDENTITY) // 2, len(IDENTITY) - 1])
def test_a_call_whose_answer_in_xml_is_cut_off_is_sent_again(length: int) -> None:
    """A sample of `make reliability` struck another call than before, because reads run side by side."""
    with answering((length, IDENTITY[:length]), (len(IDENTITY), IDENTITY)) as session:
        assert session.identity.account == "123456789012"


def test_a_page_of_a_proxy_in_place_of_xml_is_an_error_at_once() -> None:
    with answering((15, b"<html>Hi</html>")) as session, pytest.raises(AwsError, match="did not return an AWS resp"):
        session.identity  # noqa: B018  # the call is made here


def test_answers_that_are_all_cut_off_are_an_error() -> None:
    with answering(CUT[1]) as session, pytest.raises(AwsCallError) as stopped:
        list(Reader(session).portfolios())
    assert stopped.value.message.startswith("ListPortfolios: IncompleteAnswer: the answer is cut off")
    assert stopped.value.hint


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("x", "PortfolioDetails is 'x', which is no list"),
        ({"a": 1}, 'PortfolioDetails is {"a": 1}, which is no list'),
        ([None], "PortfolioDetails is null, which is no structure"),
        ([[]], "PortfolioDetails is [], which is no structure"),
        ([{"Id": 5}], "PortfolioDetails.Id is 5, which is no string"),
        ([{"Id": ["x"]}], 'PortfolioDetails.Id is ["x"], which is no string'),
        ([{"CreatedTime": "soon"}], "PortfolioDetails.CreatedTime is 'soon', which is no timestamp"),
        ([{"CreatedTime": 1e18}], "PortfolioDetails.CreatedTime is 1e+18, which is no timestamp"),
        ([{"CreatedTime": True}], "PortfolioDetails.CreatedTime is true, which is no timestamp"),
    ],
)
def test_a_member_of_another_type_is_an_error_that_names_it(member: object, words: str) -> None:
    body = json.dumps({"PortfolioDetails": member}).encode()
    with answering((len(body), body)) as session, pytest.raises(AwsError) as stopped:
        list(Reader(session).portfolios())
    message = f"ListPortfolios: AWS's answer has another form than the API model: {words}"
    assert stopped.value.message == message


def test_members_that_are_null_or_unknown_are_no_error() -> None:
    body = json.dumps(
        {
            "PortfolioDetails": [{"Id": "port-1", "ARN": None, "New": [1], "CreatedTime": "2026-11-28T10:00:00Z"}],
            "Newer": {},
        }
    ).encode()
    with answering((len(body), body)) as session:
        assert [item["Id"] for item in Reader(session).portfolios()] == ["port-1"]


@given(
    recursive(none() | booleans() | integers() | floats() | text(), lambda one: lists(one) | dictionaries(text(), one))
)
def test_any_answer_is_checked_without_a_traceback(value: object) -> None:
    model = loader().load_service_model("servicecatalog", "service-2")
    shape = ServiceModel(model).operation_model("DescribeServiceAction").output_shape
    assert isinstance(wrong_member(shape, value), str)
    assert isinstance(wrong_member(shape.members["ServiceActionDetail"], {"Definition": value}), str)


def test_an_error_of_a_proxy_is_no_answer_that_is_cut_off() -> None:
    with answering((len(PAGE), PAGE)) as session, pytest.raises(AwsCallError, match="ListPortfolios: 400"):
        list(Reader(session).portfolios())
