"""Product files: every fault is a `ContentError` with the file, and nothing of them is remembered wrongly."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from catalog.content.config import load_config
from catalog.content.load import load_catalog, load_product
from catalog.errors import ContentError
from tests.unit.content.loading import failure, load_and_resolve


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def f(:\n", ["products/other.py:1", "syntax error"]),
        ("x = 1\n\nimport no_such_module\n", ["products/other.py:3", "ModuleNotFoundError", "no_such_module"]),
        ("from catalog import {}\n".format("Nope"), ["products/other.py:1", "Nope", "ImportError"]),
        ("x = 1\n", ["products/other.py", "no PRODUCT"]),
        ("PRODUCT = 'x'\n", ["products/other.py", "type str"]),
        ("\n1 / 0\n", ["products/other.py:2", "ZeroDivisionError"]),
        (
            (
                "from catalog import ProductDefinition\nPRODUCT = ProductDefinition(\n"
                "    name='', owner='o', description='', version='1.0.0', template=dict)\n"
            ),
            ["products/other.py:2", "1 to 100 characters, got 0"],
        ),
        (
            (
                "from catalog import ProductDefinition\nPRODUCT = ProductDefinition(\n"
                "    name='n', owner='o', description='', version='one', template=dict)\n"
            ),
            ["products/other.py:2", "MAJOR.MINOR.PATCH", "'one'"],
        ),
    ],
)
def test_errors_of_a_product_file_have_its_name(repository: Path, source: str, words: list[str]) -> None:
    (repository / "products" / "other.py").write_text(source)
    message = failure(repository)
    for word in words:
        assert word in message


def test_the_hint_names_what_a_product_file_can_import(repository: Path) -> None:
    (repository / "products" / "other.py").write_text("from catalog import {}\n".format("Nope"))
    with pytest.raises(ContentError) as caught:
        load_catalog(repository)
    assert "ProductDefinition" in caught.value.hint
    assert "template_file" in caught.value.hint
    (repository / "products" / "other.py").write_text("from troposphere import Nope\n")
    with pytest.raises(ContentError) as caught:
        load_catalog(repository)
    assert caught.value.hint == ""


def test_a_template_over_the_size_limit_is_an_error(repository: Path) -> None:
    (repository / "products" / "other.py").write_text(
        "from troposphere import Template\nfrom troposphere.sns import Topic\nfrom catalog import ProductDefinition\n"
        "def build():\n    template = Template(Description='x')\n"
        "    template.set_metadata({'Padding': 'x' * 1_000_000})\n"
        "    template.add_resource(Topic('Topic'))\n    return template\n"
        "PRODUCT = ProductDefinition(name='n', owner='o', description='', version='1.0.0', template=build)\n"
    )
    message = failure(repository)
    assert "products/other.py" in message
    assert "1000000" in message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise SystemExit(0)\n", "SystemExit"),
        (
            (
                "from catalog import ProductDefinition\nclass Odd(Exception): pass\n"
                "def build():\n    raise Odd('no')\n"
                "PRODUCT = ProductDefinition(name='n', owner='o', description='', version='1.0.0', template=build)\n"
            ),
            "Odd: no",
        ),
    ],
)
def test_any_exception_in_a_product_file_is_one_error(repository: Path, source: str, words: str) -> None:
    (repository / "products" / "other.py").write_text(source)
    message = failure(repository)
    assert "products/other.py" in message
    assert words in message


def test_output_of_a_product_file_goes_to_standard_error(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write("\nprint('hello')\n")
    load_and_resolve(repository)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "hello\n")


def test_an_edit_in_the_same_second_with_the_same_size_is_noticed(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's bytecode cache identifies a source by its second and size."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file, cache = repository / "products" / "kms_key.py", repository / "products" / "__pycache__"
    shutil.rmtree(cache, ignore_errors=True)
    config = load_config(repository)
    for name in ("KMS key", "KMS kex"):
        file.write_text(re.sub(r'name="KMS ke[yx]"', f'name="{name}"', file.read_text()))
        os.utime(file, (1_700_000_000, 1_700_000_000))
        assert load_product(config, "kms_key").name == name
    assert not cache.exists()
