"""The colours of pages can be read by everybody."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from catalog.graphs.graph import NodeMark
from catalog.web.palette import DARK, LIGHT, PAIRS, SHAPES, contrast
from catalog.web.style import FILES, style


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_each_text_has_enough_contrast(colours: Mapping[str, str]) -> None:
    low = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_each_line_can_be_seen(colours: Mapping[str, str]) -> None:
    low = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_themes_have_the_same_colours_and_rules_use_no_others() -> None:
    assert LIGHT.keys() == DARK.keys()
    rules = "".join((FILES / f"{name}.css").read_text() for name in ("page", "graph"))
    assert {name for name in LIGHT if f"var(--{name})" not in rules} == set()
    assert "#" not in rules.replace("#main", "")


def test_pictures_have_a_rule_for_each_mark() -> None:
    assert [mark for mark in NodeMark if mark and f".graph .{mark} rect" not in style("graph")] == []
