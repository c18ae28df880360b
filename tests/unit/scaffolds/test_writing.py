"""Scaffolds lose no file of a person, and what a person says is safe in each language."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.scaffolds.portfolios import NewPortfolio, launch_role_name
from catalog.scaffolds.products import NewProduct
from catalog.scaffolds.texts import quoted, scaffold_text, yaml_text
from catalog.scaffolds.writing import Scaffold, write_body, write_scaffold

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp", "Co", "Cf"]), min_size=1).filter(
    str.strip
)
FILE = PurePosixPath("a/b.txt")


@given(LINES)
def test_a_text_is_the_same_in_each_language(text: str) -> None:
    assert yaml.safe_load(f"a: {yaml_text(text)}\n") == {"a": text}
    assert ast.literal_eval(quoted(text)) == text
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}


@given(LINES.filter(lambda text: text.isprintable() and len(text.strip()) <= 50))
def test_what_a_person_says_stands_in_the_files(text: str) -> None:
    draft = NewProduct("it", text, text, text)
    metadata = yaml.safe_load(draft.template_files()[PurePosixPath("products/it.product.yaml")])
    assert {metadata[name] for name in ("name", "owner", "description")} == {text.strip()}
    source = draft.python_files()[PurePosixPath("products/it.py")]
    product = ast.parse(source).body[-1]
    assert isinstance(product, ast.Assign)
    assert isinstance(product.value, ast.Call)
    fields = {field.arg: field.value for field in product.value.keywords}
    assert ast.literal_eval(fields["name"]) == text.strip()
    body = NewPortfolio("it", text, text, "dev", ("role/a",), ("it",)).body()
    assert yaml.safe_load(body)["provider"] == text.strip()


@pytest.mark.parametrize("text", ["", " ", "a\nb", "a\x1bb", "\u2028", "x" * 101])
def test_a_name_is_one_printable_line(text: str) -> None:
    with pytest.raises(ContentError, match="--display-name must"):
        NewProduct("it", text, "Us").python_files()


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    write_scaffold(tmp_path, Scaffold({FILE: b"mine"}))
    with pytest.raises(ContentError, match=r"(?s)1 file exists; nothing was written.*a/b.txt exists.*--force"):
        write_scaffold(tmp_path, Scaffold({PurePosixPath("new.txt"): b"new", FILE: b"other"}))
    assert not (tmp_path / "new.txt").exists()
    done = write_scaffold(tmp_path, Scaffold({FILE: b"mine"}, optional={FILE: b"other"}))
    assert (done.written, done.left) == ((FILE,), (FILE,))
    write_scaffold(tmp_path, Scaffold({FILE: b"other"}), force=True)
    assert (tmp_path / FILE).read_bytes() == b"other"


def test_a_file_keeps_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for before, after in (
        (b"a: 1\r\nb: 2\r\n", b"a: 1\r\nc: 3\r\n"),
        (b"a: 1\nb: 2", b"a: 1\nc: 3\n"),
        (b"", b"a: 1\nc: 3\n"),
    ):
        (tmp_path / FILE).write_bytes(before)
        write_scaffold(tmp_path, Scaffold(edited={FILE: b"a: 1\nc: 3\n"}))
        assert (tmp_path / FILE).read_bytes() == after
    assert write_scaffold(tmp_path, Scaffold(edited={FILE: b"a: 1\nc: 3\n"})).edited == ()


def test_what_the_system_refuses_is_said(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be written"):
        write_body(Path("/dev/null"), FILE, b"new")


@pytest.mark.parametrize("force", [False, True])
def test_no_link_is_followed(tmp_path: Path, force: bool) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (root / "a").symlink_to(outside)
    with pytest.raises(ContentError, match="symbolic link"):
        write_scaffold(root, Scaffold({FILE: b"new"}), force=force)
    assert list(outside.iterdir()) == []


def test_a_file_where_a_folder_must_be_and_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(ContentError, match="needs a folder there"):
        write_scaffold(tmp_path, Scaffold({FILE: b"new"}))
    with pytest.raises(ContentError, match="is a folder, and a file must be there"):
        write_scaffold(tmp_path.parent, Scaffold({PurePosixPath(tmp_path.name): b"new"}))


def test_a_text_needs_each_value_and_no_other() -> None:
    with pytest.raises(ValueError, match="has the placeholders"):
        scaffold_text("control/bad.yaml", type="AWS::SQS::Queue")


def test_names_of_launch_roles_fit() -> None:
    assert launch_role_name("KMS_key") == "catalog-launch-kms-key"
    assert len(launch_role_name("x" * 64)) == 64
