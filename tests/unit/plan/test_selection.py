"""Parts of a plan: AWS accepts them, and they let nobody launch with fewer constraints than declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.model.constraint import ResourceUpdateConstraint, TemplateConstraint
from catalog.model.governed.budget import Budget
from catalog.model.portfolio import Portfolio, Principal, PrincipalType, TagOption
from catalog.model.product import Guidance, Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, LaunchImpact
from catalog.plan.diff import diff
from catalog.plan.facts import facts
from catalog.plan.selection import Selected, everything, only
from tests.unit.plan.test_diff import FULL, KEY, OTHER_DIGEST, TEAM, constraints, rule, with_constraints
from tests.unit.plan.test_service_actions import DECLARED, OBSERVED, OFFER, TAKE, V1, state
from tests.unit.plan.worlds import PRINCIPALS, applied, pairs


def select(desired: CatalogState, observed: CatalogState, *targets: str) -> Selected:
    return only(targets)(diff(desired, observed), facts(observed), facts(desired))


def shown(selected: Selected) -> list[str]:
    return [f"{change.operation} {change.address}" for change in selected.changes]


def launchable(product: Product) -> set[str]:
    return {
        artifact.name
        for artifact in product.artifacts
        if artifact.active and artifact.guidance is not Guidance.DEPRECATED
    }


def ways(portfolio: Portfolio) -> set[Any]:
    """Who can reach a portfolio's products."""
    shared = {
        (*share.key, more) for share in portfolio.shares for more in ("", "principals")[: 1 + share.share_principals]
    }
    return {*portfolio.principals, *shared}


@dataclass(frozen=True)
class Opened:
    """How a product of a portfolio can be launched in new ways."""

    people: bool
    """By somebody who could not launch it."""
    constraints: bool
    """Under other constraints."""
    freely: bool
    """Under constraints that were loosened, or without a TagOption."""
    versions: bool
    """In a version that could not be launched."""


def opened(now: CatalogState, old: CatalogState, key: str, product: str, made: Sequence[Change]) -> Opened:
    portfolio, before = now.portfolios[key], old.portfolios.get(key)
    portfolio_product = before.products.get(product) if before else None
    if before is None or portfolio_product is None:
        return Opened(True, True, True, True)
    loosened = any(change.scope == (key, product) and change.launch_impact is LaunchImpact.OPENS for change in made)
    lost = (before.tag_options - portfolio.tag_options) | (
        old.products[product].tag_options - now.products[product].tag_options
    )
    return Opened(
        bool(ways(portfolio) - ways(before)),
        portfolio_product.constraints != portfolio.products[product].constraints,
        loosened or bool(lost),
        bool(launchable(now.products[product]) - launchable(old.products[product])),
    )


@settings(max_examples=100)
@given(pairs(), st.data())
def test_no_part_of_a_plan_leaves_a_launch_less_constrained_than_declared(
    pair: tuple[CatalogState, CatalogState], data: st.DataObject
) -> None:
    desired, observed = pair
    addresses_of_changes = sorted({change.address for change in diff(desired, observed)})
    if not addresses_of_changes:
        return
    targets = data.draw(st.lists(st.sampled_from(addresses_of_changes), min_size=1, max_size=3))
    made = select(desired, observed, *targets).changes
    now = applied(observed, made)  # AWS accepts it
    for key, wanted in desired.portfolios.items():
        portfolio = now.portfolios.get(key, wanted)
        for product, portfolio_product in portfolio.products.items() if key in now.portfolios else ():
            way = opened(now, observed, key, product, made)
            given = way.people or way.freely or way.versions
            if given or way.constraints:
                assert product in wanted.products
                assert portfolio_product.constraints == wanted.products[product].constraints
            if given:
                assert portfolio.tag_options >= wanted.tag_options
                assert now.products[product].tag_options >= desired.products[product].tag_options
                offered = portfolio.tag_options | now.products[product].tag_options
                assert not any(
                    now.tag_options[option] and not desired.tag_options.get(option, True) for option in offered
                )
            if way.people:
                assert ways(portfolio) <= ways(wanted)
                declared = {artifact.name for artifact in desired.products[product].artifacts}
                assert launchable(now.products[product]) & declared <= launchable(desired.products[product])


@settings(max_examples=30)
@given(pairs())
def test_selecting_all_addresses_selects_the_whole_plan(pair: tuple[CatalogState, CatalogState]) -> None:
    changes = diff(*pair)
    if changes:
        assert select(*pair, *(change.address for change in changes)).changes == changes


NEW = ProvisioningArtifact("1.1.0", "Second.", OTHER_DIGEST)
SECOND = replace(FULL, products={"key": replace(KEY, artifacts=(*KEY.artifacts, NEW))})
TIGHTER = with_constraints(constraints(TemplateConstraint({"One": rule("b")}), ResourceUpdateConstraint(True)))


