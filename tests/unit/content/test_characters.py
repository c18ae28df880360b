"""Control characters and halves of surrogate pairs: no text of a portfolio or product may have them."""

from __future__ import annotations

from pathlib import Path

import pytest
from troposphere import Template

from catalog.content.portfolio_files import load_portfolio
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.limits import check_characters

PORTFOLIO = """display_name: "{display_name}"
provider: "{provider}"
description: "{description}"
products:
  - product: kms_key
    launch:
      role_arn: arn:aws:iam::123456789012:role/launch
      description: "{constraint}"
"""
LINES = {"display_name": 1, "provider": 2, "description": 3, "constraint": 8}


def load(folder: Path, **texts: str) -> None:
    file = folder / "team.yaml"
    file.write_text(PORTFOLIO.format(**{**dict.fromkeys(LINES, "A text: é 鍵"), **texts}))
    load_portfolio(file, "portfolios/team.yaml")


@pytest.mark.parametrize("member", LINES)
@pytest.mark.parametrize("character", ["\\x07", "\\0", "\\e", "\\x7f", "\\x9b", "\\ud800", "\\udfff"])
def test_a_portfolio_with_such_a_character_is_refused_with_its_line(
    tmp_path: Path, member: str, character: str
) -> None:
    with pytest.raises(ContentError, match=rf"^portfolios/team\.yaml:{LINES[member]}") as refused:
        load(tmp_path, **{member: f"a{character}b"})
    str(refused.value).encode()


def test_a_description_may_have_several_lines_and_a_name_may_not(tmp_path: Path) -> None:
    load(tmp_path, description="one\\n\\ttwo", constraint="one\\ntwo")
    for member in ("display_name", "provider"):
        with pytest.raises(ContentError, match="has the character"):
            load(tmp_path, **{member: "one\\ntwo"})


@pytest.mark.parametrize("member", ["name", "owner", "description", "support_description", "version_description"])
def test_a_product_with_such_a_character_is_refused(member: str) -> None:
    texts = {"name": "Topic", "owner": "Us", "description": "A topic.", "version": "1.0.0"}
    with pytest.raises(ContentError, match=f"product {member} has the character"):
        ProductDefinition(**{**texts, member: "a\x1bb"}, template=Template)


@pytest.mark.parametrize("character", ["\x07", "\x85", "\ud800"])
def test_an_error_shows_the_character_escaped(character: str) -> None:
    with pytest.raises(ContentError) as refused:
        check_characters("description", f"a{character}b")
    assert str(refused.value).isprintable()
