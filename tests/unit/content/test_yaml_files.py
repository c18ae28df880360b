"""YAML as plain data with line numbers; anything else is an error with its line."""

from __future__ import annotations

import json
import os
import select
import threading
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from catalog.content.yaml_files import (
    UNLIKE,
    DataLoader,
    Libyaml,
    TextLoader,
    document_of,
    parse_yaml,
    read_parameters,
    read_yaml,
)
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
        ("a: !!python/object/apply:os.getcwd []\n", 1, "the tag !!python/object/apply:os.getcwd is not supported"),
        ("a: &x [*x]\n", 1, "contains itself through an alias"),
        ("a: 1\n---\nb: 2\n", 2, "expected a single document"),
        ("a: 1\nb: \x07\n", 2, "the special character 0x0007 is not allowed"),
        ("a: !!int x\n", 1, "'x' is not a whole number"),
        ("a: 1\nb: !!binary aGVsbG8=\n", 2, "is not supported: write plain data"),
        ("a: 1\nb: !!timestamp 2020-01-01\n", 2, "is not supported: write plain data"),
        ("a: 1\nb: !!set {c: null}\n", 2, "is not supported: write plain data"),
        ("a: !!bool foo\n", 1, "'foo' is not true or false"),
        ('a: !!int ""\n', 1, "'' is not a whole number"),
        ("a: !!int [1]\n", 1, "a list is not a whole number"),
        ("a: !!float x\n", 1, "'x' is not a number"),
        ("a: !!float {b: 1}\n", 1, "a mapping is not a number"),
        ("a: !!bool [x]\n", 1, "a list is not true or false"),
        ("a: !!null [x]\n", 1, "a list is not empty"),
        ("a: !!str [x]\n", 1, "a list is not text"),
        ("a: !!seq x\n", 1, "'x' is not a list"),
        ("a: !!map x\n", 1, "'x' is not a mapping"),
        ("a: !own x\n", 1, "the tag !own is not supported"),
        ("a: !!int 0x\n", 1, "'0x' is not a whole number"),
        (f"a: 1\nb: {'9' * 5000}\n", 2, "has more than 30 digits; write it in quotes"),
        (f"a: 0x{'f' * 5000}\n", 1, "has more than 30 digits"),
        (f"a: 1{':00' * 50}\n", 1, "has more than 30 digits"),
        (f"a: {'[' * 3000}\n", 1, ""),
        ("? [a]\n: b\n", 1, "a key must be text, got a list"),
        ("? !!str [a]\n: b\n", 1, "a key must be text, got a list"),
        ("? !!int x\n: b\n", 1, "a key must be text, got 'x'"),
        ("<<: x\n", 1, "expected a mapping or list of mappings for merging"),
        ("a: *b\n", 1, "found undefined alias"),
        ("a: &x {b: *x}\n", 1, "contains itself through an alias"),
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
    assert str(caught.value).startswith(f"a.yaml:{line}: not valid YAML: " if words else "a.yaml: not valid YAML: ")


def test_a_file_that_cannot_be_read_as_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        read_yaml(tmp_path / "none.yaml", "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(ContentError, match="cannot be read"):
        read_yaml(tmp_path / "b.yaml", "b.yaml")


def test_aliases_are_copies_and_merge_keys_merge() -> None:
    text = "base: &base {a: 1, b: [x]}\nsame: *base\nmore:\n  <<: *base\n  b: [y]\nlist: [*base, *base]\n"
    document = parse_yaml(text, "a.yaml")
    base = {"a": 1, "b": ["x"]}
    assert document.data == {"base": base, "same": base, "more": {"a": 1, "b": ["y"]}, "list": [base, base]}
    document.data["same"]["b"].append("z")
    assert document.data["base"] == document.data["list"][0] == base
    assert document.where(("same", "a")) == "a.yaml:1"
    assert document.where(("more", "b")) == "a.yaml:5"


def test_text_files_have_aliases_too() -> None:
    assert parse_yaml("a: &x 010\nb: *x\n<<: c\n", "a.yaml", TextLoader).data == {"a": "010", "b": "010", "<<": "c"}


def test_aliases_that_make_a_small_file_huge_are_an_error() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 12)]
    with pytest.raises(ContentError, match="with its aliases it has more than 100000 values"):
        parse_yaml("\n".join(lines), "a.yaml")
    lines = ["a0: &a0 {k: v}"]
    for number in range(1, 30):
        lines += [f"a{number}: &a{number}", f"  <<: [*a{number - 1}, *a{number - 1}]"]
    with pytest.raises(ContentError, match="with its aliases it has more than 100000 values"):
        parse_yaml("\n".join(lines), "a.yaml")


PARTS = ["!!int ", "!!bool ", "!!null ", "!!float ", "!!map ", "!!seq ", "!!str ", "!x ", "&a ", "*a ", "<<"]
PARTS += ["{", "}", "[", "]", "'", "|", ">", "#", "~", "0x", "1", "1:2", ".inf", "on", "---", "%", "? ", "- ", ": "]
PARTS += [", ", "\n", '"', " ", "\t", "\x00", "\ud800"]
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(max_size=3), max_size=12).map("".join)


@given(TEXTS, st.sampled_from([DataLoader, TextLoader]))
def test_any_text_is_data_or_an_error(text: str, kind: type[DataLoader]) -> None:
    try:
        document = parse_yaml(text, "a.yaml", kind)
    except ContentError as error:
        assert error.message.startswith("a.yaml")  # noqa: PT017
    else:
        json.dumps(document.data, allow_nan=False)


@given(TEXTS, st.sampled_from([DataLoader, TextLoader]))
def test_libyaml_reads_the_same_as_the_parser_of_pyyaml(text: str, kind: type[DataLoader]) -> None:
    assume(not any(character in text for character in UNLIKE))
    try:
        quick, slow = document_of(kind(text, Libyaml(text)), "a"), document_of(kind(text), "a")
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    assert repr(quick.data) == repr(slow.data)
    assert {**quick.lines, (): 1} == {**slow.lines, (): 1}  # that of an empty document differs


def test_files_that_are_no_files_are_errors(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "huge.yaml").write_bytes(b"#" * 3_000_000)
    for name, words in {
        "pipe.yaml": "is a named pipe, not a file",
        "folder.yaml": "is a folder, not a file",
        "/dev/zero": "is a device, not a file",
        "huge.yaml": "has 3000000 bytes; the limit is 1000000",
        "none.yaml": "cannot be read: the file does not exist",
    }.items():
        with pytest.raises(ContentError, match=words):
            read_yaml(tmp_path / name, name)


def test_a_pipe_of_the_command_line_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("A: " + "x" * 200_000,))
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # so that the writer can open it
    writer.start()
    while not select.select([reader], [], [], 5)[0]:
        pass
    assert read_parameters(pipe, "pipe") == {"A": "x" * 200_000}
    writer.join()
    os.close(reader)
