"""Rules for names and docstrings that a machine can check: one class for each name, names that say what they hold."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TREES = {file.relative_to(ROOT): ast.parse(file.read_text()) for file in sorted((ROOT / "catalog").rglob("*.py"))}

VAGUE = {"found", "ground", "here", "one", "said", "there", "told"}
"""Names that do not say what they hold. A result is named after its members, a loop variable after its collection."""


def assigned_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """(name, line) of each variable that is assigned and each parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def docstrings(tree: ast.Module) -> Iterator[str]:
    """The docstrings of a module, and of its classes and functions."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield ast.get_docstring(node) or ""


def test_each_public_class_name_exists_once() -> None:
    names = Counter(node.name for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    shared = {name for name, count in names.items() if count > 1 and not name.startswith("_")}
    assert shared == set()


def test_no_variable_has_a_name_that_says_nothing() -> None:
    vague = [
        f"{file}:{line}: {name}" for file, tree in TREES.items() for name, line in assigned_names(tree) if name in VAGUE
    ]
    assert vague == []


def test_the_first_line_of_a_docstring_is_whole() -> None:
    broken = [
        f"{file}: {text.splitlines()[0]}"
        for file, tree in TREES.items()
        for text in docstrings(tree)
        if text and not text.splitlines()[0].endswith((".", ":", "…", "?"))
    ]
    assert broken == []


def test_every_module_and_public_class_has_a_docstring() -> None:
    missing = [str(file) for file, tree in TREES.items() if not ast.get_docstring(tree)]
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                missing.append(f"{file}: {node.name}")
    assert missing == []


def test_no_docstring_names_a_layer_by_its_number() -> None:
    assert [str(file) for file, tree in TREES.items() for text in docstrings(tree) if re.match(r"L\d\b", text)] == []
