"""YAML as plain data with line numbers; anything else is an error with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.content.yaml_files import read_yaml
from catalog.errors import ContentError


def test_every_part_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 2012-10-17\nb:\n  c:\n    - 1\n    - d: 2\n")
    document = read_yaml(file, "a.yaml")
    assert document.data == {"a": "2012-10-17", "b": {"c": [1, {"d": 2}]}}
    assert document.where(("b",)) == "a.yaml:2"
    assert document.where(("b", "c", 1, "d")) == "a.yaml:5"
    assert document.where(("b", "c", 7)) == "a.yaml:3"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2\n", 2, "is repeated"),
        ("a: [1\n", 2, "expected"),
        ("1: 2\n", 1, "a key must be text"),
        ("a: !!python/object/apply:os.getcwd []\n", 1, "could not determine a constructor"),
        ("a: &x [*x]\n", 1, "alias"),
        ("b: &x [1]\nc: *x\n", 2, "alias"),
        ("a: 1\n---\nb: 2\n", 2, "expected a single document"),
        ("a: \x07\n", 1, "special characters"),
        ("a: !!int x\n", 1, "invalid literal"),
        ("a: 1\nb: !!binary aGVsbG8=\n", 2, "could not determine a constructor"),
        ("a: 1\nb: !!timestamp 2020-01-01\n", 2, "could not determine a constructor"),
        ("a: 1\nb: !!set {c: null}\n", 2, "could not determine a constructor"),
        ("a: 1\nb: .nan\n", 2, "'.nan' is not a number"),
        ("a: 1\nb: -.inf\n", 2, "'-.inf' is not a number"),
    ],
)
def test_yaml_that_is_not_plain_data_is_an_error_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with pytest.raises(ContentError) as caught:
        read_yaml(file, "a.yaml")
    assert words in str(caught.value)
    assert str(caught.value).startswith(
        "a.yaml" if words in ("special characters", "invalid literal") else f"a.yaml:{line}"
    )


def test_a_file_that_cannot_be_read_as_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        read_yaml(tmp_path / "none.yaml", "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(ContentError, match="cannot be read"):
        read_yaml(tmp_path / "b.yaml", "b.yaml")
