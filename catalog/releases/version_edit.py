"""The version of a product, edited at its place in the file: comments, quotes and formatting stay.

The place is found in the syntax tree of a product file in Python, or in the nodes of a file of YAML or JSON, and not
by a search in its text. Nothing is executed here.
"""

from __future__ import annotations

import ast
import io
import re
import stat
import tokenize
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.content.config import Config
from catalog.content.files import read_file
from catalog.content.load import product_file
from catalog.content.product_files import METADATA
from catalog.content.product_metadata import SECTION
from catalog.errors import ContentError
from catalog.releases.freeze import write
from catalog.releases.yaml_edit import with_value

LITERAL = re.compile(r"""([uUrR]*)(\"\"\"|'''|"|')[^"'\\]*\2""", re.DOTALL)
"""A text without escapes, in any quotes."""
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
NAME = "PRODUCT"


@contextmanager
def version_in_file(config: Config, key: str, version: str) -> Iterator[None]:
    """Write `version` into the file that declares the product; if the block fails, the file is as it was before."""
    product = product_file(config, key)
    shown, file = product.shown, config.root / product.shown
    if product.package:
        raise ContentError(
            f"{shown}: is of package {product.package}, which is not edited",
            hint=f"Install a version of the package with {version}, then run `catalog release {key}`.",
        )
    if file.is_symlink():
        raise ContentError(f"{shown}: is a link, which is not edited", hint=by_hand(key, version))
    before = read_file(file, shown)
    mode = stat.S_IMODE(file.stat().st_mode)
    edit = with_version if shown.endswith(".py") else yaml_with_version
    replace_file(config, file, edit(before, shown, version, by_hand(key, version)), mode)
    try:
        yield
    except BaseException:
        replace_file(config, file, before, mode)
        raise


def replace_file(config: Config, file: Path, body: bytes, mode: int) -> None:
    """Replace a file at once; its permissions stay."""
    write(config, file, body)
    file.chmod(mode)


def by_hand(key: str, version: str) -> str:
    """What to do if the version cannot be edited."""
    return f"Set the version to {version} yourself, then run `catalog release {key}`."


def with_version(source: bytes, shown: str, version: str, hint: str) -> bytes:
    """The source of a product file with another version; `ContentError` if its version is not a text in the file."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
        tree = ast.parse(text)
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        raise ContentError(f"{shown}: cannot be read: {error}", hint=hint) from error
    node = version_node(tree)
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        where = f"{shown}:{node.lineno}" if node is not None else f"{shown}:1"
        raise ContentError(f"{where}: the version of {NAME} is not a text in this file", hint=hint)
    start, end = (position(text, *place) for place in places(node))
    return (text[:start] + literal(text[start:end], version) + text[end:]).encode(encoding)


def version_node(tree: ast.Module) -> ast.expr | None:
    """The expression that gives PRODUCT its version: the argument of its call, or the value of a constant.

    The last assignment counts that names a version, because a file may replace its first PRODUCT.
    """
    values = assigned(tree)
    for value in reversed(values.get(NAME, [])):
        if isinstance(value, ast.Call):
            for keyword in value.keywords:
                if keyword.arg == "version":
                    return constant(keyword.value, values)
    return None


def assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """Name → the values that the module assigns to it, in order."""
    values: dict[str, list[ast.expr]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    values.setdefault(target.id, []).append(statement.value)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            values.setdefault(statement.target.id, []).append(statement.value)
    return values


def constant(node: ast.expr, values: dict[str, list[ast.expr]]) -> ast.expr:
    """The value of a constant that is set once; any other expression itself."""
    if isinstance(node, ast.Name) and len(values.get(node.id, [])) == 1:
        return values[node.id][0]
    return node


def places(node: ast.expr) -> tuple[tuple[int, int], tuple[int, int]]:
    """(line, column in bytes of UTF-8) of the start and the end of an expression."""
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def position(text: str, line: int, column: int) -> int:
    """The index in the text of a place in the syntax tree, which counts columns in bytes of UTF-8."""
    lines = LINE.findall(text)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def literal(old: str, version: str) -> str:
    """The version in the quotes of the old text."""
    match = LITERAL.fullmatch(old)
    return f"{match[1]}{match[2]}{version}{match[2]}" if match else f'"{version}"'


def yaml_with_version(source: bytes, shown: str, version: str, hint: str) -> bytes:
    """The metadata of a template with another version; `ContentError` if the version is not a text of its own."""
    path = ("version",) if shown.endswith(METADATA) else (*SECTION, "version")
    try:
        return with_value(source.decode(), path, version).encode()
    except ValueError as error:
        raise ContentError(f"{shown}: the version cannot be edited: {error}", hint=hint) from error
