"""Three pull requests, as a reviewer reads them: harmless, widening, and one that loses a key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.check.lint_cache import LintCache
from catalog.cli import main
from catalog.content.config import load_config
from catalog.kept import cache_folder
from catalog.review.changes import Review, review
from catalog.review.data import as_data
from catalog.review.mark import PartMark
from catalog.review.markdown import LIMIT, MOST_LINES, as_markdown
from catalog.review.portfolios import MarkedText
from catalog.review.publish_plan import PlannedStep, PublishPlan
from catalog.review.rules import rule_sentences
from catalog.review.sides import base_side, chosen_base, read_side
from catalog.review.verdict import verdict_of
from catalog.web.review_page import as_html
from tests.json_output import check_output
from tests.releasing import DAY
from tests.unit.review.repository import base_repository, git, harmless, key_losing, widening
from tests.unit.web.test_parts import HOSTILE, Page

NOTHING = {
    "destroyed or replaced": "Nothing.",
    "breaks": "Nothing that worked stops working.",
    "newly launch": "Nobody may launch more than before.",
    "no longer launch": "Nobody loses a way to launch.",
    "gains access": "Nobody gains access.",
    "newly decrypt": "Nobody may newly decrypt.",
    "loses access": "Nobody loses access.",
    "launch roles": "Launch roles need nothing new.",
    "stops": "No control and no version gate stops it.",
}


def reviewed(folder: Path) -> Review:
    """The review of a folder against its usual base."""
    config = load_config(folder)
    base = chosen_base(config, None)
    assert base is not None
    with base_side(config, base) as old:
        return review(read_side(folder), old, base, today=DAY, cache=LintCache(cache_folder()))


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Review]:
    """The review of each pull request."""
    changes: tuple[Callable[[Path], None], ...] = (harmless, widening, key_losing)
    result = {}
    for change in changes:
        folder = base_repository(tmp_path_factory.mktemp(change.__name__))
        change(folder)
        result[change.__name__] = reviewed(folder)
    return result


def answers(review: Review) -> dict[str, list[str]]:
    """A word of each question → its answers; only of those that have some."""
    parts = verdict_of(review).parts
    words = {word: part for word in NOTHING for part in parts if word in part.question}
    assert len(words) == len(NOTHING)
    return {word: [line.text for line in part.lines] for word, part in words.items() if part.lines}


def test_a_harmless_change_is_called_so(reviews: dict[str, Review]) -> None:
    verdict = verdict_of(reviews["harmless"])
    assert verdict.headline == "Harmless: nobody gains or loses anything, nothing breaks, and nothing stops it."
    assert answers(reviews["harmless"]) == {}
    assert [line.text for line in verdict.parts[0].lines] == ["Vault 1.0.0 → 1.0.1: patch"]


def test_a_widening_change_says_who_may_newly_do_what(reviews: dict[str, Review]) -> None:
    said_of = answers(reviews["widening"])
    assert said_of.keys() == {"newly launch", "gains access", "newly decrypt", "launch roles"}
    assert said_of["newly launch"] == [
        "every role/dev-*: Vault (from Building blocks)",
        "Whoever may launch from Building blocks: Vault with what a rule refused: Stage is dev",
    ]
    assert said_of["newly decrypt"] == ["Vault: auditor: allowed [Audit]"]
    assert said_of["gains access"] == ["Vault: kms:Decrypt: auditor"]
    (gain,) = [part.lines[0] for part in verdict_of(reviews["widening"]).parts if "gains access" in part.question]
    assert gain.details[0].startswith("auditor may now do kms:Decrypt: not allowed → allowed [Audit]")
    assert said_of["launch roles"][0].startswith("launch-vault: sns:CreateTopic, sns:DeleteTopic")


def test_a_key_that_is_lost_is_said_first_with_whom_it_hits_and_what_stops_it(reviews: dict[str, Review]) -> None:
    said_of = answers(reviews["key_losing"])
    assert verdict_of(reviews["key_losing"]).headline.startswith("Look at this change: can lose or replace resources")
    launched = "for whoever launched Vault 1.0.0 (through Building blocks)"
    assert said_of["destroyed or replaced"] == [
        f"Vault: resource renamed Resources/Key, {launched}. It holds key material."
    ]
    assert said_of["breaks"] == [f"Vault: output removed Outputs/KeyArn, {launched}"]
    assert said_of["no longer launch"] == ["role/deploy: Vault (from Building blocks)"]
    assert said_of["newly launch"] == ["role/release: Vault (from Building blocks)"]
    assert [text.split()[0] for text in said_of["stops"]] == ["E9201", "E9203"]


def test_the_page_says_all_of_the_verdict_and_is_whole(reviews: dict[str, Review]) -> None:
    for each in reviews.values():
        page = Page(as_html(each))
        for part in verdict_of(each).parts:
            assert part.question in page.text
            for line in part.lines:
                assert line.text in page.text
            assert part.lines or part.nothing in page.text
        ids = [values["id"] for _, values in page.tags if "id" in values]
        assert len(ids) == len(set(ids))
        targets = {(values["href"] or "")[1:] for tag, values in page.tags if tag == "a"}
        assert targets <= set(ids)
        assert {tag for tag, _ in page.tags} & {"script", "img", "iframe"} == set()


def test_the_page_shows_what_the_key_loses_in_the_picture_and_in_words(reviews: dict[str, Review]) -> None:
    page = as_html(reviews["key_losing"])
    assert 'class="node removed stateful"' in page
    assert "no policy" not in page  # of a policy that goes, the page shows what it gives
    assert "Key (AWS::KMS::Key, holds key material, removed)" in Page(page).text


def test_markdown_fits_a_comment(reviews: dict[str, Review]) -> None:
    for each in reviews.values():
        text = as_markdown(each)
        head, folds, _ = text.partition("<details>")
        assert head.count("\n") <= MOST_LINES
        assert folds
        assert len(text) <= LIMIT
        assert text.count("<details>") == text.count("</details>")
        assert text.count("```") % 2 == 0
    assert "```mermaid" in as_markdown(reviews["widening"]).partition("<details>")[0]


def test_json_has_its_schema(reviews: dict[str, Review]) -> None:
    for each in reviews.values():
        check_output(["review", "--json"], json.dumps(as_data(each)))
    widened = as_data(reviews["widening"])
    assert widened["portfolios"][0]["launch_rights"] == [
        {"principal": "every role/dev-*", "products": ["Vault"], "gained": True}
    ]


def test_a_rule_that_is_loosened_breaks_nothing() -> None:
    def stages(*allowed: str, **condition: object) -> dict[str, object]:
        assertion = {"Assert": {"Fn::Contains": [[*allowed], {"Ref": "Stage"}]}}
        return {"Stages": {"Assertions": [assertion], **condition}}

    looser, gone = rule_sentences(stages("dev", "prod"), stages("dev"))
    assert (looser.mark, looser.follows) == (PartMark.ADDED, True)
    assert (gone.mark, gone.follows, gone.instead) == (PartMark.REMOVED, False, "Stage is one of dev, prod")
    tighter, replaced = rule_sentences(stages("dev"), stages("dev", "prod"))
    assert (tighter.follows, replaced.follows, replaced.instead) == (False, True, "")
    of_some, of_all = rule_sentences(stages("dev", RuleCondition={"Fn::Equals": [{"Ref": "A"}, "b"]}), stages("dev"))
    assert (of_some.follows, of_all.follows) == (True, False)


def test_controls_have_their_evidence(reviews: dict[str, Review]) -> None:
    lost = reviews["key_losing"]
    by_id = {control.id: control for control in lost.checks.controls["vault"]}
    assert by_id["E9001"].result == "pass"
    assert [place.partition(" ")[2] for place in by_id["E9001"].places] == ["Resources/VaultKey"]
    assert by_id["E9001"].places[0].startswith("products/vault.yaml:")
    advisory = next(control for control in by_id.values() if control.result == "advisory")
    text, page = as_markdown(lost), Page(as_html(lost)).text
    assert f"**advisory** {advisory.id}" in text
    assert advisory.reasons[0] in page
    assert by_id["E9001"].places[0] in page


def test_the_command_writes_several_forms_in_one_run(tmp_path: Path) -> None:
    folder = base_repository(tmp_path / "repository")
    widening(folder)
    both = ("--format", "html", "--format", "markdown", "--limit", "6000")
    refused = CliRunner().invoke(main, ["-C", str(folder), "review", *both])
    assert (refused.exit_code, "need -o DIR" in refused.stderr) == (2, True)
    result = CliRunner().invoke(main, ["-C", str(folder), "review", *both, "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["review.html", "review.md"]
    text = (tmp_path / "out" / "review.md").read_text()
    assert len(text) <= 6000
    assert "at most 6,000 characters" in text


def test_the_command_writes_the_page_and_says_the_verdict(tmp_path: Path) -> None:
    folder = base_repository(tmp_path / "repository")
    harmless(folder)
    result = CliRunner().invoke(main, ["-C", str(folder), "review", "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "Harmless" in result.stdout
    assert (tmp_path / "out" / "review.html").read_text().startswith("<!doctype html>")
    git(folder, "commit", "-qam", "Better words")
    same = CliRunner().invoke(main, ["-C", str(folder), "review", "--base", "HEAD", "--format", "markdown"])
    assert same.stdout.startswith("## Review: Nothing changes for anybody.")
    wrong = CliRunner().invoke(main, ["-C", str(folder), "review", "--base", "nothing"])
    assert wrong.exit_code == 2
    assert "git knows no revision 'nothing'" in wrong.stderr


def test_without_git_all_is_new(tmp_path: Path) -> None:
    folder = base_repository(tmp_path)
    config = load_config(folder)
    (folder / ".git").rename(folder / "elsewhere")
    assert chosen_base(config, None) is None
    result = review(read_side(folder), None, None, today=DAY, cache=LintCache(cache_folder()))
    assert [line.text for line in verdict_of(result).parts[0].lines] == [
        "Vault 1.0.0 is new; releases 1.0.0",
        "Portfolio Building blocks is new",
    ]
    assert len(as_html(result, limit=20_000)) < len(as_html(result))
    assert "are left out" in as_html(result, limit=20_000)


def test_hostile_names_are_shown_and_do_nothing(reviews: dict[str, Review]) -> None:
    widened = reviews["widening"]
    texts = {"name": HOSTILE, "description": HOSTILE}
    (product,), (portfolio,), (role,) = widened.products, widened.portfolios, widened.roles
    hostile = replace(
        widened,
        repository=HOSTILE,
        products=(replace(product, **texts, details=(HOSTILE,), portfolios=(HOSTILE,), file=HOSTILE),),
        portfolios=(replace(portfolio, **texts, principals=(MarkedText(HOSTILE, PartMark.ADDED),)),),
        roles=(replace(role, role=HOSTILE, problem=HOSTILE),),
        same=(HOSTILE,),
        plans=(PublishPlan(HOSTILE, (PlannedStep(HOSTILE, HOSTILE, "widens", (HOSTILE,)),), (HOSTILE,), (HOSTILE,)),),
    )
    page = Page(as_html(hostile))
    assert {tag for tag, _ in page.tags} & {"script", "img", "iframe", "form"} == set()
    assert [name for _, values in page.tags for name in values if name.startswith("on")] == []
    assert "<script>alert('x')</script>" in page.text
    assert "\x1b" not in as_html(hostile)
    assert "\u202e" not in as_html(hostile)
    text = as_markdown(hostile)
    outside = re.sub(r"`[^`\n]*`", "", text)  # in code, GitHub shows everything as it is
    assert "<script" not in outside
    assert "<img" not in outside
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_change_of_everything_still_fits(reviews: dict[str, Review]) -> None:
    """Every question has many answers: 16 products, portfolios and roles gain and lose."""
    both = [reviews["widening"], reviews["key_losing"]]
    products = [
        replace(each.products[0], key=f"p{number}", name=f"Product {number}") for number in range(8) for each in both
    ]
    portfolios = [replace(each.portfolios[0], key=f"f{number}") for number in range(8) for each in both]
    roles = [replace(each.roles[0], role=f"r{number}") for number in range(8) for each in both]
    huge = replace(both[1], products=tuple(products), portfolios=tuple(portfolios), roles=tuple(roles))
    text = as_markdown(huge)
    assert text.partition("<details>")[0].count("\n") <= MOST_LINES
    assert "more, in the folds below" in text
    assert len(text) <= LIMIT
    assert text.count("<details>") == text.count("</details>")
    page = as_html(huge, limit=250_000)
    assert len(page.encode()) <= 250_000
    assert "are left out" in page
    assert "Product 7 1.0.0 → 1.1.0" in Page(page).text
