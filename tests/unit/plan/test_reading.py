"""Case G13: a file whose lines read otherwise than the changes that their identities stand for is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from catalog.errors import ContentError
from catalog.lifecycle.usage import stay_line, usage_line
from catalog.model.state import CatalogState
from catalog.plan.reading import ReviewedPlan, check_reading
from tests.unit.plan.test_diff import FULL, KEY, TEAM
from tests.unit.plan.test_saved import document

Lines = list[dict[str, Any]]
Saved = dict[str, Any]
"""The plan of one target in a file."""


@pytest.fixture
def saved() -> Saved:
    """A plan that creates everything."""
    return dict(document(FULL, CatalogState())["plans"][0])


@pytest.fixture
def update() -> Saved:
    """A plan that changes a portfolio and a product that are there already."""
    portfolios = {"team": replace(TEAM, principals=frozenset())}
    products = {"key": replace(KEY, description="Old")}
    return dict(document(FULL, replace(FULL, portfolios=portfolios, products=products))["plans"][0])


def check(saved: Saved, made: Saved) -> None:
    """Read a plan in a file, when publish makes the plan `made`."""
    check_reading(ReviewedPlan(saved["plan"], saved["before"], saved["after"], made["before"]), made["plan"])


def say_less(lines: Lines) -> None:
    for line in lines:
        line.update(operation="CreateTagOption", address="tag-option/a", impact="none", details=[])


EDITS: dict[str, tuple[Callable[[Lines], None], str]] = {
    "everything": (say_less, "CreateTagOption tag-option/a (none) is "),
    "an operation": (lambda lines: lines[1].update(operation="DeleteProduct"), "operation differs"),
    "an address": (lambda lines: lines[1].update(address="portfolio/other"), "; address, after differ"),
    "an impact": (lambda lines: lines[-1].update(impact="safe"), "impact differs"),
    "details": (lambda lines: lines[-1].update(details=["nothing of interest"]), "details differs"),
    "a detail more": (
        lambda lines: lines[-1]["details"].append("harmless: no provisioned product of this account uses it"),
        "details differs",
    ),
    "a word around a number": (
        lambda lines: lines[-1]["details"].append("no provisioned product"),
        "details differs",
    ),
    "values": (lambda lines: lines[-1].update(after={"name": "Harmless"}), "after differs"),
    "no values": (lambda lines: lines[-1].pop("after"), "after differs"),
    "a member more": (lambda lines: lines[-1].update(comment="harmless"), "comment differs"),
    "the order": (lambda lines: lines.reverse(), "the order differs: "),
    "a line more": (lambda lines: lines.append({**lines[0], "operation": "CreateTagOption"}), "is listed twice"),
}


@pytest.mark.parametrize(("edit", "words"), EDITS.values(), ids=EDITS)
def test_an_edited_line_is_refused(saved: Saved, edit: Callable[[Lines], None], words: str) -> None:
    made = copy.deepcopy(saved)
    edit(saved["plan"]["changes"])
    with pytest.raises(ContentError, match="does not read as the changes") as refused:
        check(saved, made)
    assert words in str(refused.value)
    assert "Nothing was changed" in refused.value.hint


def test_an_unedited_file_reads_as_the_plan(saved: Saved, update: Saved) -> None:
    check(saved, copy.deepcopy(saved))
    check(update, copy.deepcopy(update))


INVENTED = {"identity": f"sha256:{'0' * 64}", "impact": "none", "details": ["harmless"]}


@pytest.mark.parametrize("address", ["portfolio/team", "product/key", "stack/catalog-launch-roles", "portfolio/none"])
@pytest.mark.parametrize("operation", ["UpdatePortfolio", "CreatePortfolio"])
def test_invented_changes_do_not_let_others_read_as_harmless(update: Saved, address: str, operation: str) -> None:
    made = copy.deepcopy(update)
    lines = update["plan"]["changes"]
    for line in lines:
        line.update(impact="none", details=["harmless"])
        line.pop("before", None)
        line.pop("after", None)
    lines.insert(0, {"operation": operation, "address": address, **INVENTED})
    with pytest.raises(ContentError, match="does not read as the changes") as refused:
        check(update, made)
    assert len(refused.value.problems) >= len(made["plan"]["changes"])
    assert "impact" in str(refused.value)


@pytest.mark.parametrize(
    ("address", "words"), [("portfolio/team", "would change nothing"), ("product/key", "nobody has made it")]
)
def test_an_invented_change_alone_is_refused(update: Saved, address: str, words: str) -> None:
    made = copy.deepcopy(update)
    update["plan"]["changes"].append({"operation": "UpdateSomething", "address": address, **INVENTED})
    with pytest.raises(ContentError) as refused:
        check(update, made)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "member", [{"account": "999999999999"}, {"region": "us-east-1"}, {"format": 1}, {"blockers": ["none"]}]
)
def test_the_plan_is_of_the_account_and_region_of_the_file(saved: Saved, member: dict[str, Any]) -> None:
    made = copy.deepcopy(saved)
    saved["plan"] |= member
    with pytest.raises(ContentError, match="does not read as the changes") as refused:
        check(saved, made)
    assert f"{next(iter(member))} is " in str(refused.value)


@pytest.mark.parametrize("member", ["impact", "details"])
@pytest.mark.parametrize("value", [None, 5, {"a": 1}, "none", []])
def test_a_member_of_any_form_is_an_error_with_words(saved: Saved, member: str, value: Any) -> None:
    made = copy.deepcopy(saved)
    made["plan"]["changes"] = made["plan"]["changes"][4:]
    made["before"] = dict(saved["after"])
    made["plan"]["changes"][-1] |= {"impact": "restricts", "details": ["a", "b"]}
    saved["plan"]["changes"][-1][member] = value
    saved["plan"]["left_out"] = [{**saved["plan"]["changes"][-1]}]
    made["plan"]["left_out"] = [
        {name: saved["plan"]["changes"][-1][name] for name in ("operation", "address", "identity")}
    ]
    with pytest.raises(ContentError, match="does not read as the changes"):
        check(saved, made)


@pytest.mark.parametrize(("written", "wanted"), [(["all is well"], []), ([], ["nobody can launch"])])
def test_notices_are_those_of_the_plan(saved: Saved, written: list[str], wanted: list[str]) -> None:
    made = copy.deepcopy(saved)
    saved["plan"]["notices"], made["plan"]["notices"] = written, wanted
    with pytest.raises(ContentError, match="notice"):
        check(saved, made)


def test_the_changes_that_are_left_out_are_named_as_they_are(saved: Saved) -> None:
    plan = saved["plan"]
    plan["left_out"] = [{name: plan["changes"][-1][name] for name in ("operation", "address", "identity")}]
    plan["changes"] = plan["changes"][:-1]
    made = copy.deepcopy(saved)
    check(saved, made)
    plan["left_out"][0]["operation"] = "CreateTagOption"
    with pytest.raises(ContentError, match="does not read as the changes"):
        check(saved, made)


def test_what_the_plan_has_done_already_does_not_change_what_is_said_of_the_rest(saved: Saved) -> None:
    made = copy.deepcopy(saved)
    done = made["plan"]["changes"][:4]
    made["plan"]["changes"] = made["plan"]["changes"][4:]
    made["before"] = {line["address"]: saved["after"][line["address"]] for line in done if "after" in line}
    check(saved, made)
    saved["plan"]["changes"][-1]["details"] = ["harmless"]
    with pytest.raises(ContentError, match="details differs"):
        check(saved, made)


def test_a_removed_difference_to_the_version_before_is_refused(saved: Saved) -> None:
    made = copy.deepcopy(saved)
    made["plan"]["changes"][0]["difference"] = {"verdict": "major"}
    with pytest.raises(ContentError, match="difference differs"):
        check(saved, made)


@pytest.mark.parametrize("line", [*map(usage_line, (None, 0, 1, 12)), *map(stay_line, (None, 1, 12))])
def test_the_number_of_provisioned_products_may_differ(saved: Saved, line: str) -> None:
    made = copy.deepcopy(saved)
    saved["plan"]["changes"][0]["details"].append(line)
    check(saved, made)
    made["plan"]["changes"][0]["details"].append("3 provisioned products of this account use it")
    check(saved, made)
