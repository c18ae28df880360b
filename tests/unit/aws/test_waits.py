"""Waits end: with what they waited for, with the last error, or with the deadline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.aws.waits import Patience, code_is, retry_call, wait_for
from catalog.errors import AwsCallError, DeadlineError

SHORT = Patience(deadline=0.2, first_pause=0.01, longest_pause=0.02)


def error(code: str, text: str = "") -> AwsCallError:
    return AwsCallError("CreateConstraint", code, text)


def failing(errors: Iterator[AwsCallError]) -> str:
    for one in errors:
        raise one
    return "done"


def test_it_answers_what_the_probe_found_in_the_end() -> None:
    answers = iter([None, None, "ready"])
    assert wait_for("it", lambda: next(answers), SHORT) == "ready"


def test_it_gives_up_at_the_deadline_and_says_what_it_waited_for() -> None:
    with pytest.raises(DeadlineError, match="the thing: not done after 0 s"):
        wait_for("the thing", lambda: None, SHORT)


def test_passing_errors_are_retried_and_others_are_not() -> None:
    passing = code_is(("ResourceNotFoundException",), "profile does not exist")
    errors = iter([error("ResourceNotFoundException"), error("InvalidParametersException", "profile does not exist")])
    assert retry_call("it", lambda: failing(errors), passing, SHORT) == "done"
    with pytest.raises(AwsCallError, match="LimitExceeded"):
        retry_call("it", lambda: failing(iter([error("LimitExceededException")])), passing, SHORT)


def test_an_error_that_does_not_pass_is_raised_as_it_is() -> None:
    def always() -> str:
        raise error("ResourceNotFoundException", "no such product")

    with pytest.raises(AwsCallError, match="no such product"):
        retry_call("it", always, code_is(("ResourceNotFoundException",)), SHORT)
