"""Text in Markdown formats, links, embeds and mentions nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.markdown import code, escaped, prose

HOSTILE = [
    "@org/security",
    "x`` <img src=x> @org/security **approved** [ok](http://evil) `` y",
    "``` ``` `",
    "`",
    "![x](//evil)",
    "<!-- -->",
    "www.evil.example",
    "http://evil.example",
    "mailto:a@b.c",
    "closes #12",
    "GH-12",
    ":smile:",
    "__x__",
    "~~x~~",
    "$x$",
    "a|b",
    "- x",
    "1. x",
    "> x",
    "---",
    "&copy;",
    "\\",
    "a\n\n# b",
    "\u202eevil",
    "[^1]",
]
texts = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(HOSTILE)


def bare(markdown: str) -> str:
    """What is left when code is taken out; a span of code must end on its own."""
    return re.sub(r"`[^`\n]+`|<code>[^<]*</code>", "", markdown)


@given(texts, texts)
def test_text_is_inert_wherever_it_stands(first: str, second: str) -> None:
    for show in (escaped, code):
        text = bare(f"{show(first)} {show(second)}" if second else show(first))
        assert not set(text) & set('@#<>[]|\\`*~$&!{}"\n\r')
        assert not re.search(r"www\.|://|\bGH-\d|:\w+:|^[-+>] |^\d+\. |(^|\W)_|_(\W|$)", text.strip())


@given(texts)
def test_nothing_is_lost(text: str) -> None:
    shown = escaped(text)
    inner = unescape(shown[6:-7]) if shown.startswith("<code>") else shown.strip("`")
    words = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in " ".join(text.split()))
    assert inner.strip() == words.strip()


@pytest.mark.parametrize("text", ["KeyUsers: dev-app-role", "13/19, 4 if", "Größe (neu)", "kms_key", "1.0.0", ""])
def test_words_stay_words(text: str) -> None:
    assert escaped(text) == text


def test_prose_keeps_code_and_nothing_else() -> None:
    assert prose("Set `a|b` of *x* to <y>, [z](//w) or ![i](j) in _k_, kms_key") == (
        "Set <code>a&#124;b</code> of \\*x\\* to \\<y>, [z\\](//w) or \\![i\\](j) in \\_k\\_, kms_key"
    )
