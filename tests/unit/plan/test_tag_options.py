"""TagOptions and budgets: the changes between two states, over values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.model.addresses import Address
from catalog.model.governed.budget import Budget
from catalog.model.portfolio import Portfolio, TagOption
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.model.tag_option import Inactive, Offer, Values, by_key, launch_offer, offered, read_values
from catalog.plan.diff import diff
from catalog.plan.kinds.tag_option import migration_blockers

OPTION = TagOption("Stage", "old")
OFFERED = frozenset({OPTION})
PRODUCT = Product("p", "P", "Us", artifacts=(ProvisioningArtifact("1.0.0", "", f"sha256:{'a' * 64}"),))
PORTFOLIO = Portfolio("f", "F", "Us")


def state(active: bool | None = None, product: Product = PRODUCT, portfolio: Portfolio = PORTFOLIO) -> CatalogState:
    """`active` is the state of the TagOption in the account; None when it does not exist."""
    return CatalogState({"p": product}, {"f": portfolio}, {} if active is None else {OPTION: active})


@pytest.mark.parametrize(
    ("wanted", "active", "expected"),
    [
        (True, None, ["CreateTagOption none"]),
        (False, None, ["CreateTagOption none", "UpdateTagOption none"]),
        (True, False, ["UpdateTagOption none"]),
        (False, True, ["UpdateTagOption restricts"]),
        (False, False, []),
        (None, True, []),  # the account's: nobody's to take away
        (None, False, []),
    ],
)
def test_activity_of_the_account_s_tag_option(wanted: bool | None, active: bool | None, expected: list[str]) -> None:
    changes = diff(state(wanted), state(active))
    assert [f"{change.operation} {change.impact}" for change in changes] == expected
    assert all(change.address == "tag-option/Stage=old" for change in changes)


def test_a_tag_option_is_activated_before_and_deactivated_after_its_associations_change() -> None:
    declared = replace(PORTFOLIO, tag_options=OFFERED)
    for active in (True, False):
        changes = diff(state(active, portfolio=declared), state(not active))
        names = [change.operation for change in changes]
        assert sorted(names) == ["AssociateTagOptionWithResource", "UpdateTagOption"]
        assert (names.index("UpdateTagOption") < names.index("AssociateTagOptionWithResource")) is active


def test_tag_options_and_budgets_of_a_product_are_associated_and_disassociated() -> None:
    full = replace(PRODUCT, tag_options=OFFERED, governed=frozenset({Budget("Keys")}))
    observed = replace(state(active=True), products={})
    made = [f"{change.operation} {change.address}" for change in diff(state(True, full), observed)]
    assert made[-2:] == [
        "AssociateTagOptionWithResource product/p/tag-option/Stage=old",
        "AssociateBudgetWithResource product/p/budget/Keys",
    ]
    gone = diff(state(True), state(True, full))
    assert [(change.operation, change.address, change.impact.value) for change in gone] == [
        ("DisassociateTagOptionFromResource", Address("product/p/tag-option/Stage=old"), "destroys"),
        ("DisassociateBudgetFromResource", Address("product/p/budget/Keys"), "destroys"),
    ]


def test_an_unmigrated_account_blocks_only_tag_options() -> None:
    made = diff(state(True), state())
    assert len(list(migration_blockers(made, "123456789012", migrated=False))) == 1
    assert list(migration_blockers(made, "123456789012", migrated=True)) == []
    assert list(migration_blockers(diff(state(), state()), "123456789012", migrated=False)) == []


@pytest.mark.parametrize(
    ("portfolio", "product", "expected"),
    [
        ({"A": ["x"]}, {"B": ["y"]}, {"A": ("x",), "B": ("y",)}),
        ({"A": ["x", "y"]}, {"A": ["z", "y"]}, {"A": ("y",)}),
        ({"A": ["x"]}, {"A": ["y"]}, {"A": ()}),
        ({}, {}, {}),
    ],
)
def test_tag_options_that_a_launch_offers(portfolio: Offer, product: Offer, expected: Offer) -> None:
    assert launch_offer(portfolio, product) == expected


def test_values_are_read_and_written_back() -> None:
    values: Values = {"Stage": ("dev", Inactive("old")), "Team": (Inactive("a"),)}
    read = {option: active for _, option, active in read_values(values)}
    assert by_key(read, read) == values
    assert offered(values) == {"Stage": ("dev",)}
