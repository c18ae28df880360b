"""D5: a difference shows the parts that differ, however long the values are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.versions import compare
from catalog.versions.excerpts import MOST_PARTS, WIDTH, excerpts
from catalog.versions.report import as_markdown, as_text
from tests.unit.versions.conftest import TemplateVersion

GROUPS = [{"Label": {"default": f"Group {number}"}, "Parameters": [f"Parameter{number}"]} for number in range(9)]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab \n", max_size=150),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=60)
@given(VALUES, VALUES)
def test_each_excerpt_shows_a_difference_on_a_line(old: Any, new: Any) -> None:
    if repr(old) == repr(new):
        return
    shown = excerpts(old, new)
    assert shown
    for excerpt in shown[:MOST_PARTS]:
        assert excerpt.old != excerpt.new
        assert max(len(excerpt.old), len(excerpt.new)) <= WIDTH
        assert "\n" not in excerpt.old + excerpt.new


def metadata(*groups: Any) -> TemplateVersion:
    return TemplateVersion("1.0.0", {"Metadata": {"AWS::CloudFormation::Interface": {"ParameterGroups": list(groups)}}})


def test_the_label_that_differs_is_shown_with_its_path() -> None:
    other = {**GROUPS[8], "Label": {"default": "The last group"}}
    difference = compare(metadata(*GROUPS), metadata(*GROUPS[:8], other))
    where = "AWS::CloudFormation::Interface/ParameterGroups/8/Label/default"
    text = as_text("p", difference)
    assert f"- {where}: Group 8\n" in text
    assert f"+ {where}: The last group\n" in text
    assert f"`{where}`: `Group 8` → `The last group`" in as_markdown("p", difference)


def test_an_added_group_is_shown_alone() -> None:
    (excerpt,) = excerpts(GROUPS, [*GROUPS[:4], {"Label": "new"}, *GROUPS[4:]])
    assert (excerpt.old, excerpt.new) == ("nothing", '[{"Label": "new"}]')


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("a  b", "a b", ('"a  b"', '"a b"')),
        ("1", 1, ('"1"', "1")),
        ("x" * 300 + "old", "x" * 300 + "new", ("…" + "x" * 20 + "old", "…" + "x" * 20 + "new")),
        ("old" + "x" * 300, "new" + "x" * 300, ("old" + "x" * 96 + "…", "new" + "x" * 96 + "…")),
    ],
)
def test_the_first_difference_is_in_view(old: Any, new: Any, shown: tuple[str, str]) -> None:
    (excerpt,) = excerpts(old, new)
    assert (excerpt.old, excerpt.new) == shown


def test_of_many_parts_some_are_shown_and_the_others_counted() -> None:
    old = {f"Name{number}": "a" * 20 for number in range(9)}
    shown = excerpts(old, dict.fromkeys(old, "b" * 20))
    assert [excerpt.where for excerpt in shown] == [*list(old)[:MOST_PARTS], ""]
    assert shown[-1].old == "and 4 more parts"
