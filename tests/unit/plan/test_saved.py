"""Saved plans as values: an interrupted plan can be resumed; a plan is refused when anything else has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.model.addresses import Address
from catalog.model.constraint import TemplateConstraint
from catalog.model.portfolio import PortfolioProduct, Principal, PrincipalType
from catalog.model.product import Guidance
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Impact, Plan
from catalog.plan.diff import diff
from catalog.plan.facts import about, facts, identity, moves
from catalog.plan.reading import ReviewedPlan, check_reading
from catalog.plan.report import as_data
from catalog.plan.saved import SIZE_LIMIT, Options, SavedPlan, is_saved, plan_data, read_saved
from catalog.plan.saved import as_data as saved_data
from catalog.plan.selection import only
from catalog.publishing.desired import without_retired
from tests.unit.plan.simulation import interrupted
from tests.unit.plan.test_diff import FULL, KEY, TEAM
from tests.unit.plan.worlds import applied, pairs, rule, states


def document(desired: CatalogState, observed: CatalogState, left_out: Sequence[Change] = ()) -> dict[str, Any]:
    """The saved plan from one state to another, as the JSON of its file."""
    after = facts(desired)
    changes = tuple(change for change in diff(desired, observed) if change not in left_out)
    plan = Plan(
        account="123456789012",
        region="eu-west-1",
        changes=changes,
        before=about(facts(observed), after),
        after=after,
        left_out=tuple(left_out),
    )
    plan_of_target = plan_data("", plan, as_data(plan))
    return dict(json.loads(json.dumps(saved_data("catalog", Options(), [plan_of_target]))))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Any], Path]:
    """Write a file: bytes as they are, else as JSON."""

    def written(data: Any) -> Path:
        file = tmp_path / "plan.json"
        file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return file

    return written


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("saved") / "plan.json"


def saved(file: Path, desired: CatalogState, observed: CatalogState, left_out: Sequence[Change] = ()) -> SavedPlan:
    """The same, read from the file."""
    file.write_text(json.dumps(document(desired, observed, left_out)))
    (plan,) = read_saved(file).plans
    return plan


def chosen(plan: SavedPlan, desired: CatalogState, now: CatalogState) -> tuple[Change, ...]:
    """The changes that are made for the plan when the state of AWS is `now`."""
    after = facts(desired)
    return plan.choose(diff(without_retired(desired, now)[0], now), about(facts(now), after), after).changes


def remade(desired: CatalogState, now: CatalogState, changes: Sequence[Change]) -> dict[str, Any]:
    """The plan that publish makes again, when the state of AWS is `now`."""
    after = facts(desired)
    before = about(facts(now), after)
    return as_data(Plan(account="123456789012", region="eu-west-1", changes=tuple(changes), before=before, after=after))


def reading(plan: SavedPlan, desired: CatalogState, now: CatalogState) -> ReviewedPlan:
    """The plan in the file, with the facts of AWS now."""
    return ReviewedPlan(plan.document, plan.before, plan.after, about(facts(now), facts(desired)))


@settings(max_examples=40)
@given(pairs())
def test_a_saved_plan_contains_all_changes_of_the_plan(file: Path, pair: tuple[CatalogState, CatalogState]) -> None:
    desired, observed = pair
    assert chosen(saved(file, desired, observed), desired, observed) == diff(desired, observed)


@settings(max_examples=40)
@given(pairs(), st.randoms(use_true_random=False))
def test_a_saved_plan_can_be_resumed_wherever_it_was_interrupted(
    file: Path, pair: tuple[CatalogState, CatalogState], random: Random
) -> None:
    desired, observed = pair
    plan, planned = saved(file, desired, observed), diff(desired, observed)
    now = applied(observed, interrupted(planned, observed, random))
    rest = chosen(plan, desired, now)
    assert {identity(change) for change in rest} <= {saved_change.identity for saved_change in plan.changes}
    check_reading(reading(plan, desired, now), remade(desired, now, rest))
    assert diff(desired, applied(now, rest)) == ()


def test_a_saved_plan_can_be_resumed_when_a_new_version_is_not_yet_deprecated(file: Path) -> None:
    (version,) = KEY.artifacts
    deprecated = replace(version, guidance=Guidance.DEPRECATED)
    desired = CatalogState(products={"key": replace(KEY, artifacts=(deprecated,))})
    plan, planned = saved(file, desired, CatalogState()), diff(desired, CatalogState())
    index = next(index for index, change in enumerate(planned) if change.operation == "UpdateProvisioningArtifact")
    now = applied(CatalogState(), planned[:index])
    (rest,) = chosen(plan, desired, now)
    assert identity(rest) == plan.changes[index].identity
    assert rest.impact is Impact.RESTRICTS
    check_reading(reading(plan, desired, now), remade(desired, now, [rest]))


def test_a_saved_plan_can_be_resumed_when_a_new_association_has_no_constraints_yet(file: Path) -> None:
    """The creation of a constraint says `none` while nobody can launch; after an interruption somebody may."""
    plan, planned = saved(file, FULL, CatalogState()), diff(FULL, CatalogState())
    early = [change for change in planned if "/constraint/" not in change.address]
    now = applied(CatalogState(), early)
    rest = diff(FULL, now)
    assert any(change.impact is not Impact.NONE for change in rest)
    check_reading(reading(plan, FULL, now), remade(FULL, now, rest))


@settings(max_examples=40)
@given(pairs(), states())
def test_changes_by_others_are_refused_unless_the_plan_makes_them_too(
    file: Path, pair: tuple[CatalogState, CatalogState], now: CatalogState
) -> None:
    """When the plan is not refused, only planned changes are made, and they lead to the declared state."""
    desired, observed = pair
    plan = saved(file, desired, observed)
    after = facts(desired)
    try:
        rest = chosen(plan, desired, now)
    except ContentError:
        assert list(moves(about(facts(observed), after), about(facts(now), after)))
        return
    assert {identity(change) for change in rest} <= {saved_change.identity for saved_change in plan.changes}
    assert diff(without_retired(desired, now)[0], applied(now, rest)) == ()


@settings(max_examples=40)
@given(pairs(), st.randoms(use_true_random=False))
def test_a_saved_part_can_be_resumed_and_makes_no_change_that_it_left_out(
    file: Path, pair: tuple[CatalogState, CatalogState], random: Random
) -> None:
    desired, observed = pair
    planned = diff(desired, observed)
    if not planned:
        return
    after = facts(desired)
    part = only([random.choice(planned).address])(planned, about(facts(observed), after), after)
    plan = saved(file, desired, observed, part.left_out)
    now = applied(observed, interrupted(part.changes, observed, random))
    remaining = plan.choose(diff(without_retired(desired, now)[0], now), about(facts(now), after), after)
    assert not set(map(identity, remaining.changes)) & set(map(identity, part.left_out))
    assert applied(now, remaining.changes) == applied(observed, part.changes)


def test_a_file_edited_to_leave_out_a_constraint_is_refused(file: Path) -> None:
    observed = CatalogState()
    (rules,) = [change for change in diff(FULL, observed) if change.address.endswith("constraint/template")]
    plan = saved(file, FULL, observed, [rules])
    with pytest.raises(ContentError, match="leaves out changes that") as caught:
        chosen(plan, FULL, observed)
    assert "portfolio/team/product/key needs portfolio/team/product/key/constraint/template" in str(caught.value)
    (portfolio,) = [change for change in diff(FULL, observed) if change.operation == "CreatePortfolio"]
    with pytest.raises(ContentError, match="leaves out changes that"):
        chosen(saved(file, FULL, observed, [portfolio]), FULL, observed)


def test_every_kind_of_object_has_facts() -> None:
    """A new member of `CatalogState` needs facts of its own; members of products and portfolios have them already."""
    assert {member.name for member in fields(CatalogState)} == {
        "products",
        "portfolios",
        "tag_options",
        "imports",
        "service_actions",
    }
    kinds = {part for address in facts(FULL) for part in address.split("/")[2::2]}
    assert {"version", "principal", "tag-option", "product", "constraint"} <= kinds


def test_a_saved_plan_can_be_resumed_after_it_removed_a_rule(file: Path) -> None:
    """A removed rule is a fact that disappears inside a constraint that still exists."""

    def team(rules: Sequence[str], principals: frozenset[Principal]) -> CatalogState:
        constraint = TemplateConstraint({name: rule("a") for name in rules})
        products = {"key": PortfolioProduct("key", {"TEMPLATE": constraint})}
        return replace(FULL, portfolios={"team": replace(TEAM, principals=principals, products=products)})

    desired = team(["New"], TEAM.principals)
    plan = saved(file, desired, team(["Old", "New"], frozenset()))
    rest = chosen(plan, desired, team(["New"], frozenset()))
    assert {change.operation for change in rest} == {"AssociatePrincipalWithPortfolio"}
    with pytest.raises(ContentError, match=r"Rules\.New was"):
        chosen(plan, desired, team(["Old"], frozenset()))


def test_each_difference_is_named(file: Path) -> None:
    wanted = replace(FULL, products={"key": replace(KEY, description="New")})
    plan = saved(file, wanted, FULL)
    other = replace(FULL, products={"key": replace(KEY, owner="Them", tags={"A": "1"})}, portfolios={})
    with pytest.raises(ContentError) as caught:
        chosen(plan, wanted, other)
    problems = "\n".join(caught.value.problems)
    assert "in AWS: product/key: owner was 'Security', is 'Them'" in problems
    assert "in AWS: product/key: tags.A was -, is '1'" in problems
    assert "in AWS: portfolio/team was there, is gone" in problems
    with pytest.raises(ContentError, match="in the repository: product/key: description was 'New', is ''"):
        chosen(plan, FULL, FULL)


def test_a_recreated_object_is_refused_because_its_id_differs(file: Path) -> None:
    wanted = replace(FULL, portfolios={"team": replace(TEAM, description="New")})
    plan = saved(file, wanted, FULL)
    team = Address("portfolio/team")
    plan = replace(plan, before={**plan.before, team: {**plan.before[team], "aws_id": "port-old"}})
    with pytest.raises(ContentError, match="aws_id was 'port-old', is -"):
        chosen(plan, wanted, FULL)


BROKEN: dict[str, Any] = {
    "not JSON": b"\xff\xfe{",
    "is not a saved plan": [1],
    "not JSON: ": b"[" * 200_000,
    "this is catalog": {**document(FULL, FULL), "saved_by": "catalog 99.0.0"},
    "format 3": {**document(FULL, FULL), "format": 3},
    "the file needs ": {name: document(FULL, FULL)[name] for name in ("format", "saved_by")},
    "plans must be a list": {**document(FULL, FULL), "plans": 5},
    "plans must contain at least 1": {**document(FULL, FULL), "plans": []},
    "account must match": {
        **document(FULL, FULL),
        "plans": [{**document(FULL, FULL)["plans"][0], "account": "no account"}],
    },
}


@pytest.mark.parametrize("message", BROKEN)
def test_an_invalid_file_is_refused_with_the_reason(write: Callable[[Any], Path], message: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_saved(write(BROKEN[message]))
    assert message in str(caught.value)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as opened:
        opened.truncate(SIZE_LIMIT + 1)
    with pytest.raises(ContentError, match="has 67108865 bytes; the limit is 67108864"):
        read_saved(huge)


@pytest.mark.parametrize(
    "other",
    [
        ("210987654321", "eu-west-1", "aws", False),
        ("123456789012", "us-east-1", "aws", False),
        ("123456789012", "eu-west-1", "aws-cn", False),
        ("123456789012", "eu-west-1", "aws", True),
    ],
)
def test_a_plan_for_another_account_region_or_partition_is_refused(
    file: Path, other: tuple[str, str, str, bool]
) -> None:
    plan = saved(file, FULL, FULL)
    plan.check_account("123456789012", "eu-west-1", "aws", sandbox=False)
    account, region, partition, sandbox = other
    with pytest.raises(ContentError, match="the plan is for account 123456789012, Region eu-west-1"):
        plan.check_account(account, region, partition, sandbox=sandbox)


def test_a_role_with_document_in_its_path_is_not_taken_for_a_document(file: Path) -> None:
    wanted = replace(FULL, portfolios={"team": replace(TEAM, description="New")})
    plan = saved(file, wanted, FULL)
    role = Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/document/*")
    moved = replace(FULL, portfolios={"team": replace(TEAM, principals=TEAM.principals | {role})})
    with pytest.raises(ContentError, match=r"in AWS: portfolio/team/principal/IAM_PATTERN/.*was not there"):
        chosen(plan, wanted, moved)


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert not is_saved(tmp_path / "pipe")
