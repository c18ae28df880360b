"""The plan of a stack set: it ends where it is declared, reaches failed accounts again, and is then empty."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model.stack_set import (
    LAUNCH_ROLES,
    DeclaredStackSet,
    DeployedInstance,
    ObservedStackSet,
    StackSetSettings,
    reach_of,
)
from catalog.plan import overview
from catalog.plan.changes import Change, Impact, Plan
from catalog.plan.kinds.stack_set import (
    CreateStackInstances,
    CreateStackSet,
    DeleteStackInstances,
    UpdateStackInstances,
    UpdateStackSet,
    diff_stack_set,
)

UNITS = [f"ou-abcd-{number:08}" for number in range(4)]
REGIONS = ["us-east-1", "eu-west-1", "eu-west-2"]
some = (
    st.lists(st.sampled_from(UNITS), min_size=1, unique=True),
    st.lists(st.sampled_from(REGIONS), min_size=1, unique=True),
)
statuses = st.sampled_from([("CURRENT", "SUCCEEDED"), ("OUTDATED", "FAILED"), ("OUTDATED", "CANCELLED")])


def declared(units: list[str], regions: list[str], body: str = "{}") -> DeclaredStackSet:
    return DeclaredStackSet("x-roles", StackSetSettings("roles", LAUNCH_ROLES, tuple(units), tuple(regions)), body)


def accounts(unit: str) -> list[str]:
    """A unit has two accounts."""
    return [f"{unit[-1]}{number}" * 6 for number in range(2)]


@st.composite
def observations(draw: st.DrawFn) -> ObservedStackSet:
    """A stack set that is deployed somewhere, and failed somewhere."""
    pairs = draw(st.sets(st.tuples(st.sampled_from(UNITS), st.sampled_from(REGIONS))))
    instances = tuple(
        DeployedInstance(account, region, unit, *draw(statuses))
        for unit, region in sorted(pairs)
        for account in accounts(unit)
    )
    automatic = StackSetSettings("roles", LAUNCH_ROLES, (), ()).automatic()
    body = json.dumps({"Old": 1} if draw(st.booleans()) else {})
    return ObservedStackSet(body, automatic=automatic, automatic_reach=reach_of(pairs), instances=instances)


def plan(wanted: DeclaredStackSet, observed: ObservedStackSet | None) -> list[Change]:
    return list(diff_stack_set(wanted, observed, Impact.WIDENS, ()))


def applied(wanted: DeclaredStackSet, observed: ObservedStackSet, changes: list[Change]) -> ObservedStackSet:
    """The stack set after the changes, as StackSets makes them."""
    held = {(each.account, each.region): each for each in observed.instances}
    reach = {(unit, region) for unit, regions in observed.reach().items() for region in regions}
    body = observed.body
    for change in changes:
        match change:
            case UpdateStackSet():
                body = change.stack_set.body
                held = {place: fresh(each) for place, each in held.items()}
            case DeleteStackInstances():
                reach -= {(unit, region) for unit in change.units for region in change.regions}
                gone = {(each, region) for unit in change.units for each in accounts(unit) for region in change.regions}
                held = {place: each for place, each in held.items() if place not in gone}
            case UpdateStackInstances():
                for account in change.accounts:
                    for region in change.regions:
                        held[account, region] = fresh(held[account, region])
            case CreateStackInstances():
                reach |= {(unit, region) for unit in change.units for region in change.regions}
                for place, each in created(change):
                    held.setdefault(place, each)
            case _:
                raise AssertionError(change)
    return replace(observed, body=body, automatic_reach=reach_of(reach), instances=tuple(held.values()))


def fresh(instance: DeployedInstance) -> DeployedInstance:
    return replace(instance, status="CURRENT", detailed="SUCCEEDED")


def created(change: CreateStackInstances) -> Iterator[tuple[tuple[str, str], DeployedInstance]]:
    for unit in change.units:
        for account in accounts(unit):
            for region in change.regions:
                yield (account, region), DeployedInstance(account, region, unit, "CURRENT", "SUCCEEDED")


@given(observations(), *some)
@settings(max_examples=100)
def test_a_plan_ends_where_it_is_declared_and_the_next_is_empty(
    observed: ObservedStackSet, units: list[str], regions: list[str]
) -> None:
    wanted = declared(units, regions)
    after = applied(wanted, observed, plan(wanted, observed))
    assert after.reach() == wanted.settings.reach()
    assert plan(wanted, after) == []


@given(*some)
def test_a_missing_stack_set_is_created_with_one_operation_for_all_units(units: list[str], regions: list[str]) -> None:
    create, instances = plan(declared(units, regions), None)
    assert isinstance(create, CreateStackSet)
    assert isinstance(instances, CreateStackInstances)
    assert (instances.units, instances.regions) == (tuple(units), tuple(regions))
    assert instances.targets() == {"OrganizationalUnitIds": units}


def test_the_overview_leaves_out_each_permission_of_a_new_role() -> None:
    wanted = declared(UNITS[:1], REGIONS[:1])
    create, *_ = diff_stack_set(wanted, None, Impact.WIDENS, ("role r is new: kms", "role r gains kms:CreateKey on *"))
    text = overview.as_text(Plan(account="1" * 12, region="us-east-1", changes=(create,)))
    assert "! roles                    new stack set" in text
    assert "\n      ! may do               r: kms\n" in text
    assert "gains" not in text


def test_more_than_fifty_units_take_two_operations() -> None:
    units = [f"ou-abcd-{number:08}" for number in range(51)]
    _, first, second = plan(declared(units, ["us-east-1"]), None)
    assert isinstance(first, CreateStackInstances)
    assert isinstance(second, CreateStackInstances)
    assert (len(first.units), len(second.units)) == (50, 1)
    assert first.address != second.address


def test_only_failed_accounts_are_deployed_again() -> None:
    unit, region = UNITS[0], "us-east-1"
    kinds = [("CURRENT", "SUCCEEDED"), ("OUTDATED", "FAILED"), ("OUTDATED", "RUNNING"), ("INOPERABLE", "INOPERABLE")]
    kinds.append(("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT"))
    instances = tuple(DeployedInstance(str(n) * 12, region, unit, *kind, "why") for n, kind in enumerate(kinds))
    automatic = StackSetSettings("roles", LAUNCH_ROLES, (), ()).automatic()
    (change,) = plan(declared([unit], [region]), ObservedStackSet("{}", automatic=automatic, instances=instances))
    assert isinstance(change, UpdateStackInstances)
    assert change.accounts == ("1" * 12,)
    assert change.details == (f"{'1' * 12} us-east-1: FAILED: why",)
    assert change.targets() == {
        "OrganizationalUnitIds": [unit],
        "Accounts": ["1" * 12],
        "AccountFilterType": "INTERSECTION",
    }
