"""D6: the version is edited at its place in the source, and nothing else of the file changes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.config import load_config
from catalog.errors import ContentError
from catalog.releases import version_in_file
from catalog.releases.version_edit import with_version, yaml_with_version

EDITS = {
    "double quotes": ('PRODUCT = ProductDefinition(version="{}")  # 1.0.0\n', "1.0.0"),
    "single quotes, a comment and a trailing comma": (
        "x = '1.0.0'\nPRODUCT = ProductDefinition(\n    name='1.0.0',\n    version='{}',  # raise it\n)\n",
        "1.0.0",
    ),
    "another name of the class": (
        "import catalog as c\nPRODUCT: object = c.ProductDefinition(version='{}')\n",
        "1.0.0",
    ),
    "a constant": ('VERSION = "{}"\nPRODUCT = ProductDefinition(version=VERSION)\n', "1.0.0"),
    "an annotated constant": ('VERSION: str = "{}"\nPRODUCT = ProductDefinition(version=VERSION)\n', "1.0.0"),
    "the last PRODUCT": (
        "PRODUCT = P(version='0.1.0')\nPRODUCT = replace(PRODUCT, version='{}')\nPRODUCT = P(PRODUCT, name='x')\n",
        "1.0.0",
    ),
    "letters of more than one byte before it": ("é = 'ü'; PRODUCT = P(name='ä€', version='{}')\n", "1.0.0"),
    "CRLF": ("# a\r\nPRODUCT = P(\r\n  version='{}')\r\n", "1.0.0"),
    "a mark of the byte order": ("\ufeffPRODUCT = P(version='{}')\n", "1.0.0"),
    "three quotes": ('PRODUCT = P(version="""{}""")\n', "1.0.0"),
    "no line end": ("PRODUCT = P(version='{}')", "1.0.0"),
}


@pytest.mark.parametrize(("text", "old"), EDITS.values(), ids=EDITS)
def test_only_the_version_changes(text: str, old: str) -> None:
    edited = with_version(text.replace("{}", old).encode(), "products/x.py", "1.10.0-", "")
    assert edited.decode() == text.replace("{}", "1.10.0-")


def test_the_encoding_that_the_file_declares_stays() -> None:
    text = "# -*- coding: latin-1 -*-\nPRODUCT = P(name='é', version='1.0.0')\n"
    assert with_version(text.encode("latin-1"), "x", "1.1.0", "") == text.replace("1.0.0", "1.1.0").encode("latin-1")


def test_a_text_in_several_parts_becomes_one() -> None:
    assert with_version(b"PRODUCT = P(version=('1.' '0.0'))", "x", "1.1.0", "") == b'PRODUCT = P(version=("1.1.0"))'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "from x import P\nPRODUCT = P(version=read())\n",
            "products/x.py:2: the version of PRODUCT is not a text",
        ),
        ("PRODUCT = P(version=f'{A}.0.0')\n", "products/x.py:1: the version"),
        ("PRODUCT = P(**SHARED)\n", "products/x.py:1: the version"),
        ("A = '1'\nA = '2'\nPRODUCT = P(version=A)\n", "products/x.py:3: the version"),
        ("def f():\n    PRODUCT = P(version='1.0.0')\n", "products/x.py:1: the version"),
        ("PRODUCT = P(version='1.0.0'\n", "products/x.py: cannot be read"),
        ("PRODUCT = P(version='1.0.0')\0", "products/x.py: cannot be read"),
    ],
)
def test_a_version_that_is_not_written_in_the_file_is_not_edited(text: str, words: str) -> None:
    with pytest.raises(ContentError, match="^" + words) as caught:
        with_version(text.encode(), "products/x.py", "1.1.0", "Set it yourself.")
    assert "Set it yourself." in str(caught.value)


def test_a_file_is_restored_when_the_release_fails(repository: Path) -> None:
    config = load_config(repository)
    file = repository / "products" / "kms_key.py"
    file.chmod(0o640)
    before = file.read_bytes()

    def interrupted() -> None:
        with version_in_file(config, "kms_key", "9.9.9"):
            assert b'version="9.9.9"' in file.read_bytes()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_is_not_edited(repository: Path, tmp_path: Path) -> None:
    file = repository / "products" / "kms_key.py"
    other = tmp_path / "other.py"
    file.rename(other)
    file.symlink_to(other)
    before = other.read_bytes()
    with pytest.raises(ContentError, match="is a link"), version_in_file(load_config(repository), "kms_key", "9.9.9"):
        pass
    assert other.read_bytes() == before


METADATA = [
    "name: A\nversion: {}  # edited\nowner: B\n",
    "name: A\r\nversion: {}\r\nowner: B\r\n",
    "{{name: A, version: {}, owner: 'version: 1.0.0'}}",
    "\ufeffversion:   {}\n# version: 1.0.0\n",
    "owner: é😀\nversion: &v {}\n",
    "version: !!str {}\n",
    "version:\n  {}\n",
]


@pytest.mark.parametrize("text", METADATA)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_the_version_of_metadata_changes_and_nothing_else(text: str, quote: str) -> None:
    old, new = (text.format(f"{quote}{version}{quote}").encode() for version in ("1.0.0", "1.10.0"))
    assert yaml_with_version(old, "products/x.product.yaml", "1.10.0", "") == new


@pytest.mark.parametrize(
    "text",
    [
        "# 1.0.0\nMetadata:\n  Other: {{version: 1.0.0}}\n  Catalog:\n    version: {}\nOutputs: {{A: !Ref x}}\n",
        '{{\n\t"Metadata": {{"Catalog": {{"version": {}}}}},\n\t"version": "1.0.0"\n}}',
    ],
)
def test_the_version_in_a_template_changes_and_nothing_else(text: str) -> None:
    old, new = (text.format(f'"{version}"').encode() for version in ("1.0.0", "1.0.1"))
    assert yaml_with_version(old, "products/x.yaml", "1.0.1", "") == new


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: &v 1.0.0\nversion: *v\n", "used for other values too"),
        ("version: |\n  1.0.0\n", "several lines"),
        ('version: "1\\x2e0.0"\n', "with escapes"),
        ("version: [1.0.0]\n", "version is not a text"),
        ("<<: {version: 1.0.0}\n", "version does not stand in it"),
        ("", "it is empty"),
        ("a: [", "neither YAML nor JSON"),
    ],
)
def test_a_version_that_cannot_be_edited_is_set_by_hand(text: str, words: str) -> None:
    with pytest.raises(ContentError, match=words) as refused:
        yaml_with_version(text.encode(), "products/x.product.yaml", "1.1.0", "Set it yourself.")
    assert refused.value.message.startswith("products/x.product.yaml: the version cannot be edited: ")
    assert refused.value.hint == "Set it yourself."


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=4), st.integers(0, 99))
def test_any_metadata_that_pyyaml_writes_can_be_edited(fields: dict[str, str], minor: int) -> None:
    for options in ({}, {"default_flow_style": True}, {"default_style": '"'}, {"allow_unicode": True}):
        text = yaml.safe_dump({**fields, "version": "1.0.0"}, **options)
        edited = yaml_with_version(text.encode(), "products/x.product.yaml", f"1.{minor}.0", "")
        assert yaml.safe_load(edited) == {**yaml.safe_load(text), "version": f"1.{minor}.0"}
        assert len(edited) - len(text.encode()) == len(str(minor)) - 1


@pytest.mark.parametrize("inside", [True, False])
def test_the_version_of_a_template_is_restored_if_the_release_fails(tmp_path: Path, inside: bool) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "us"\n')
    (tmp_path / "products").mkdir()
    fields = "{name: A, owner: B, description: '', version: 1.0.0}\n"
    template = f"{f'Metadata: {{Catalog: {fields.strip()}}}' if inside else '# nothing'}\nResources: {{}}\n"
    (tmp_path / "products" / "a.yaml").write_text(template)
    if not inside:
        (tmp_path / "products" / "a.product.yaml").write_text(fields)
    file = tmp_path / "products" / ("a.yaml" if inside else "a.product.yaml")
    before = file.read_text()
    during = ""
    with suppress(RuntimeError), version_in_file(load_config(tmp_path), "a", "1.1.0"):
        during = file.read_text()
        raise RuntimeError
    assert during == before.replace("1.0.0", "1.1.0")
    assert file.read_text() == before
