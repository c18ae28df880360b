"""Waits and retries end with a result, with the last error, or at the deadline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.aws.waits import Patience, code_is, retry_call, wait_for
from catalog.errors import AwsCallError, DeadlineError

SHORT = Patience(deadline=0.2, first_pause=0.01, longest_pause=0.02)


def error(code: str, text: str = "") -> AwsCallError:
    return AwsCallError("CreateConstraint", code, text)


def failing(errors: Iterator[AwsCallError]) -> str:
    for call_error in errors:
        raise call_error
    return "done"


def test_a_wait_returns_the_first_result_of_the_probe() -> None:
    answers = iter([None, None, "ready"])
    assert wait_for("it", lambda: next(answers), SHORT) == "ready"


def test_a_wait_ends_at_the_deadline_and_names_its_subject() -> None:
    with pytest.raises(DeadlineError, match="the thing: not done after 0 s"):
        wait_for("the thing", lambda: None, SHORT)


def test_transient_errors_are_retried_and_others_are_not() -> None:
    is_transient = code_is(("ResourceNotFoundException",), "profile does not exist")
    errors = iter([error("ResourceNotFoundException"), error("InvalidParametersException", "profile does not exist")])
    assert retry_call("it", lambda: failing(errors), is_transient, SHORT) == "done"
    with pytest.raises(AwsCallError, match="LimitExceeded"):
        retry_call("it", lambda: failing(iter([error("LimitExceededException")])), is_transient, SHORT)


def test_the_last_error_is_raised_at_the_deadline() -> None:
    def always() -> str:
        raise error("ResourceNotFoundException", "no such product")

    with pytest.raises(AwsCallError, match="no such product"):
        retry_call("it", always, code_is(("ResourceNotFoundException",)), SHORT)
