"""The limits that AWS sets on tags."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import ProductDefinition
from catalog.errors import ContentError
from catalog.model.limits import check_tag


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
