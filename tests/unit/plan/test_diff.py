"""`diff` over values: it changes what differs, and nothing else, in the order that AWS accepts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Impact
from catalog.plan.diff import diff
from catalog.plan.kinds.constraint import FAILED, UpdateConstraint, constraint_blockers
from catalog.plan.kinds.product import UpdateProduct
from catalog.plan.order import rank

DIGEST = "sha256:" + "a" * 64
OTHER_DIGEST = "sha256:" + "b" * 64
ROLE = Principal(PrincipalType.IAM, "arn:aws:iam::123456789012:role/app")
PATTERN = Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/app-*")
PROD = TagOption("Environment", "prod")


def rule(value: str) -> dict[str, object]:
    return {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "P"}, value]}, "AssertDescription": f"P is {value}"}]}


def constraints(*items: Constraint) -> dict[str, Constraint]:
    return {item.type: item for item in items}


KEY = Product("key", "Key", "Security", artifacts=(ProvisioningArtifact("1.0.0", "First.", DIGEST),))
ALL_CONSTRAINTS = constraints(
    LaunchConstraint(local_role_name="launch"), TemplateConstraint({"One": rule("a")}), ResourceUpdateConstraint(True)
)
STACK_SET = StackSetConstraint(frozenset({"123456789012"}), ("us-east-1",), "admin", "member")
TEAM = Portfolio(
    "team",
    "Team",
    "Platform",
    principals=frozenset({ROLE, PATTERN}),
    tag_options=frozenset({PROD}),
    products={"key": PortfolioProduct("key", ALL_CONSTRAINTS)},
)
FULL = CatalogState({"key": KEY}, {"team": TEAM}, {PROD: True})


def operations(changes: tuple[Change, ...]) -> list[str]:
    return [change.operation for change in changes]


def with_product(product: Product) -> CatalogState:
    return replace(FULL, products={"key": product})


def with_portfolio(portfolio: Portfolio) -> CatalogState:
    return replace(FULL, portfolios={"team": portfolio})


def with_constraints(items: dict[str, Constraint]) -> CatalogState:
    return with_portfolio(replace(TEAM, products={"key": PortfolioProduct("key", items)}))


def test_an_empty_account_gets_everything_and_access_comes_last() -> None:
    assert operations(diff(FULL, CatalogState())) == [
        "UploadTemplate",
        "CreateTagOption",
        "CreateProduct",
        "CreatePortfolio",
        "AssociateTagOptionWithResource",
        "AssociateProductWithPortfolio",
        "CreateConstraint",
        "CreateConstraint",
        "CreateConstraint",
        "AssociatePrincipalWithPortfolio",
        "AssociatePrincipalWithPortfolio",
    ]


def test_equal_states_need_no_changes() -> None:
    assert diff(FULL, FULL) == ()


def test_undeclared_products_portfolios_and_versions_stay() -> None:
    more = CatalogState(
        {**FULL.products, "old": replace(KEY, key="old")},
        {**FULL.portfolios, "old": replace(TEAM, key="old")},
        {**FULL.tag_options, TagOption("Other", "x"): False},
    )
    assert diff(FULL, more) == ()


def test_only_metadata_and_tags_that_differ_are_updated() -> None:
    desired = replace(KEY, description="New", tags={"a": "1", "b": "2"})
    observed = replace(KEY, tags={"b": "0", "c": "3"})
    (change,) = diff(with_product(desired), with_product(observed))
    assert isinstance(change, UpdateProduct)
    assert change.fields == {"Description": "New"}
    assert change.add_tags == {"a": "1", "b": "2"}
    assert change.remove_tags == ("c",)
    assert "tag b: '0' → '2'" in change.details


def test_an_inactive_tag_option_is_activated() -> None:
    assert operations(diff(FULL, replace(FULL, tag_options={PROD: False}))) == ["UpdateTagOption"]


@pytest.mark.parametrize(
    ("desired", "observed", "expected"),
    [
        (TEAM, replace(TEAM, principals=frozenset({ROLE})), ("AssociatePrincipalWithPortfolio", Impact.WIDENS)),
        (replace(TEAM, principals=frozenset({ROLE})), TEAM, ("DisassociatePrincipalFromPortfolio", Impact.DESTROYS)),
        (TEAM, replace(TEAM, tag_options=frozenset()), ("AssociateTagOptionWithResource", Impact.NONE)),
        (replace(TEAM, tag_options=frozenset()), TEAM, ("DisassociateTagOptionFromResource", Impact.DESTROYS)),
        (replace(TEAM, display_name="Better"), TEAM, ("UpdatePortfolio", Impact.NONE)),
    ],
)
def test_members_of_a_portfolio(desired: Portfolio, observed: Portfolio, expected: tuple[str, Impact]) -> None:
    (change,) = diff(with_portfolio(desired), with_portfolio(observed))
    assert (change.operation, change.impact) == expected


def test_the_constraints_of_a_product_are_deleted_before_it_leaves_the_portfolio() -> None:
    changes = diff(with_portfolio(replace(TEAM, products={})), FULL)
    assert operations(changes) == ["DeleteConstraint"] * 3 + ["DisassociateProductFromPortfolio"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            TemplateConstraint({"One": rule("a")}),
            TemplateConstraint({"One": rule("a"), "Two": rule("b")}),
            ("UpdateConstraint", Impact.RESTRICTS),
        ),
        (
            TemplateConstraint({"One": rule("a"), "Two": rule("b")}),
            TemplateConstraint({"One": rule("a")}),
            ("UpdateConstraint", Impact.WIDENS),
        ),
        (
            TemplateConstraint({"One": rule("a")}),
            TemplateConstraint({"One": rule("b")}),
            ("UpdateConstraint", Impact.WIDENS),
        ),
        (
            TemplateConstraint({"One": rule("a")}),
            TemplateConstraint({"One": rule("a")}, "Why"),
            ("UpdateConstraint", Impact.NONE),
        ),
        (TemplateConstraint({"One": rule("a")}), None, ("DeleteConstraint", Impact.WIDENS)),
        (None, TemplateConstraint({"One": rule("a")}), ("CreateConstraint", Impact.RESTRICTS)),
        (
            LaunchConstraint(local_role_name="launch"),
            LaunchConstraint(local_role_name="other"),
            ("UpdateConstraint", Impact.WIDENS),
        ),
        (LaunchConstraint(local_role_name="launch"), None, ("DeleteConstraint", Impact.DESTROYS)),
        (None, LaunchConstraint(local_role_name="launch"), ("CreateConstraint", Impact.WIDENS)),
        (None, NotificationConstraint(frozenset({"t"})), ("CreateConstraint", Impact.NONE)),
        (NotificationConstraint(frozenset({"t"})), None, ("DeleteConstraint", Impact.DESTROYS)),
        (None, STACK_SET, ("CreateConstraint", Impact.WIDENS)),
        (STACK_SET, None, ("DeleteConstraint", Impact.DESTROYS)),
        (ResourceUpdateConstraint(False), ResourceUpdateConstraint(True), ("UpdateConstraint", Impact.WIDENS)),
        (ResourceUpdateConstraint(True), ResourceUpdateConstraint(False), ("UpdateConstraint", Impact.RESTRICTS)),
        (None, ResourceUpdateConstraint(True), ("CreateConstraint", Impact.WIDENS)),
        (None, ResourceUpdateConstraint(False), ("CreateConstraint", Impact.NONE)),
    ],
)
def test_constraints_say_whether_they_widen(
    old: Constraint | None, new: Constraint | None, expected: tuple[str, Impact]
) -> None:
    observed, desired = (with_constraints(constraints(item) if item else {}) for item in (old, new))
    (change,) = diff(desired, observed)
    assert (change.operation, change.impact) == expected


names = st.sampled_from(["one", "two", "three"])
principals = st.frozensets(st.sampled_from([ROLE, PATTERN, Principal(PrincipalType.IAM, ROLE.arn + "2")]))
options = st.frozensets(st.builds(TagOption, names, names))
some_constraints = st.lists(
    st.one_of(
        st.builds(LaunchConstraint, local_role_name=names),
        st.builds(TemplateConstraint, st.dictionaries(names, names.map(rule), min_size=1)),
        st.builds(ResourceUpdateConstraint, st.booleans()),
        st.builds(NotificationConstraint, st.frozensets(names, min_size=1)),
        st.builds(StackSetConstraint, st.frozensets(names, min_size=1), st.just(("r",)), names, names),
    )
).map(lambda items: constraints(*items))
portfolios = st.dictionaries(
    names,
    st.builds(
        lambda display, people, offered, products: Portfolio(
            "p",
            display,
            "x",
            principals=people,
            tag_options=offered,
            products={key: PortfolioProduct(key, items) for key, items in products.items()},
        ),
        names,
        principals,
        options,
        st.dictionaries(names, some_constraints),
    ),
)
states = portfolios.map(
    lambda portfolios: CatalogState(
        {},
        {key: replace(portfolio, key=key) for key, portfolio in portfolios.items()},
        {option: True for portfolio in portfolios.values() for option in portfolio.tag_options},
    )
)


@given(states)
def test_every_state_equals_itself(state: CatalogState) -> None:
    assert diff(state, state) == ()


@given(states, states)
def test_order_and_addresses(desired: CatalogState, observed: CatalogState) -> None:
    """For any two states: the changes are in AWS's order, no Address is changed twice, nothing equal is changed.

    New launch roles are set after all rules, new and changed.
    """
    changes = diff(desired, observed)
    ranks = [rank(change) for change in changes]
    assert ranks == sorted(ranks)
    assert len({change.address for change in changes}) == len(changes)
    assert bool(changes) == any(
        observed.portfolios.get(key) != portfolio for key, portfolio in desired.portfolios.items()
    ) or any(option not in observed.tag_options for option in desired.tag_options)


def test_a_launch_role_is_removed_before_the_rules_that_limit_it() -> None:
    changes = diff(with_constraints({}), with_constraints(ALL_CONSTRAINTS))
    assert [str(change.address).rpartition("/")[2] for change in changes] == ["launch", "resource_update", "template"]


def test_a_new_launch_role_comes_after_changed_rules() -> None:
    rules = constraints(TemplateConstraint({"One": rule("a")}))
    narrower = constraints(TemplateConstraint({"One": rule("b")}), LaunchConstraint(local_role_name="launch"))
    changes = diff(with_constraints(narrower), with_constraints(rules))
    assert [(change.operation, str(change.address).rpartition("/")[2]) for change in changes] == [
        ("UpdateConstraint", "template"),
        ("CreateConstraint", "launch"),
    ]


def with_portfolio_product(portfolio_product: PortfolioProduct) -> CatalogState:
    return with_portfolio(replace(TEAM, products={"key": portfolio_product}))


def test_a_failed_constraint_is_set_again_even_if_it_equals_the_declaration() -> None:
    observed = with_portfolio_product(PortfolioProduct("key", ALL_CONSTRAINTS, failed=frozenset({"LAUNCH"})))
    (change,) = diff(FULL, observed)
    assert (change.operation, change.impact, change.details) == ("UpdateConstraint", Impact.WIDENS, (FAILED,))
    assert change.address == "portfolio/team/product/key/constraint/launch"


def test_unmanaged_constraints_are_deleted_when_the_product_leaves() -> None:
    others = {"cons-1": "TEMPLATE", "cons-2": "LATER"}
    observed = with_portfolio_product(PortfolioProduct("key", constraints(LaunchConstraint("launch")), others=others))
    changes = diff(with_portfolio(replace(TEAM, products={})), observed)
    assert [(change.operation, str(change.address).rpartition("/")[2]) for change in changes] == [
        ("DeleteConstraint", "launch"),
        ("DeleteConstraint", "cons-2"),
        ("DeleteConstraint", "cons-1"),
        ("DisassociateProductFromPortfolio", "key"),
    ]
    assert diff(with_constraints(constraints(LaunchConstraint("launch"))), observed) == ()


@pytest.mark.parametrize(("kind", "blocked"), [("LAUNCH", True), ("STACKSET", True), ("NOTIFICATION", False)])
def test_a_constraint_of_unknown_form_blocks_another_of_its_type(kind: str, blocked: bool) -> None:
    observed = with_portfolio_product(PortfolioProduct("key", others={"cons-1": kind}))
    changes = diff(with_constraints(constraints(LaunchConstraint("launch"))), observed)
    blockers = list(constraint_blockers(changes, observed))
    assert ["delete-constraint --id cons-1" in blocker for blocker in blockers] == [True] * blocked


def test_undeclared_stack_instance_control_stays_unchanged() -> None:
    """AWS may return a value that was never declared; an update of other members sends it again."""
    observed = with_constraints(constraints(replace(STACK_SET, stack_instances=True)))
    assert diff(with_constraints(constraints(STACK_SET)), observed) == ()
    wider = replace(STACK_SET, regions=("us-east-1", "eu-west-1"))
    (change,) = diff(with_constraints(constraints(wider)), observed)
    assert isinstance(change, UpdateConstraint)
    assert change.constraint == replace(wider, stack_instances=True)
