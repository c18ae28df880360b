"""Case G13: a file whose lines read otherwise than the changes that their identities stand for is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from catalog.errors import ContentError
from catalog.model.state import CatalogState
from catalog.plan.reading import check_reading
from tests.unit.plan.test_diff import FULL
from tests.unit.plan.test_saved import document

Lines = list[dict[str, Any]]


@pytest.fixture
def plan() -> dict[str, Any]:
    return dict(document(FULL, CatalogState())["plans"][0]["plan"])


def say_less(lines: Lines) -> None:
    for line in lines:
        line.update(operation="CreateTagOption", address="tag-option/a", impact="none", details=[])


EDITS: dict[str, tuple[Callable[[Lines], None], str]] = {
    "everything": (say_less, "CreateTagOption tag-option/a (none) is "),
    "an operation": (lambda lines: lines[1].update(operation="DeleteProduct"), "operation differs"),
    "an address": (lambda lines: lines[1].update(address="portfolio/other"), "address differs"),
    "an impact": (lambda lines: lines[-1].update(impact="safe"), "impact differs"),
    "details": (lambda lines: lines[-1].update(details=["nothing of interest"]), "details differs"),
    "values": (lambda lines: lines[-1].update(after={"name": "Harmless"}), "after differs"),
    "the order": (lambda lines: lines.reverse(), "the order differs: "),
    "a line more": (lambda lines: lines.append({**lines[0], "operation": "CreateTagOption"}), "is listed twice"),
}


@pytest.mark.parametrize(("edit", "words"), EDITS.values(), ids=EDITS)
def test_an_edited_line_is_refused(plan: dict[str, Any], edit: Callable[[Lines], None], words: str) -> None:
    made = copy.deepcopy(plan)
    edit(plan["changes"])
    with pytest.raises(ContentError, match="does not read as the changes") as refused:
        check_reading(plan, made)
    assert words in str(refused.value)
    assert "Nothing was changed" in refused.value.hint


def test_an_unedited_file_reads_as_the_plan(plan: dict[str, Any]) -> None:
    check_reading(plan, copy.deepcopy(plan))


def test_the_changes_that_are_left_out_are_named_as_they_are(plan: dict[str, Any]) -> None:
    plan["left_out"] = [{name: plan["changes"][-1][name] for name in ("operation", "address", "identity")}]
    plan["changes"] = plan["changes"][:-1]
    made = copy.deepcopy(plan)
    check_reading(plan, made)
    plan["left_out"][0]["operation"] = "CreateTagOption"
    with pytest.raises(ContentError, match="does not read as the changes"):
        check_reading(plan, made)


def test_what_the_plan_has_done_already_may_change_the_values_of_what_is_left(plan: dict[str, Any]) -> None:
    made = copy.deepcopy(plan)
    made["changes"] = made["changes"][4:]  # the portfolio exists already
    association = made["changes"][1]
    association["details"], association["before"] = ["more is known now"], {"some": "value"}
    check_reading(plan, made)
    association["operation"] = "DeleteProduct"
    with pytest.raises(ContentError, match="operation differs"):
        check_reading(plan, made)


def test_the_number_of_provisioned_products_may_differ(plan: dict[str, Any]) -> None:
    made = copy.deepcopy(plan)
    plan["changes"][0]["details"].append("1 provisioned product of this account uses it")
    made["changes"][0]["details"].append("no provisioned product of this account uses it")
    check_reading(plan, made)
