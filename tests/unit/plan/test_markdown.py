"""Plans as Markdown: readable, complete up to GitHub's limit, and safe against Markdown in names and texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.markdown import code
from catalog.model.portfolio import Principal, PrincipalType
from catalog.model.state import CatalogState
from catalog.plan.changes import Impact, Plan, VersionDiff
from catalog.plan.diff import diff
from catalog.plan.kinds.product import UpdateProduct
from catalog.plan.kinds.version import CreateProvisioningArtifact
from catalog.plan.markdown import LIMIT, as_markdown
from tests.unit.plan.test_diff import FULL, KEY, TEAM, with_portfolio
from tests.unit.plan.test_report import FIRST, LATER, plan
from tests.unit.plan.test_selection import SECOND

NEXT = replace(
    Plan(account="123456789012", region="eu-west-1", changes=diff(SECOND, FULL)),
    version_diffs={
        addresses.version("key", "1.1.0"): VersionDiff(
            ("since 1.0.0: minor", "  minor  output added Extra"),
            {
                "old": {"version": "1.0.0"},
                "verdict": {"level": "minor"},
                "changes": [{"aspect": "output added", "path": ["Outputs", "Extra"], "level": "minor"}],
            },
        )
    },
)
BLOCKED = replace(plan(FULL, CatalogState()), blockers=("Run `catalog bootstrap` once.",))


def test_the_markdown_of_plans(golden: Callable[[str, bytes], None]) -> None:
    golden("plan-later.md", as_markdown([("", plan(LATER, FIRST), "")]).encode())
    several = [("hub/eu-west-1", NEXT, ""), ("new/eu-west-1", BLOCKED, ""), ("off/eu-west-1", None, "denied")]
    golden("plan-targets.md", as_markdown(several).encode())


def without_html(text: str) -> str:
    """The text that Markdown interprets: without code spans, and without our own HTML."""
    text = re.sub(r"<pre>\n[^<]*\n</pre>", "", text)
    text = re.sub(r"`[^`\n]+`", "", text)
    text = re.sub(r"<(/?)(details|summary|code)>", "", text)
    return re.sub(r"&#\d+;", "", text)


texts = st.text(st.characters(codec="utf-8"), min_size=1) | st.sampled_from(
    [
        "@everyone",
        "a|b",
        "`x`",
        "<script>",
        "</pre>",
        "</details>",
        "a\n\n# b",
        "[x](javascript:y)",
        "#12",
        "\\|",
        "\u202e",
        "\n",
        "\u2028\u2028",
    ]
)


@settings(max_examples=100)
@given(texts, texts, texts)
def test_names_details_and_notices_cannot_contain_markdown(name: str, detail: str, notice: str) -> None:
    """Names and texts appear only as code, or where nothing in them means anything, and begin no line."""
    address = Address(f"product/{name}")
    changes = (
        UpdateProduct(address=address, details=(detail,)),
        CreateProvisioningArtifact(
            address=address, impact=Impact.DESTROYS, product="key", artifact=KEY.artifacts[0], details=(detail,)
        ),
    )
    hostile = Plan(
        account="1",
        region="r",
        changes=changes,
        notices=(notice,),
        blockers=(notice,),
        version_diffs={address: VersionDiff((detail, detail))},
    )
    text = as_markdown([(name, hostile, detail)])
    assert not any(re.search(r"\n\s*\n", inside) for inside in re.findall(r"<details>.*?</details>", text, re.DOTALL))
    bare = without_html(text)
    for sign in "@`<>[]\\":
        assert sign not in bare
    outside = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    assert [line for line in outside.splitlines() if not re.match(r"(### |\*\*| {0,4}- |$)", line)] == []
    assert text.isprintable() or set(text) - {"\n"} == {sign for sign in text if sign.isprintable()}


@pytest.mark.parametrize("limit", [400, 1_200, 2_500, LIMIT])
def test_a_long_plan_fits_and_says_what_is_left_out(limit: int) -> None:
    long = replace(plan(LATER, FIRST), notices=tuple(f"notice {number}" for number in range(400)))
    text = as_markdown([("", long, "")], limit)
    assert len(text) <= limit
    assert text.count("<details>") == text.count("</details>")
    if limit < LIMIT:
        assert "catalog plan` shows" in text.splitlines()[-1]
    else:
        assert "notice 399" in text
    assert "7 changes" in text


def test_code_shows_every_character() -> None:
    assert code("a b") == "`a b`"
    assert code("a|b") == "<code>a&#124;b</code>"


def test_changes_that_widen_access_are_listed_by_name() -> None:
    roles = frozenset(Principal(PrincipalType.IAM, f"arn:aws:iam::123456789012:role/{name}") for name in "abcd")
    wide = plan(with_portfolio(replace(TEAM, principals=TEAM.principals | roles)), FULL)
    first = [line for line in as_markdown([("", wide, "")]).splitlines() if line.startswith("- `!`")]
    assert first == ["- `!` **team**: may launch: role/a, role/b, role/c, role/d"]
