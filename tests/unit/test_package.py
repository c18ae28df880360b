"""The names that product files import from `catalog`, and the package as a command."""

from __future__ import annotations

import ast
import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalog
from tests import programs

ROOT = Path(__file__).resolve().parents[2]
NAMES = set(catalog.__all__) - {"__version__"}
IMPORT = re.compile(r"^[ \t]*(?:from (catalog[\w.]*) import (\([^)]*\)|[^\n]*)|import (catalog[\w.]*))", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PRODUCT_FILES = [
    file for folder in ("products", "tests/fixtures", "examples") for file in sorted((ROOT / folder).rglob("*.py"))
]
CODE_WITH_PRODUCTS = [
    file for folder in ("tests", "benchmarks", "reliability") for file in sorted((ROOT / folder).rglob("*.py"))
]


def imports(text: str) -> Iterator[tuple[str, set[str]]]:
    """(module of catalog, names that are imported from it) of each import in a text."""
    for module, names, whole in IMPORT.findall(text):
        yield module or whole, set(re.findall(r"\w+", names))


def wrong_imports(text: str) -> list[str]:
    """Modules of catalog that a product imports although `catalog` is enough."""
    declares = re.search(r"^PRODUCT\b.*=", text, re.MULTILINE) is not None
    return [
        module
        for module, names in imports(text)
        if (module != "catalog" and (declares or names & NAMES)) or (module == "catalog" and not names <= NAMES)
    ]


def strings(file: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of each string literal, such as the product files that tests write."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_product_files_import_nothing_else_of_catalog() -> None:
    assert len(PRODUCT_FILES) > 3
    wrong = {str(file): wrong_imports(file.read_text()) for file in PRODUCT_FILES}
    assert {file: modules for file, modules in wrong.items() if modules} == {}


def test_code_in_the_docs_imports_nothing_else_of_catalog() -> None:
    blocks = [(page, block) for page in PAGES for block in CODE_BLOCK.findall(page.read_text())]
    assert any("from catalog import" in block for _, block in blocks)
    assert [(page.name, block) for page, block in blocks if wrong_imports(block)] == []


def test_products_that_tests_write_import_nothing_else_of_catalog() -> None:
    texts = [(f"{file}:{line}", text) for file in CODE_WITH_PRODUCTS for line, text in strings(file)]
    assert sum("from catalog import" in text for _, text in texts) > 10
    assert [where for where, text in texts if wrong_imports(text)] == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_name_is_that_of_the_module_that_defines_it(name: str) -> None:
    module = importlib.import_module(getattr(catalog, name).__module__)
    assert getattr(catalog, name) is getattr(module, name)
    assert name in dir(catalog)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(catalog.__file__).read_bytes())
    for_checkers = next(node for node in tree.body if isinstance(node, ast.If))
    names = {alias.name for node in for_checkers.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert names == NAMES


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'catalog' has no attribute 'Nothing'"):
        catalog.Nothing  # noqa: B018


def test_importing_the_package_loads_none_of_its_modules() -> None:
    code = "import catalog, sys; print([name for name in sys.modules if name.startswith('catalog.')])"
    done = programs.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_package_runs_as_a_command() -> None:
    command = [sys.executable, "-m", "catalog", "nonsense"]
    done = programs.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: catalog [OPTIONS] COMMAND")
    assert "No such command 'nonsense'" in done.stderr


def test_the_package_imports_nothing_from_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise SystemExit('imported')")
    command = [sys.executable, "-m", "catalog", "--version"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = programs.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
