"""Values in a file of parameters stay text as written, because CloudFormation takes text only."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.cli.options import key_values, read_parameters
from catalog.errors import ContentError


@pytest.mark.parametrize(
    "text", ["010", "0123", "1.10", "on", "yes", "true", "12:30:45", "1_000", "2012-10-17", "~", "1e1"]
)
def test_values_are_taken_as_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.yaml").write_text(f"Plain: {text}\nQuoted: '{text}'\nList: [{text}, '{text}']\n")
    assert read_parameters(tmp_path / "p.yaml") == {"Plain": text, "Quoted": text, "List": f"{text},{text}"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n", "must be a mapping"),
        ("A: {b: c}\n", "p.yaml:1: A must be a value or a list"),
        ("A: [[b]]\n", "p.yaml:1: A must be"),
        ("A: ['b,c']\n", "a member with a comma"),
    ],
)
def test_a_wrong_value_is_an_error_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(ContentError) as caught:
        read_parameters(tmp_path / "p.yaml")
    assert words in str(caught.value)


def test_a_value_can_contain_an_equals_sign() -> None:
    assert key_values("--param", ["A=b=c", "D="]) == {"A": "b=c", "D": ""}
