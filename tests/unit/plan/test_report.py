"""A plan as text and as JSON: golden files and the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalog.cli import main
from catalog.model import addresses
from catalog.model.constraint import TemplateConstraint
from catalog.model.portfolio import Principal, PrincipalType, TagOption
from catalog.model.state import CatalogState
from catalog.plan import overview
from catalog.plan.changes import Change, Impact, Plan, VersionDiff
from catalog.plan.diff import diff
from catalog.plan.facts import Moved, facts
from catalog.plan.kinds.association import AssociateProductWithPortfolio
from catalog.plan.kinds.portfolio import CreatePortfolio
from catalog.plan.kinds.product import UpdateProduct
from catalog.plan.report import as_data, as_text, folded, summary
from tests.conftest import ROOT
from tests.unit.plan.test_diff import FULL, KEY, PROD, TEAM, constraints, rule, with_constraints
from tests.unit.plan.worlds import pairs

OPTIONS = frozenset({PROD, *(TagOption("Service", name) for name in ("s3", "sns", "sqs"))})
FIRST = replace(
    FULL,
    portfolios={"team": replace(TEAM, tag_options=OPTIONS)},
    tag_options=dict.fromkeys(OPTIONS, True),
)
LATER = replace(
    FIRST,
    products={"key": replace(KEY, description="New", tags={"CostCenter": "1"})},
    portfolios={"team": replace(TEAM, principals=frozenset({Principal(PrincipalType.IAM, "arn:aws:iam::1:role/new")}))},
)


def plan(desired: CatalogState, observed: CatalogState) -> Plan:
    known = facts(observed, {addresses.product("key"): "prod-abcd1234efgh5"})
    changes = diff(desired, observed)
    return Plan(
        account="123456789012",
        region="eu-west-1",
        changes=changes,
        notices=("a note",),
        before=known,
        after=facts(desired),
    )


def test_the_text_of_a_first_and_a_later_plan(golden: Callable[[str, bytes], None]) -> None:
    golden("plan-first.txt", overview.as_text(plan(FIRST, CatalogState())).encode())
    golden("plan-later.txt", overview.as_text(plan(LATER, FIRST)).encode())
    golden("plan-first-calls.txt", as_text(plan(FIRST, CatalogState())).encode())
    golden("plan-later-calls.txt", as_text(plan(LATER, FIRST)).encode())


def test_the_json_of_a_plan(golden: Callable[[str, bytes], None]) -> None:
    golden("plan-later.json", json.dumps(as_data(plan(LATER, FIRST)), indent=2).encode())


def valid(data: object) -> bool:
    """Whether the schema of `catalog schema --kind plan` accepts the data."""
    printed = CliRunner().invoke(main, ["schema", "--kind", "plan"]).stdout
    Draft202012Validator(json.loads(printed)).validate(json.loads(json.dumps(data)))
    return True


def test_the_golden_plans_match_the_schema() -> None:
    for file in (ROOT / "tests" / "golden").glob("plan-*.json"):
        assert valid(json.loads(file.read_text())), file


@settings(max_examples=30)
@given(pairs(), st.randoms())
def test_every_plan_matches_the_schema(pair: tuple[CatalogState, CatalogState], random: Any) -> None:
    """And each update has the values that differ, before and after."""
    desired, observed = pair
    whole = plan(desired, observed)
    parts: tuple[list[Change], list[Change]] = ([], [])
    for change in whole.changes:
        parts[random.random() < 0.3].append(change)
    data = as_data(replace(whole, changes=tuple(parts[0]), left_out=tuple(parts[1])))
    assert valid(data)
    target = {"target": "hub", "account": "123456789012", "region": "eu-west-1", "outcome": "changes pending"}
    assert valid({"format": 1, "targets": [{**target, "plan": data}]})
    assert not [
        change
        for change in data["changes"]
        if change["operation"].startswith("Update") and not has_differing_values(change)
    ]


def has_differing_values(change: dict[str, Any]) -> bool:
    """Whether an update of an existing object has the values that change, and no others."""
    before, after = change.get("before"), change.get("after")
    if before is None:  # created by an earlier change of the same plan
        return after is not None
    return before.keys() == after.keys() and all(before[name] != after[name] for name in before)


def test_a_constraint_is_shown_as_a_value() -> None:
    other = with_constraints(constraints(TemplateConstraint({"One": rule("b")})))
    (update,) = [
        change for change in as_data(plan(other, FULL))["changes"] if change["operation"] == "UpdateConstraint"
    ]
    assert update["before"] == {"parameters": {"Rules": {"One": rule("a")}}}
    assert update["after"] == {"parameters": {"Rules": {"One": rule("b")}}}


def test_an_empty_plan_says_so() -> None:
    assert "No changes. AWS matches the repository (checked 11 objects)." in as_text(plan(FULL, FULL))
    assert summary(plan(FULL, FULL), 0.94) == "No changes. AWS matches the repository (checked 11 objects in 0.9 s)."
    part = replace(plan(LATER, FIRST), changes=(), left_out=plan(LATER, FIRST).changes)
    assert "No changes. What --target names matches the repository. 7 changes left out" in as_text(part)


@settings(deadline=None, max_examples=60)
@given(worlds=pairs())
def test_the_overview_names_every_change_that_is_not_safe_once(worlds: tuple[CatalogState, CatalogState]) -> None:
    """A product of a new portfolio stands in its row: nobody can launch it but those whom `may launch` names."""
    desired, observed = worlds
    changes = diff(desired, observed)
    lines = list(overview.lines(Plan(account="1", region="r", changes=changes)))
    new = {change.address for change in changes if isinstance(change, CreatePortfolio)}
    for impact in (Impact.WIDENS, Impact.RESTRICTS, Impact.DESTROYS):
        text = " ".join(line.strip() for mark, line in lines if mark is impact)
        for change in changes:
            if change.impact is impact and change.below()[1]:
                if isinstance(change, AssociateProductWithPortfolio) and new & {*change.above()}:
                    assert re.search(rf"{change.portfolio} +new portfolio: .*\b{change.subject}\b", joined(lines))
                else:
                    assert words_of(change) in text
    assert max(len(line) for _, line in lines) <= 200


def joined(lines: Iterable[overview.Line]) -> str:
    """All lines as one."""
    return " ".join(line.strip() for _, line in lines)


def words_of(change: Change) -> str:
    """What the overview calls a change: versions by their product, others by their subject."""
    return change.address.rpartition("/")[2] if "/version/" in change.address else change.subject


def test_no_text_moves_the_cursor_or_starts_a_line() -> None:
    """Otherwise, anybody with write access to AWS could hide from a reviewer what a plan does."""
    hostile = "\x1b[1A\x1b[2K\r\n  + safe \x9b2J \u202e"
    change = UpdateProduct(address=addresses.product(hostile), details=(hostile,))
    hostile_plan = Plan(
        account="1",
        region="r",
        changes=(change, change),
        notices=(hostile,),
        blockers=(hostile,),
        version_diffs={change.address: VersionDiff((hostile,))},
    )
    for text in (as_text(hostile_plan), overview.as_text(hostile_plan)):
        assert all(line.isprintable() for line in text.split("\n"))
    text = as_text(hostile_plan)
    assert len(text.split("\n")) == len(as_text(replace(hostile_plan, changes=())).split("\n")) + 4
    assert r"\x1b[1A\x1b[2K\r\n  + safe \x9b2J \u202e" in text
    assert str(Moved(change.address, (hostile,), "a", [hostile])).isprintable()


def test_folding_loses_nothing() -> None:
    changes = plan(FIRST, CatalogState()).changes
    assert sum(line.count for line in folded(changes)) == len(changes)
