"""Drift is what `diff` finds, told as what is wrong."""

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


def told(found: tuple[Drift, ...]) -> list[tuple[str, str]]:
    return [(one.kind.value, one.address) for one in found]


def test_the_same_is_no_drift() -> None:
    assert drift(STATE, STATE) == ()


def test_what_is_missing_is_told_once_each() -> None:
    option = TagOption("k", "v")
    declared = CatalogState(STATE.products, STATE.portfolios, {option: True})
    assert told(drift(declared, CatalogState())) == [
        ("missing", "portfolio/f"),
        ("missing", "portfolio/f/product/p"),
        ("missing", "product/p"),
        ("missing", "tag-option/k=v"),
    ]


def test_another_template_under_a_published_name_is_a_change_and_hides_nothing_else() -> None:
    observed = CatalogState({"p": Product("p", "P", "Us", artifacts=(OTHER,))}, {})
    assert told(drift(STATE, observed)) == [
        ("missing", "portfolio/f"),
        ("missing", "portfolio/f/product/p"),
        ("changed", "product/p"),
    ]


def test_an_inactive_version_that_nobody_declared_harms_nobody() -> None:
    active = ProvisioningArtifact("9", "", "")
    inactive = ProvisioningArtifact("8", "", "", active=False)
    observed = CatalogState({"p": Product("p", "P", "Us", artifacts=(ONE, active, inactive))}, STATE.portfolios)
    assert told(drift(STATE, observed)) == [("unmanaged", "product/p/version/9")]


def test_a_dead_principal_is_told_as_dead_and_what_others_left_as_unmanaged() -> None:
    dead = Principal(PrincipalType.IAM, "AIDAABCDEFGHIJKLMNOPQ")
    portfolio = Portfolio("f", "F", "Us", products=PORTFOLIO.products, principals=frozenset({dead}))
    found = drift(STATE, CatalogState(STATE.products, {"f": portfolio}), [(Address("portfolio/f"), "a budget")])
    assert found == (
        Drift(Kind.UNMANAGED, Address("portfolio/f"), ("a budget",)),
        Drift(Kind.DEAD, Address("portfolio/f/principal/IAM/AIDAABCDEFGHIJKLMNOPQ")),
    )


def test_verifying_compares_the_template_with_the_description() -> None:
    place = Address("product/p/version/1.0.0")
    assert verified(STATE, {place: ONE.digest}) == ((), ())
    (wrong,), _ = verified(STATE, {place: OTHER.digest})
    assert (wrong.kind, wrong.address) == (Kind.CHANGED, place)
    none, (notice,) = verified(STATE, {place: None})
    assert none == ()
    assert "not verified" in notice
