"""Lines that scaffolds add to files of people: what is there stays, byte for byte."""

from __future__ import annotations

import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.scaffolds.edits import with_member, with_product

ENTRY = "  - product: queue\n    launch:\n      local_role_name: it\n"
BEFORE = "display_name: Team\nprovider: Us\n"
LISTS = {
    "at the end": f"{BEFORE}products:\n  - product: bucket\n",
    "without a last newline": f"{BEFORE}products:\n  - product: bucket",
    "in the first column": f"products:\n- product: bucket\n  launch: {{local_role_name: a}}\n{BEFORE}",
    "with comments": f"products:  # ours\n  - product: bucket  # the first\n\n# the rest\n{BEFORE}",
    "with a text of several lines": f"products:\n  - product: bucket\n    notes: |\n      one\n      two\n\n{BEFORE}",
    "deeply indented": f"products:\n      - product: bucket\n        notes: >-\n          a\n{BEFORE}",
    "missing": BEFORE,
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_a_product_is_added_after_the_last_one(text: str) -> None:
    edited = with_product(text, "portfolios/team.yaml", ENTRY)
    before, after = yaml.safe_load(text), yaml.safe_load(edited)
    assert after["products"] == [
        *before.get("products", []),
        {"product": "queue", "launch": {"local_role_name": "it"}},
    ]
    assert {**after, "products": None} == {**before, "products": None}
    kept = iter(edited.splitlines())
    assert all(line in kept for line in text.splitlines())


@pytest.mark.parametrize("products", ["[{product: bucket}]", "[]", "bucket"])
def test_a_list_in_brackets_is_left_and_the_lines_are_said(products: str) -> None:
    with pytest.raises(ContentError, match=r"(?s)portfolios/team.yaml.*products.*- product: queue"):
        with_product(f"{BEFORE}products: {products}\n", "portfolios/team.yaml", ENTRY)


TABLES = {
    "no table": "# mine\n[project]\nname = 'x'",
    "a table": "[tool.catalog]\nowner = 'x'\n[tool.other]\na = 1\n",
    "a list": "[tool.catalog]\nowner = 'x'\nprincipal_patterns = [\"role/a-*\"]  # ours\n",
    "a key of the same name elsewhere": "[tool.catalog.x]\nprincipal_patterns = []\n[tool.catalog]\nowner = 'x'\n",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_a_member_is_added_to_a_list(text: str) -> None:
    edited = with_member(text, "pyproject.toml", ("tool", "catalog"), "principal_patterns", "role/b-*")
    before, after = tomllib.loads(text), tomllib.loads(edited)
    patterns = before.get("tool", {}).get("catalog", {}).get("principal_patterns", [])
    assert after["tool"]["catalog"]["principal_patterns"] == [*patterns, "role/b-*"]
    assert after["tool"]["catalog"].get("owner") == before.get("tool", {}).get("catalog", {}).get("owner")
    assert with_member(edited, "pyproject.toml", ("tool", "catalog"), "principal_patterns", "role/b-*") == edited


def test_a_list_of_several_lines_is_left_and_the_line_is_said() -> None:
    text = "[tool.catalog]\nprincipal_patterns = [\n  'role/a-*',\n]\n"
    with pytest.raises(ContentError, match=r"principal_patterns = \[\"role/a-\*\", \"role/b-\*\"\]"):
        with_member(text, "pyproject.toml", ("tool", "catalog"), "principal_patterns", "role/b-*")


@given(st.lists(st.sampled_from(["a = 1", "[tool.catalog]", "[tool.x]", "folders = ['c']", "# folders = 1", ""])))
def test_nothing_else_changes_in_any_toml(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    after = tomllib.loads(with_member(text, "pyproject.toml", ("tool", "catalog"), "folders", "d"))
    folders = after["tool"]["catalog"].pop("folders")
    expected = before.setdefault("tool", {}).setdefault("catalog", {}).pop("folders", [])
    assert folders == [*expected, "d"]
    assert after == before
