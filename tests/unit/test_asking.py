"""Questions of a launch whose answers do not need a terminal: choices, lists, launch paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from catalog.cfn import Pseudo
from catalog.cli.asking import Questions, ask_name, ask_path
from catalog.errors import ContentError
from tests.unit.provisioning.conftest import form_of

PSEUDO = Pseudo("123456789012", "eu-west-1")
TEXT = {"Type": "String"}


def asked(question: Callable[[], Any], *answers: str) -> tuple[Any, Result]:
    """(what the question returns, what was printed)."""
    answer: list[Any] = []
    command = click.command()(lambda: answer.append(question()))
    result = CliRunner().invoke(command, input="".join(f"{line}\n" for line in answers))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return (answer or [None])[0], result


def complete(form: Any, parameters: dict[str, str], *answers: str) -> tuple[Questions, str]:
    questions = Questions(form, PSEUDO, parameters, {})
    _, result = asked(questions.complete, *answers)
    return questions, result.stdout


def test_nothing_is_asked_when_nothing_is_missing() -> None:
    questions, text = complete(form_of({"A": TEXT, "B": {**TEXT, "Default": "b"}}), {"A": "x"})
    assert (questions.parameters, text) == ({"A": "x"}, "")


def test_a_wrong_value_that_was_given_is_asked_for_again() -> None:
    parameters = {"Days": {"Type": "Number", "MinValue": "7"}}
    questions, text = complete(form_of(parameters), {"Days": "6"}, "8")
    assert questions.parameters == {"Days": "8"}
    assert "must be a number not less than 7, got '6'" in text


def test_each_member_of_a_list_must_be_a_choice() -> None:
    roles = {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b", "c"]}
    questions, text = complete(form_of({"Roles": roles}), {}, "a,d", "a, c ")
    assert questions.parameters == {"Roles": "a, c"}
    assert "must be one of 'a', 'b', 'c'" in text


def test_a_name_that_the_form_does_not_have_is_an_error_before_anything_is_asked() -> None:
    with pytest.raises(ContentError) as refused:
        complete(form_of({"A": TEXT}), {"Gone": "y"})
    assert "Parameters: [Gone] do not exist" in str(refused.value)


def test_rules_that_leave_no_value_are_an_error() -> None:
    never = {"Assertions": [{"Assert": {"Fn::Contains": [["c"], {"Ref": "A"}]}, "AssertDescription": "Only c."}]}
    with pytest.raises(ContentError) as refused:
        complete(form_of({"A": {**TEXT, "AllowedValues": ["a", "b"]}}, rules={"Never": never}), {})
    assert str(refused.value) == "no value of A is left with these answers\n  Only c."


@pytest.mark.parametrize(
    ("paths", "answers", "expected"),
    [
        ({"lp-1": "Blue", "lp-2": "Red"}, ["3", "2"], "lp-2"),
        ({"lp-1": "Blue", "lp-2": "Red"}, [""], "lp-1"),
        ({"lp-1": "Same", "lp-2": "Same"}, ["lp-2"], "lp-2"),
    ],
)
def test_a_launch_path_is_chosen_by_its_portfolio(paths: dict[str, str], answers: list[str], expected: str) -> None:
    assert asked(lambda: ask_path(paths), *answers)[0] == expected


def test_a_name_must_be_new() -> None:
    def problems(name: str) -> list[str]:
        return ["--name must be good"] if name == "bad" else []

    name, result = asked(lambda: ask_name(problems, lambda wanted: wanted == "taken"), "bad", "taken", "mine")
    assert name == "mine"
    assert "    must be good\n" in result.stdout
    assert "    is taken: `catalog show` shows it" in result.stdout
