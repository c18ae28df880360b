"""Drift: the differences that `diff` finds, reported by kind."""

from __future__ import annotations

from catalog.model.addresses import Address
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.plan.drift import Drift, Kind, drift, verified

ONE = ProvisioningArtifact("1.0.0", "First.", f"sha256:{'1' * 64}")
OTHER = ProvisioningArtifact("1.0.0", "First.", f"sha256:{'2' * 64}")
PRODUCT = Product("p", "P", "Us", artifacts=(ONE,))
PORTFOLIO = Portfolio("f", "F", "Us", products={"p": PortfolioProduct("p")})
STATE = CatalogState({"p": PRODUCT}, {"f": PORTFOLIO})


def kinds(drifts: tuple[Drift, ...]) -> list[tuple[str, str]]:
    return [(difference.kind.value, difference.address) for difference in drifts]


def test_equal_states_have_no_drift() -> None:
    assert drift(STATE, STATE) == ()


def test_each_missing_object_is_reported_once() -> None:
    option = TagOption("k", "v")
    declared = CatalogState(STATE.products, STATE.portfolios, {option: True})
    assert kinds(drift(declared, CatalogState())) == [
        ("missing", "portfolio/f"),
        ("missing", "portfolio/f/product/p"),
        ("missing", "product/p"),
        ("missing", "tag-option/k=v"),
    ]


def test_a_replaced_template_is_reported_and_hides_no_other_drift() -> None:
    observed = CatalogState({"p": Product("p", "P", "Us", artifacts=(OTHER,))}, {})
    assert kinds(drift(STATE, observed)) == [
        ("missing", "portfolio/f"),
        ("missing", "portfolio/f/product/p"),
        ("changed", "product/p"),
    ]


def test_an_undeclared_inactive_version_is_no_drift() -> None:
    active = ProvisioningArtifact("9", "", "")
    inactive = ProvisioningArtifact("8", "", "", active=False)
    observed = CatalogState({"p": Product("p", "P", "Us", artifacts=(ONE, active, inactive))}, STATE.portfolios)
    assert kinds(drift(STATE, observed)) == [("unmanaged", "product/p/version/9")]


def test_dead_principals_and_unmanaged_objects_are_reported_as_such() -> None:
    dead = Principal(PrincipalType.IAM, "AIDAABCDEFGHIJKLMNOPQ")
    portfolio = Portfolio("f", "F", "Us", products=PORTFOLIO.products, principals=frozenset({dead}))
    drifts = drift(STATE, CatalogState(STATE.products, {"f": portfolio}), [(Address("portfolio/f"), "a budget")])
    assert drifts == (
        Drift(Kind.UNMANAGED, Address("portfolio/f"), ("a budget",)),
        Drift(Kind.DEAD, Address("portfolio/f/principal/IAM/AIDAABCDEFGHIJKLMNOPQ")),
    )


def test_verifying_compares_the_template_with_the_description() -> None:
    address = Address("product/p/version/1.0.0")
    assert verified(STATE, {address: ONE.digest}) == ((), ())
    (wrong,), _ = verified(STATE, {address: OTHER.digest})
    assert (wrong.kind, wrong.address) == (Kind.CHANGED, address)
    none, (notice,) = verified(STATE, {address: None})
    assert none == ()
    assert "not verified" in notice
