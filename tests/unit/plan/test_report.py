"""A plan as people and programs read it: golden files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from catalog.model import address
from catalog.model.portfolio import Principal, PrincipalType, TagOption
from catalog.model.state import CatalogState
from catalog.plan.changes import Plan
from catalog.plan.diff import diff
from catalog.plan.facts import facts
from catalog.plan.report import as_data, as_text, folded, progress
from tests.unit.plan.test_diff import FULL, KEY, PROD, TEAM

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
    known = facts(observed, {address.product("key"): "prod-abcd1234efgh5"})
    found = diff(desired, observed)
    return Plan("123456789012", "eu-west-1", found, ("a note",), before=known, after=facts(desired))


def test_the_text_of_a_first_and_a_later_plan(golden: Callable[[str, bytes], None]) -> None:
    golden("plan-first.txt", as_text(plan(FIRST, CatalogState())).encode())
    golden("plan-later.txt", as_text(plan(LATER, FIRST)).encode())


def test_the_json_of_a_plan(golden: Callable[[str, bytes], None]) -> None:
    golden("plan-later.json", json.dumps(as_data(plan(LATER, FIRST)), indent=2).encode())


def test_an_empty_plan_says_so() -> None:
    assert "Nothing to do" in as_text(plan(FULL, FULL))


def test_folding_loses_nothing() -> None:
    changes = plan(FIRST, CatalogState()).changes
    assert sum(line.count for line in folded(changes)) == len(changes)
    assert list(progress(changes)) == sorted(progress(changes))
    assert progress(changes)[0].startswith(f"[1/{len(changes)}] UploadTemplate")