def test_an_association_needs_its_product_and_comes_with_its_constraints() -> None:
    selected = select(FULL, CatalogState(), "portfolio/team/product/key/constraint/launch")
    assert shown(selected) == [
        f"UploadTemplate template/key/{KEY.artifacts[0].digest}",
        "CreateTagOption tag-option/Environment=prod",
        "CreateProduct product/key",
        "CreatePortfolio portfolio/team",
        "AssociateTagOptionWithResource portfolio/team/tag-option/Environment=prod",
        "AssociateProductWithPortfolio portfolio/team/product/key",
        "CreateConstraint portfolio/team/product/key/constraint/template",
        "CreateConstraint portfolio/team/product/key/constraint/resource_update",
        "CreateConstraint portfolio/team/product/key/constraint/launch",
    ]
    assert len(selected.left_out) == len(TEAM.principals)
    assert any(" needs " in text for text in selected.notices)


def test_similar_required_changes_are_listed_in_one_line() -> None:
    options = frozenset(TagOption("Service", name) for name in ("a", "b", "c"))
    team = replace(TEAM, tag_options=options)
    desired = replace(FULL, portfolios={"team": team}, tag_options=dict.fromkeys(options, True))
    notices = select(desired, CatalogState(), "portfolio/team").notices
    assert [text for text in notices if "TagOption" in text] == [
        "portfolio/team/tag-option/… (3) need their CreateTagOption"
    ]


def test_selecting_a_product_changes_no_portfolio() -> None:
    selected = select(FULL, CatalogState(), "product/key")
    assert shown(selected) == [f"UploadTemplate template/key/{KEY.artifacts[0].digest}", "CreateProduct product/key"]


def test_a_new_version_comes_with_the_constraints_under_which_it_is_launched() -> None:
    wanted = replace(SECOND, portfolios=TIGHTER.portfolios)
    selected = select(wanted, FULL, "product/key/version/1.1.0")
    assert {change.operation for change in selected.changes} == {
        "UploadTemplate",
        "CreateProvisioningArtifact",
        "UpdateConstraint",
        "DeleteConstraint",
    }


def test_a_new_principal_comes_with_the_constraints_and_with_removed_principals() -> None:
    team = TIGHTER.portfolios["team"]
    wanted = replace(TIGHTER, portfolios={"team": replace(team, principals=frozenset(PRINCIPALS[:1]))})
    selected = select(wanted, FULL, f"portfolio/team/principal/IAM/{PRINCIPALS[0].arn}")
    assert [change.operation for change in selected.changes].count("DisassociatePrincipalFromPortfolio") == 2
    assert "UpdateConstraint" in {change.operation for change in selected.changes}


def test_a_target_may_need_no_changes() -> None:
    selected = select(replace(FULL, portfolios={"team": replace(TEAM, description="New")}), FULL, "product/key")
    assert (selected.changes, len(selected.left_out)) == ((), 1)
    assert everything(selected.left_out, {}, {}).changes == selected.left_out


@pytest.mark.parametrize("target", ["portfolio/taem", "product/ke", "portfolio/team/", "", "product/key/version/9"])
def test_an_unknown_address_is_refused_with_similar_ones(target: str) -> None:
    with pytest.raises(ContentError, match="no object matches the Address") as caught:
        select(FULL, CatalogState(), target)
    assert "portfolio/team" in caught.value.hint or "product/key" in caught.value.hint


def test_a_service_action_comes_with_its_document_and_is_removed_from_all_versions_first() -> None:
    offered = select(state(DECLARED), state(None), f"{V1}/action/stop")
    assert [change.operation for change in offered.changes] == ["CreateDocument", "CreateServiceAction", OFFER]
    gone = select(state(None), state(OBSERVED), "product/p/action/stop")
    assert [change.operation for change in gone.changes] == [TAKE, TAKE, "DeleteServiceAction"]


def test_a_slash_in_a_name_puts_no_object_below_another() -> None:
    """The role `team` and the role `Admin` with the path `/team/` are unrelated."""
    roles = [Principal(PrincipalType.IAM_PATTERN, f"arn:aws:iam:::role/{name}") for name in ("team", "team/Admin*")]
    options = {TagOption("a/b", value): True for value in ("x", "x/y")}
    portfolio = replace(TEAM, principals=frozenset(roles), tag_options=frozenset(options), products={}, governed=NESTED)
    observed = replace(FULL, portfolios={"team": replace(portfolio, principals=frozenset(), governed=frozenset())})
    observed = replace(observed, tag_options=dict.fromkeys(options, False))
    wanted = replace(observed, portfolios={"team": portfolio}, tag_options=options)
    addresses_of_changes = [change.address for change in diff(wanted, observed)]
    assert len(addresses_of_changes) == 6
    for address in addresses_of_changes:
        assert [change.address for change in select(wanted, observed, address).changes] == [address]
    with pytest.raises(ContentError) as caught:
        select(wanted, observed, "tag-option/a/b")
    assert "tag-option/a/b=x" in caught.value.hint
    assert "tag-option/a," not in caught.value.hint


NESTED = frozenset({Budget("Keys"), Budget("Keys/1")})


def test_a_stack_cannot_be_a_target() -> None:
    with pytest.raises(ContentError, match="is a stack of `catalog bootstrap`"):
        select(FULL, CatalogState(), "stack/catalog-templates")
