"""Which errors of a creation mean that the object may exist already."""

from __future__ import annotations

import pytest

from catalog.aws.creation import age_of, is_used_token
from catalog.errors import AwsCallError


@pytest.mark.parametrize(
    ("code", "text", "used"),
    [
        ("InvalidParametersException", "The idempotency token x was already used with a different request.", True),
        ("IdempotentParameterMismatchException", "Idempotent parameters differ.", True),
        ("InvalidParametersException", "The token x was used with other parameters", True),
        ("DuplicateResourceException", "You can not have more than one LAUNCH constraint.", True),
        ("InvalidParametersException", "Invalid templateBody.", False),
        ("UnrecognizedClientException", "The security token included in the request is invalid.", False),
        ("InvalidParametersException", "Tokenizer is not a valid name", False),
    ],
)
def test_a_refused_token_is_recognized(code: str, text: str, used: bool) -> None:
    assert is_used_token(AwsCallError("CreateProduct", code, text)) is used


def test_an_answer_without_times_is_taken_for_new() -> None:
    assert age_of({"PortfolioDetail": {"Id": "port-1"}}) == 0
    assert age_of({"ResponseMetadata": {"HTTPHeaders": {"date": "Sat, 28 Nov 2026 08:00:00 GMT"}}}) == 0
