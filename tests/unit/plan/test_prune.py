"""What prune deletes and keeps, over values."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import catalog.plan.prune
from catalog.model.addresses import Address
from catalog.model.constraint import LaunchConstraint, TemplateConstraint
from catalog.model.governed.budget import Budget
from catalog.model.holdings import HeldConstraint, Holdings, PortfolioHoldings, ProductHoldings
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import PROTECT_TAG, CatalogState
from catalog.plan.order import rank
from catalog.plan.prune import DeclaredKeys, Pruning, candidates, prune

DIGEST = f"sha256:{'a' * 64}"
RELEASED = ProvisioningArtifact("1.0.0", "", DIGEST)
PRE = ProvisioningArtifact("1.1.0-dev.aaaaaaaaaaaa", "", DIGEST, active=False)
OPTION = TagOption("k", "v")
PRODUCT = Product(
    "p", "P", "Us", tag_options=frozenset({OPTION}), governed=frozenset({Budget("b")}), artifacts=(RELEASED, PRE)
)
DEAD = Principal(PrincipalType.IAM, "AROAABCDEFGHIJKLMNOPQ")
ALIVE = Principal(PrincipalType.IAM, "arn:aws:iam::123456789012:role/a")
PORTFOLIO = Portfolio(
    "f",
    "F",
    "Us",
    principals=frozenset({DEAD, ALIVE}),
    tag_options=frozenset({OPTION}),
    governed=frozenset({Budget("b")}),
    products={"p": PortfolioProduct("p", {"LAUNCH": LaunchConstraint("role")})},
)
STATE = CatalogState({"p": PRODUCT}, {"f": PORTFOLIO}, {OPTION: True})
IDS = {
    Address("product/p"): "prod-1",
    Address("product/p/version/1.0.0"): "pa-1",
    Address(f"product/p/version/{PRE.name}"): "pa-2",
    Address("portfolio/f"): "port-1",
    Address("portfolio/f/product/p/constraint/launch"): "cons-1",
    Address("tag-option/k=v"): "tag-1",
}
IN_PORTFOLIO = PortfolioHoldings(
    "port-1",
    ("prod-1", "prod-9"),
    (HeldConstraint("cons-1", "prod-1", "LAUNCH"), HeldConstraint("cons-9", "prod-9", "STACKSET")),
)
ON_PRODUCT = ProductHoldings("prod-1", ("port-1",), (("pa-1", "act-1"),))
HELD = Holdings({"prod-1": ON_PRODUCT}, {"port-1": IN_PORTFOLIO})
NOTHING = DeclaredKeys({}, frozenset())


def lines(pruning: Pruning) -> list[str]:
    return [f"{change.operation} {change.address}" for change in pruning.changes]


def test_everything_is_deleted_in_the_order_that_aws_accepts() -> None:
    pruning = prune(NOTHING, STATE, IDS, HELD)
    assert lines(pruning) == [
        f"DisassociatePrincipalFromPortfolio portfolio/f/principal/IAM/{ALIVE.arn}",
        f"DisassociatePrincipalFromPortfolio portfolio/f/principal/IAM/{DEAD.arn}",
        "DisassociateTagOptionFromResource portfolio/f/tag-option/k=v",
        "DisassociateTagOptionFromResource product/p/tag-option/k=v",
        "DisassociateBudgetFromResource portfolio/f/budget/b",
        "DisassociateBudgetFromResource product/p/budget/b",
        "DeleteConstraint portfolio/f/product/p/constraint/launch",
        "DeleteConstraint portfolio/f/product/prod-9/constraint/cons-9",
        "DisassociateProductFromPortfolio portfolio/f/product/p",
        "DisassociateProductFromPortfolio portfolio/f/product/prod-9",
        "DisassociateServiceActionFromProvisioningArtifact product/p/version/1.0.0/action/act-1",
        "DeleteProduct product/p",
        "DeletePortfolio portfolio/f",
    ]
    assert pruning.ids[Address("portfolio/f/product/prod-9/constraint/cons-9")] == "cons-9"
    assert pruning.ids[Address("product/prod-9")] == "prod-9"
    ranks = [rank(change) for change in pruning.changes]
    assert ranks == sorted(ranks)


def test_declared_objects_stay_except_inactive_pre_releases() -> None:
    declared = DeclaredKeys({"p": frozenset({"1.0.0"})}, frozenset({"f"}))
    assert candidates(declared, STATE) == (["p"], [])
    pruning = prune(declared, STATE, IDS, HELD)
    assert lines(pruning) == [f"DeleteProvisioningArtifact product/p/version/{PRE.name}"]
    assert pruning.kept == ()


@pytest.mark.parametrize(
    ("product", "held", "declared", "word"),
    [
        (replace(PRODUCT, tags={PROTECT_TAG: "true"}), ON_PRODUCT, NOTHING, PROTECT_TAG),
        (PRODUCT, replace(ON_PRODUCT, provisioned={"pa-1": 2}), NOTHING, "2 provisioned products"),
        (PRODUCT, ON_PRODUCT, DeclaredKeys({}, frozenset(), frozenset({"p"})), "products/releases/p"),
        (PRODUCT, replace(ON_PRODUCT, portfolio_ids=("port-1", "port-9")), NOTHING, "port-9"),
    ],
)
def test_a_product_is_kept_for_a_reason(
    product: Product, held: ProductHoldings, declared: DeclaredKeys, word: str
) -> None:
    holdings = Holdings({"prod-1": held}, {"port-1": IN_PORTFOLIO, "port-9": PortfolioHoldings("port-9")})
    pruning = prune(declared, replace(STATE, products={"p": product}), IDS, holdings)
    ((address, reason),) = [(kept.address, kept.reason) for kept in pruning.kept]
    assert address == "product/p"
    assert word in reason
    assert "DeleteProduct product/p" not in lines(pruning)


@pytest.mark.parametrize(
    ("artifacts", "provisioned", "word"),
    [
        ((RELEASED, replace(PRE, active=True)), {}, "active"),
        ((RELEASED, PRE), {"pa-2": 1}, "provisioned products use it (1)"),
        ((PRE,), {}, "the last version"),
        ((RELEASED, replace(RELEASED, name="1.0.9")), {}, "a released version"),
        ((RELEASED, replace(PRE, digest="")), {}, "not created by publish"),
    ],
)
def test_a_version_is_kept_for_a_reason(
    artifacts: tuple[ProvisioningArtifact, ...], provisioned: dict[str, int], word: str
) -> None:
    declared = DeclaredKeys({"p": frozenset({"1.0.0"})}, frozenset({"f"}))
    holdings = Holdings({"prod-1": ProductHoldings("prod-1", provisioned=provisioned)})
    ids = IDS | {Address("product/p/version/1.0.9"): "pa-9"}
    state = replace(STATE, products={"p": replace(PRODUCT, artifacts=artifacts)})
    pruning = prune(declared, state, ids, holdings)
    assert pruning.changes == ()
    (kept,) = pruning.kept
    assert word in kept.reason


def test_rules_are_deleted_last_also_when_the_portfolio_stays() -> None:
    portfolio_product = PortfolioProduct("p", {"TEMPLATE": TemplateConstraint({}), "LAUNCH": LaunchConstraint("role")})
    observed = replace(STATE, portfolios={"f": replace(PORTFOLIO, products={"p": portfolio_product})})
    ids = {**IDS, Address("portfolio/f/product/p/constraint/template"): "cons-2"}
    constraints = (
        HeldConstraint("cons-3", "prod-1", "TEMPLATE"),
        HeldConstraint("cons-4", "prod-1", "STACKSET"),
        HeldConstraint("cons-2", "prod-1", "TEMPLATE"),
        HeldConstraint("cons-1", "prod-1", "LAUNCH"),
    )
    held = replace(HELD, portfolios={"port-1": replace(IN_PORTFOLIO, constraints=constraints)})
    pruning = prune(DeclaredKeys({}, frozenset({"f"})), observed, ids, held)
    lifted = [line.rpartition("/")[2] for line in lines(pruning) if line.startswith("DeleteConstraint")]
    assert lifted == ["launch", "cons-4", "template", "cons-3"]


def test_a_product_leaves_portfolios_of_others_by_force() -> None:
    """They are addressed by their ids, which apply needs; what else they have stays."""
    elsewhere = PortfolioHoldings(
        "port-9",
        ("prod-1", "prod-9"),
        (HeldConstraint("cons-7", "prod-1", "LAUNCH"), HeldConstraint("cons-8", "prod-9", "LAUNCH")),
    )
    holdings = Holdings({"prod-1": replace(ON_PRODUCT, portfolio_ids=("port-9",))}, {"port-9": elsewhere})
    pruning = prune(DeclaredKeys({}, frozenset({"f"})), replace(STATE, portfolios={}), IDS, holdings, force=True)
    assert [line for line in lines(pruning) if "port-9" in line] == [
        "DeleteConstraint portfolio/port-9/product/p/constraint/cons-7",
        "DisassociateProductFromPortfolio portfolio/port-9/product/p",
    ]
    assert pruning.ids.items() - IDS.items() >= {
        (Address("portfolio/port-9"), "port-9"),
        (Address("portfolio/port-9/product/p/constraint/cons-7"), "cons-7"),
    }
    assert Address("product/prod-9") not in pruning.ids


def test_prune_names_no_kind() -> None:
    """Each kind registers its own deletions, so that a new kind is one new module."""
    tree = ast.parse(Path(catalog.plan.prune.__file__).read_text())
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert [module for module in modules if module.startswith("catalog.plan.kinds")] == []
