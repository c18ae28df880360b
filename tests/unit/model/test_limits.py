"""The limits that AWS sets on tags, and those of what errors show."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import ProductDefinition
from catalog.errors import ContentError
from catalog.model.limits import LISTED, check_tag, listed


def accepted(key: str, value: str) -> bool:
    try:
        check_tag("portfolio", key, value)
    except ContentError:
        return False
    return True


@given(st.text(st.sampled_from("aé٣ \u3000_.:/=+-@&,;%\n\t'\"<>|~"), min_size=1, max_size=5))
def test_values_are_those_of_the_api_s_pattern(text: str) -> None:
    """Case G4. The pattern of TagValue is `^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$`."""
    expected = all(char in "_.:/=+-@" or re.match("[LZN]", unicodedata.category(char)) for char in text)
    assert accepted("Team", text) is expected
    assert accepted(text, "a") is expected


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"CostCenter": "R&D"}, "product: value of tag 'CostCenter' must be letters, digits, spaces and"),
        ({"a" * 129: "x"}, "product: tag key must have 1 to 128 characters, got 129"),
        ({"Team": ""}, "product: value of tag 'Team' must have 1 to 256 characters, got 0"),
        ({"AWS:Team": "a"}, "which AWS reserves"),
        ({"Team": 7}, "must have a text as key and value, got '7'"),
        (["Team"], "tags must be a mapping"),
        ({f"k{number}": "v" for number in range(19)}, "can have at most 18 tags, got 19"),
    ],
)
def test_the_tags_of_a_product_file_are_checked(tags: Any, message: str) -> None:
    with pytest.raises(ContentError, match=re.escape(message)):
        ProductDefinition(name="T", owner="O", description="", version="1.0.0", template=dict, tags=tags)


@given(st.lists(st.from_regex(r"[a-z]{1,9}", fullmatch=True), max_size=60, unique=True), st.text(max_size=9))
def test_an_error_lists_few_names_and_counts_the_others(names: list[str], wanted: str) -> None:
    words = listed(names, wanted).split(" and ")
    shown = [] if words == ["none"] else words[0].split(", ")
    assert set(shown) <= set(names) or not names
    assert len(shown) == len(names) if len(names) <= LISTED else 0 < len(shown) <= LISTED
    more = [f"{len(names) - len(shown):,} more"] if len(names) > LISTED else []
    assert words[1:] == more


def test_of_many_names_an_error_lists_those_that_are_like_the_wrong_one() -> None:
    names = [f"queue_{number}" for number in range(5000)] + ["kms_key"]
    assert listed(names, "kms_kye") == "kms_key and 5,000 more"
