"""The schedule: whatever is made side by side, nobody has more access than before or than declared, at any instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

from catalog.model import addresses
from catalog.model.constraint import LaunchConstraint, ResourceUpdateConstraint, StackSetConstraint, TemplateConstraint
from catalog.model.portfolio import Portfolio, PortfolioProduct
from catalog.model.product import Guidance, Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, LaunchImpact
from catalog.plan.diff import diff
from catalog.plan.facts import facts
from catalog.plan.kinds.association import AssociateProductWithPortfolio
from catalog.plan.kinds.constraint import CreateConstraint, CreateRoleConstraint
from catalog.plan.kinds.service_action import DeleteDocument
from catalog.plan.kinds.share import ShareChange
from catalog.plan.kinds.stack import CreateStack
from catalog.plan.kinds.tag_option import DeactivateTagOption
from catalog.plan.kinds.version import CreateProvisioningArtifact, UpdateProvisioningArtifact
from catalog.plan.order import rank
from catalog.plan.schedule import Schedule, ScheduleStep, StepKind, schedule
from catalog.publishing.desired import without_retired
from tests.unit.plan.simulation import Simulation
from tests.unit.plan.test_diff import ALL_CONSTRAINTS, FULL, PATTERN
from tests.unit.plan.worlds import OPTIONS, PRINCIPALS, SHARES, VERSIONS, Held, by_type, rule

PLANS = 2000
ROLES = (LaunchConstraint, StackSetConstraint)


def some(random: Random, items: Sequence[Any]) -> list[Any]:
    """Some of the items, in their order."""
    return [item for item in items if random.random() < 0.5]


def random_state(random: Random) -> CatalogState:
    """A catalogue of up to two products and two portfolios."""
    made = {}
    for key in some(random, ["kms", "s3"]):
        artifacts = tuple(
            ProvisioningArtifact(
                name, random.choice("ab"), digest, random.random() < 0.7, random.choice(list(Guidance))
            )
            for name, digest in (some(random, list(VERSIONS.items())) or list(VERSIONS.items())[:1])
        )
        offered = frozenset(some(random, OPTIONS))
        made[key] = Product(key, key, random.choice("ab"), tag_options=offered, artifacts=artifacts)
    portfolios = {}
    for key in some(random, ["team", "other"]):
        held = {}
        for product in some(random, list(made)):
            items = some(
                random,
                [
                    LaunchConstraint(local_role_name=random.choice("ab")),
                    TemplateConstraint({"a": rule(random.choice("ab"))}),
                    ResourceUpdateConstraint(random.random() < 0.5),
                ],
            )
            held[product] = PortfolioProduct(product, by_type(items))
        shares = {share.key: share for share in some(random, SHARES)}
        portfolios[key] = Portfolio(
            key,
            random.choice("ab"),
            "x",
            principals=frozenset(some(random, PRINCIPALS)),
            tag_options=frozenset(some(random, OPTIONS)),
            products=held,
            shares=frozenset(shares.values()),
        )
    options = {option for holder in (*made.values(), *portfolios.values()) for option in holder.tag_options}
    return CatalogState(made, portfolios, {option: random.random() < 0.7 for option in sorted(options)})


def random_worlds(random: Random) -> tuple[CatalogState, CatalogState]:
    """(declared, observed)."""
    observed = random_state(random)
    more = {option: False for option in some(random, OPTIONS) if option not in observed.tag_options}
    observed = replace(observed, tag_options={**observed.tag_options, **more})
    return without_retired(random_state(random), observed)[0], observed


def planned(worlds: tuple[CatalogState, CatalogState]) -> tuple[tuple[Change, ...], Schedule]:
    desired, observed = worlds
    changes = diff(desired, observed)
    return changes, schedule(changes, facts(observed))


def launchers(portfolio: Portfolio) -> set[object]:
    """Who can launch from a portfolio: principals, accounts and nodes that it is shared with, and their principals."""
    accounts = {share.key for share in portfolio.shares}
    return {
        *portfolio.principals,
        *accounts,
        *((share.key, "too") for share in portfolio.shares if share.share_principals),
    }


def ways(state: CatalogState) -> set[tuple[str, str, object]]:
    """(portfolio, product, who) of everybody who can launch."""
    portfolios = state.portfolios.items()
    return {(key, product, who) for key, held in portfolios for product in held.products for who in launchers(held)}


def rules_of(portfolio: Portfolio, product: str) -> dict[str, object]:
    """Constraints that bound a launch: all but the roles."""
    items = portfolio.products[product].constraints.items()
    return {kind: item for kind, item in items if not isinstance(item, ROLES)}


def roles_of(portfolio: Portfolio, product: str) -> dict[str, object]:
    items = portfolio.products[product].constraints.items()
    return {kind: item for kind, item in items if isinstance(item, ROLES)}


def check_access(now: CatalogState, before: CatalogState, after: CatalogState) -> None:
    """Who is new can launch what is declared, with all rules around it; a new role has all rules around it.

    A product that comes into a portfolio has no rules for a moment: AWS refuses constraints before the association.
    Those who could launch from the portfolio before can launch it then, with their own permissions and no role.
    """
    could = ways(before)
    for key, product, who in ways(now) - could:
        declared, old = after.portfolios[key], before.portfolios.get(key)
        assert product in declared.products
        assert who in launchers(declared)
        if old is None or who not in launchers(old):
            assert rules_of(now.portfolios[key], product) == rules_of(declared, product)
    for key, portfolio in now.portfolios.items():
        for product in portfolio.products:
            old = before.portfolios.get(key)
            known = roles_of(old, product) if old and product in old.products else {}
            for kind, role in roles_of(portfolio, product).items():
                if known.get(kind) != role:
                    assert rules_of(portfolio, product) == rules_of(after.portfolios[key], product)


def test_no_schedule_gives_more_access_than_is_declared() -> None:
    random = Random(11)  # noqa: S311  # no secret
    for _ in range(PLANS):
        check_schedule(random_worlds(random), random)


def check_schedule(worlds: tuple[CatalogState, CatalogState], random: Random) -> None:
    changes, made = planned(worlds)
    moments = Simulation(made, random, random.choice([1, 2, 3, 10, 64])).run()
    assert sorted(index for _, ends, index in moments if ends) == list(range(len(changes)))
    held = Held(worlds[1])
    for _, ends, index in moments:
        if ends:
            held.apply(changes[index])  # fails where AWS would refuse
            check_access(held.state, worlds[1], worlds[0])
    check_spans(changes, {index: (start, end) for start, end, index in spans(moments)}, worlds[1])


def spans(moments: Sequence[tuple[float, bool, int]]) -> Iterator[tuple[float, float, int]]:
    starts = {index: time for time, ends, index in moments if not ends}
    yield from ((starts[index], time, index) for time, ends, index in moments if ends)


def check_spans(changes: Sequence[Change], times: dict[int, tuple[float, float]], before: CatalogState) -> None:
    """No two changes overlap of which one must be complete before the other starts."""

    def complete(first: int, then: int) -> None:
        assert times[first][1] <= times[then][0], (changes[first], changes[then])

    for index, change in enumerate(changes):
        for other, earlier in enumerate(changes[:index]):
            if must_wait(earlier, change, before, changes):
                complete(other, index)
    serial: dict[str, list[int]] = {}
    for index, change in enumerate(changes):
        if isinstance(change, ShareChange):
            serial.setdefault("shares", []).append(index)
        elif isinstance(change, CreateProvisioningArtifact | UpdateProvisioningArtifact):
            serial.setdefault(change.product, []).append(index)
    for members in serial.values():
        for first, then in pairwise(members):
            complete(first, then)


def must_wait(earlier: Change, change: Change, before: CatalogState, changes: Sequence[Change]) -> bool:
    """Whether `change` must not start while `earlier`, which stands before it in the plan, is in flight."""
    portfolio, product = change.scope
    if rank(earlier) == rank(change):
        return False
    if earlier.address in change.needs():
        return True
    if isinstance(change, CreateRoleConstraint):
        return earlier.scope == change.scope and not isinstance(earlier, CreateRoleConstraint)
    opens = change.launch_impact is LaunchImpact.OPENS and bool(portfolio)
    if isinstance(earlier, DeactivateTagOption):
        return opens
    if not opens or product:
        return False
    joining = (each for each in changes if isinstance(each, AssociateProductWithPortfolio))
    inside = {each.product for each in joining if each.portfolio == portfolio}
    if portfolio in before.portfolios:
        inside |= set(before.portfolios[portfolio].products)
    return earlier.scope[0] == portfolio or (not earlier.scope[0] and earlier.scope[1] in inside - {""})


def reached(made: Schedule, step: ScheduleStep) -> set[ScheduleStep]:
    """All steps that a step waits for, also through others."""
    waited, left = set[ScheduleStep](), [step]
    while left:
        new = set(made.waits[left.pop()]) - waited
        waited |= new
        left += new
    return waited


def change_steps(made: Schedule) -> list[ScheduleStep]:
    return [step for step in made.waits if step.kind is StepKind.CHANGE]


def test_products_and_portfolios_do_not_wait_for_others() -> None:
    key, team = FULL.products["key"], FULL.portfolios["team"]
    portfolios = {
        name: replace(team, key=name, products={name: PortfolioProduct(name, ALL_CONSTRAINTS)}) for name in "ab"
    }
    both = CatalogState({name: replace(key, key=name) for name in "ab"}, portfolios)
    changes = diff(both, CatalogState())
    made = schedule(changes)
    for step in change_steps(made):
        waited = {changes[each.position].address for each in reached(made, step) if each.kind is StepKind.CHANGE}
        names = {address.split("/")[1] for address in waited if not address.startswith("tag-option/")}
        assert names <= {changes[step.position].address.split("/")[1]}


def test_all_changes_wait_for_stacks_and_documents_go_last() -> None:
    bucket, roles = (CreateStack(address=addresses.stack(name), name=name, body="{}") for name in ("bucket", "roles"))
    document = DeleteDocument(address=addresses.document("key", "doc"), name="doc")
    made = schedule((bucket, roles, *diff(FULL, CatalogState()), document))
    first, second, *others, last = change_steps(made)
    assert first in reached(made, second)
    assert all(second in reached(made, step) for step in (*others, last))
    assert set(others) <= reached(made, last)


def test_associations_of_a_product_are_confirmed_together_before_their_constraints() -> None:
    team = FULL.portfolios["team"]
    both = replace(FULL, portfolios={name: replace(team, key=name) for name in "ab"})
    changes = diff(both, CatalogState())
    made = schedule(changes)
    confirmation = made.confirmations["portfolios of product/key"]
    joining = {step for step in change_steps(made) if isinstance(changes[step.position], AssociateProductWithPortfolio)}
    assert set(made.waits[confirmation]) == joining
    for step in change_steps(made):
        if isinstance(changes[step.position], CreateConstraint):
            assert confirmation in reached(made, step)


def test_many_changes_have_few_edges() -> None:
    """Their number must not grow with the square of the changes."""
    key, team = FULL.products["key"], FULL.portfolios["team"]
    names = [f"p{number}" for number in range(100)]
    held = {name: PortfolioProduct(name, ALL_CONSTRAINTS) for name in names}
    principals = frozenset(replace(PATTERN, arn=f"arn:aws:iam:::role/{name}-*") for name in names)
    one = replace(team, products=held, principals=principals)
    changes = diff(CatalogState({name: replace(key, key=name) for name in names}, {"team": one}), CatalogState())
    made = schedule(changes)
    assert sum(map(len, made.waits.values())) < 20 * len(changes)
