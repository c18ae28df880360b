"""Random states of a catalogue, and the state of AWS after changes; a change that AWS would refuse fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from catalog.model.addresses import Address
from catalog.model.constraint import Constraint, LaunchConstraint, ResourceUpdateConstraint, TemplateConstraint
from catalog.model.governed.budget import Budget
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.product import Guidance, Product, ProvisioningArtifact
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import CatalogState
from catalog.plan.changes import Change
from catalog.plan.kinds.association import AssociateProductWithPortfolio, DisassociateProductFromPortfolio
from catalog.plan.kinds.budget import AssociateBudgetWithResource, DisassociateBudgetFromResource
from catalog.plan.kinds.constraint import CreateConstraint, DeleteConstraint, UpdateConstraint
from catalog.plan.kinds.portfolio import CreatePortfolio, UpdatePortfolio
from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio, DisassociatePrincipalFromPortfolio
from catalog.plan.kinds.product import CreateProduct, UpdateProduct
from catalog.plan.kinds.share import CreatePortfolioShare, DeletePortfolioShare, UpdatePortfolioShare
from catalog.plan.kinds.tag_option import (
    AssociateTagOptionWithResource,
    CreateTagOption,
    DeactivateTagOption,
    DisassociateTagOptionFromResource,
    UpdateTagOption,
)
from catalog.plan.kinds.template import UploadTemplate
from catalog.plan.kinds.version import CreateProvisioningArtifact, UpdateProvisioningArtifact
from catalog.publishing.desired import without_retired

VERSIONS = {f"1.{minor}.0": f"sha256:{minor}" + "0" * 63 for minor in range(3)}
ROLES = [Principal(PrincipalType.IAM, f"arn:aws:iam::123456789012:role/{name}") for name in ("one", "two")]
PRINCIPALS = [*ROLES, Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/app-*")]
OPTIONS = [TagOption("Environment", "prod"), TagOption("Environment", "dev"), TagOption("Service", "s3")]
SHARES = [
    PortfolioShare(ShareType.ACCOUNT, "210987654321"),
    PortfolioShare(ShareType.ORGANIZATION, "o-aaaabbbbcc"),
    PortfolioShare(ShareType.ORGANIZATION, "o-aaaabbbbcc", share_principals=True),
]
ASSOCIATIONS = (
    AssociateTagOptionWithResource
    | DisassociateTagOptionFromResource
    | AssociateBudgetWithResource
    | DisassociateBudgetFromResource
)
words = st.sampled_from(["a", "b"])
keys = st.sampled_from(["kms", "s3"])


def rule(value: str) -> dict[str, object]:
    return {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "P"}, value]}, "AssertDescription": value}]}


def by_type(items: Iterable[Constraint]) -> dict[str, Constraint]:
    return {item.type: item for item in items}


artifacts = st.builds(
    lambda name, words, active, guidance: ProvisioningArtifact(name, words, VERSIONS[name], active, guidance),
    st.sampled_from(list(VERSIONS)),
    words,
    st.booleans(),
    st.sampled_from(list(Guidance)),
)
products = st.lists(artifacts, min_size=1, max_size=3, unique_by=lambda artifact: artifact.name).map(
    lambda listed: tuple(sorted(listed, key=lambda artifact: artifact.name))
)
some_constraints = st.lists(
    st.one_of(
        st.builds(LaunchConstraint, local_role_name=words),
        st.builds(TemplateConstraint, st.dictionaries(words, words.map(rule), min_size=1)),
        st.builds(ResourceUpdateConstraint, st.booleans()),
    ),
    max_size=3,
).map(by_type)

budgets = st.frozensets(st.sampled_from([Budget("Keys"), Budget("Team")]))


@st.composite
def states(draw: st.DrawFn) -> CatalogState:
    """A catalogue of up to two products and two portfolios."""
    versions_by_key = draw(st.dictionaries(keys, products))
    held = st.sampled_from(sorted(versions_by_key)) if versions_by_key else st.nothing()
    portfolios = {}
    for key in draw(st.sets(st.sampled_from(["team", "other"]))):
        portfolios[key] = Portfolio(
            key,
            draw(words),
            "x",
            principals=draw(st.frozensets(st.sampled_from(PRINCIPALS))),
            tag_options=draw(st.frozensets(st.sampled_from(OPTIONS))),
            governed=draw(budgets),
            products={
                product: PortfolioProduct(product, items)
                for product, items in draw(st.dictionaries(held, some_constraints)).items()
            },
            shares=frozenset(draw(st.lists(st.sampled_from(SHARES), max_size=2, unique_by=lambda share: share.key))),
        )
    offered = st.frozensets(st.sampled_from(OPTIONS))
    made = {
        key: Product(key, key, draw(words), tag_options=draw(offered), governed=draw(budgets), artifacts=versions)
        for key, versions in versions_by_key.items()
    }
    options = {option for holder in portfolios.values() for option in holder.tag_options}
    options |= {option for holder in made.values() for option in holder.tag_options}
    return CatalogState(made, portfolios, {option: draw(st.booleans()) for option in sorted(options)})


@st.composite
def pairs(draw: st.DrawFn) -> tuple[CatalogState, CatalogState]:
    """(declared, observed)."""
    observed = draw(states())
    for option in draw(st.sets(st.sampled_from(OPTIONS))):
        if option not in observed.tag_options:
            observed = replace(observed, tag_options={**observed.tag_options, option: False})
    return without_retired(draw(states()), observed)[0], observed


class Held:
    """A catalogue in AWS to which changes are applied one by one."""

    def __init__(self, state: CatalogState) -> None:
        self.products = dict(state.products)
        self.portfolios = dict(state.portfolios)
        self.options = dict(state.tag_options)
        self.uploaded: set[str] = set()

    @property
    def state(self) -> CatalogState:
        return CatalogState(self.products, self.portfolios, self.options)

    def portfolio(self, key: str, **fields: Any) -> None:
        self.portfolios[key] = replace(self.portfolios[key], **fields)

    def held(self, address: Address) -> Product | Portfolio:
        kind, _, key = address.partition("/")
        return self.products[key] if kind == "product" else self.portfolios[key]

    def change(self, address: Address, **fields: Any) -> None:
        kind, _, key = address.partition("/")
        if kind == "portfolio":
            self.portfolio(key, **fields)
        else:
            self.products[key] = replace(self.products[key], **fields)

    def set_product(self, key: str, product: str, constraints: dict[str, Constraint] | None) -> None:
        portfolio_products = {**self.portfolios[key].products}
        if constraints is None:
            assert not portfolio_products[product].constraints, "constraints go first"
            del portfolio_products[product]
        else:
            portfolio_products[product] = PortfolioProduct(product, constraints)
        self.portfolio(key, products=portfolio_products)

    def apply(self, change: Change) -> None:
        """Make one change; an `AssertionError` or `KeyError` where AWS would refuse."""
        match change:
            case UploadTemplate():
                self.uploaded.add(change.digest)
            case CreateProduct(product=product):
                assert product.key not in self.products
                self.products[product.key] = replace(
                    product, tag_options=frozenset(), governed=frozenset(), artifacts=()
                )
                self.version(product.key, change.artifact)
            case UpdateProduct():
                product = self.products[change.address.split("/")[1]]
                self.products[product.key] = replace(product, owner=change.fields["Owner"])
            case CreateProvisioningArtifact():
                self.version(change.product, change.artifact)
            case UpdateProvisioningArtifact(artifact=artifact):
                product = self.products[change.product]
                assert product.artifact(artifact.name)
                versions = tuple(
                    artifact if published.name == artifact.name else published for published in product.artifacts
                )
                self.products[product.key] = replace(product, artifacts=versions)
            case CreatePortfolio(portfolio=portfolio):
                assert portfolio.key not in self.portfolios
                self.portfolios[portfolio.key] = Portfolio(
                    portfolio.key, portfolio.display_name, portfolio.provider_name
                )
            case UpdatePortfolio():
                self.portfolio(change.address.split("/")[1], display_name=change.fields["DisplayName"])
            case _ if change.address.startswith("portfolio/") and not isinstance(change, ASSOCIATIONS):
                self.apply_inside(change)
            case _:
                self.apply_account(change)

    def apply_account(self, change: Change) -> None:
        """One change of TagOptions or budgets, which are the account's."""
        match change:
            case CreateTagOption():
                assert change.tag_option not in self.options
                self.options[change.tag_option] = True
            case UpdateTagOption():
                assert self.options[change.tag_option] is False
                self.options[change.tag_option] = True
            case DeactivateTagOption():
                assert self.options[change.tag_option] is True
                self.options[change.tag_option] = False
            case AssociateTagOptionWithResource(resource=address, tag_option=option):
                assert option in self.options
                self.change(address, tag_options=self.held(address).tag_options | {option})
            case DisassociateTagOptionFromResource(resource=address, tag_option=option):
                assert option in self.held(address).tag_options
                self.change(address, tag_options=self.held(address).tag_options - {option})
            case AssociateBudgetWithResource(resource=address, budget=budget):
                self.change(address, governed=self.held(address).governed | {Budget(budget)})
            case DisassociateBudgetFromResource(resource=address, budget=budget):
                assert Budget(budget) in self.held(address).governed
                self.change(address, governed=self.held(address).governed - {Budget(budget)})
            case _:
                raise AssertionError(change)

    def version(self, key: str, artifact: ProvisioningArtifact) -> None:
        assert artifact.digest in self.uploaded
        product = self.products[key]
        assert not product.artifact(artifact.name)
        made = ProvisioningArtifact(artifact.name, artifact.description, artifact.digest)
        self.products[key] = replace(product, artifacts=(*product.artifacts, made))

    def apply_inside(self, change: Any) -> None:
        """One change inside a portfolio."""
        key, held = change.portfolio, self.portfolios[change.portfolio]
        match change:
            case AssociateProductWithPortfolio(product=product):
                assert product in self.products
                assert product not in held.products
                self.set_product(key, product, {})
            case DisassociateProductFromPortfolio(product=product):
                self.set_product(key, product, None)
            case CreateConstraint() | UpdateConstraint():
                known, kind = held.products[change.product].constraints, change.constraint.type
                assert (kind in known) is isinstance(change, UpdateConstraint)
                self.set_product(key, change.product, {**known, kind: change.constraint})
            case DeleteConstraint(product=product):
                kind = change.address.rpartition("/")[2].upper()
                known = dict(held.products[product].constraints)
                del known[kind]
                self.set_product(key, product, known)
            case AssociatePrincipalWithPortfolio(principal=principal):
                self.portfolio(key, principals=held.principals | {principal})
            case DisassociatePrincipalFromPortfolio(principal=principal):
                assert principal in held.principals
                self.portfolio(key, principals=held.principals - {principal})
            case CreatePortfolioShare(share=share) | UpdatePortfolioShare(share=share):
                assert any(existing.key == share.key for existing in held.shares) is isinstance(
                    change, UpdatePortfolioShare
                )
                self.portfolio(
                    key, shares=frozenset({existing for existing in held.shares if existing.key != share.key} | {share})
                )
            case DeletePortfolioShare(share=share):
                self.portfolio(key, shares=frozenset(existing for existing in held.shares if existing.key != share.key))
            case _:
                raise AssertionError(change)


def applied(observed: CatalogState, changes: Iterable[Change]) -> CatalogState:
    """The state of AWS after the changes."""
    held = Held(observed)
    for change in changes:
        held.apply(change)
    return held.state
