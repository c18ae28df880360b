"""`prune`: the deletion of objects of ours that are no longer declared, in the order that AWS accepts. Pure.

Launch access is deleted before the constraints. In the other order, people could launch without the rules of a
portfolio in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from semver import Version

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.holdings import HeldConstraint, Holdings, PortfolioHoldings, ProductHoldings
from catalog.model.portfolio import Portfolio, PortfolioProduct
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.service_action import product_of
from catalog.model.state import PROTECT_TAG, CatalogState
from catalog.model.version import is_dev_version
from catalog.plan.changes import Change, Impact
from catalog.plan.diff import diff
from catalog.plan.kinds.association import disassociate_product
from catalog.plan.kinds.constraint import lift_constraints, lift_other
from catalog.plan.kinds.portfolio import DeletePortfolio
from catalog.plan.kinds.principal import disassociate as disassociate_principal
from catalog.plan.kinds.product import DeleteProduct, UpdateProduct
from catalog.plan.kinds.service_action import DeleteDocument, remove_service_action
from catalog.plan.kinds.service_action import disassociate as disassociate_action
from catalog.plan.kinds.tag_option import DisassociateTagOptionFromResource, offered
from catalog.plan.kinds.version import DeleteProvisioningArtifact
from catalog.plan.order import rank

PROTECTED = f"its tag {PROTECT_TAG} protects it; to delete it, declare it again with protect: false and publish"


@dataclass(frozen=True, slots=True)
class DeclaredKeys:
    """The products and portfolios that the repository still declares, by key."""

    products: Mapping[str, frozenset[str]]
    """Product → its released versions."""
    portfolios: frozenset[str]
    ledgers: frozenset[str] = frozenset()
    """Products that still have a ledger of releases, with or without a product file."""
    elsewhere: frozenset[str] = frozenset()
    """Products that are declared only for other targets."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An object of ours that is not declared and stays."""

    address: Address
    reason: str


@dataclass(frozen=True, slots=True)
class Pruning:
    """The deletions, and the objects that stay; `ids` are the AWS ids that the changes need, by Address."""

    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    notices: tuple[str, ...] = ()
    ids: Mapping[Address, str] = field(default_factory=dict)


@dataclass(slots=True)
class Pruner:
    """Derives the deletions; collects AWS ids, and the objects to keep with their reasons."""

    declared: DeclaredKeys
    observed: CatalogState
    holdings: Holdings
    ids: dict[Address, str]
    force: bool = False
    """Also remove products of ours from portfolios that are not ours."""
    kept: list[Kept] = field(default_factory=list)

    def changes(self) -> Iterator[Change]:
        """The changes, unordered; an association may occur twice, for its portfolio and for its product."""
        for key in sorted(set(self.observed.portfolios) - self.declared.portfolios):
            yield from self.portfolio_changes(self.observed.portfolios[key])
        for key, product in sorted(self.observed.products.items()):
            if key in self.declared.products:
                yield from self.version_changes(product)
            else:
                yield from self.product_changes(product)
        yield from self.service_action_changes()

    def portfolio_changes(self, portfolio: Portfolio) -> Iterator[Change]:
        """Delete a portfolio and everything in it."""
        address = addresses.portfolio(portfolio.key)
        if PROTECT_TAG in portfolio.tags:
            self.kept.append(Kept(address, PROTECTED))
            return
        held = self.holdings.portfolios[self.ids[address]]
        empty = Portfolio(
            portfolio.key,
            portfolio.display_name,
            portfolio.provider_name,
            portfolio.description,
            portfolio.tags,
        )
        yield from diff(
            CatalogState(portfolios={portfolio.key: empty}), CatalogState(portfolios={portfolio.key: portfolio})
        )
        for principal in sorted(portfolio.principals):  # also the dead ones, which publish does not remove
            yield disassociate_principal(portfolio.key, principal)
        for constraint in held.constraints:
            yield from self.constraint_changes(portfolio.key, constraint)
        for product_id in held.product_ids:
            yield self.disassociation(portfolio.key, product_id)
        yield DeletePortfolio(address=address, details=(f"{portfolio.display_name!r}, {held.id}",))

    def constraint_changes(self, portfolio: str, held: HeldConstraint) -> Iterator[Change]:
        """Delete a constraint that the observed state lacks: on a product, or in a portfolio, that is not ours."""
        if held.id not in self.ids.values():
            address = addresses.constraint(portfolio, self.product_key(held.product_id), held.id)
            self.ids[address] = held.id
            yield lift_other(portfolio, self.product_key(held.product_id), held.id, held.type)

    def product_key(self, product_id: str) -> str:
        """The key of a product of ours. For any other product, its id is used as the key."""
        for address, aws_id in self.ids.items():
            if aws_id == product_id and address.startswith("product/"):
                return address.removeprefix("product/")
        self.ids[addresses.product(product_id)] = product_id
        return product_id

    def disassociation(self, portfolio: str, product_id: str) -> Change:
        """Remove a product from a portfolio."""
        return disassociate_product(portfolio, self.product_key(product_id))

    def product_changes(self, product: Product) -> Iterator[Change]:
        """Delete a product and all its versions."""
        address = addresses.product(product.key)
        held = self.holdings.products[self.ids[address]]
        if reasons := tuple(self.product_reasons(product, held)):
            self.kept.append(Kept(address, "; ".join(reasons)))
            return
        for portfolio_id in held.portfolio_ids:
            yield from self.association_changes(product.key, self.holdings.portfolios[portfolio_id])
        yield from (change for change in self.emptying_changes(product) if not isinstance(change, UpdateProduct))
        yield from self.service_action_disassociations(product.key, held.service_actions)
        versions = ", ".join(artifact.name for artifact in product.artifacts)
        yield DeleteProduct(address=address, details=(f"{product.name!r}, {held.id}, versions {versions}",))

    @staticmethod
    def emptying_changes(product: Product) -> Iterator[Change]:
        """Remove everything from a product except its versions, which are deleted with it."""
        bare = Product(product.key, product.name, product.owner)
        whole = replace(product, artifacts=())
        yield from diff(CatalogState(products={product.key: bare}), CatalogState(products={product.key: whole}))

    def product_reasons(self, product: Product, held: ProductHoldings) -> Iterator[str]:
        """Why a product that is not declared stays."""
        yield from declared_reasons(product, self.declared.elsewhere, self.declared.ledgers)
        if launched := sum(held.provisioned.values()):
            yield f"{launched} provisioned product{'s' if launched > 1 else ''} of this account; terminate them first"
        foreign = [portfolio_id for portfolio_id in held.portfolio_ids if self.portfolio_key(portfolio_id) is None]
        if foreign and not self.force:
            yield f"it is in {', '.join(foreign)}, not ours; --force-disassociate removes it there"

    def portfolio_key(self, portfolio_id: str) -> str | None:
        """The key of a portfolio of ours."""
        for key in self.observed.portfolios:
            if self.ids[addresses.portfolio(key)] == portfolio_id:
                return key
        return None

    def association_changes(self, product: str, held: PortfolioHoldings) -> Iterator[Change]:
        """Remove a product from one portfolio, after its constraints there."""
        key = self.portfolio_key(held.id)
        if key is None:
            key = held.id
            self.ids[addresses.portfolio(key)] = held.id
        else:
            portfolio_product = self.observed.portfolios[key].products.get(product, PortfolioProduct(product))
            yield from lift_constraints(key, portfolio_product)
        product_id = self.ids[addresses.product(product)]
        for constraint in held.constraints:
            if constraint.product_id == product_id:
                yield from self.constraint_changes(key, constraint)
        yield self.disassociation(key, product_id)

    def version_changes(self, product: Product) -> Iterator[Change]:
        """Delete pre-releases of ours that publish made inactive; the last version of a product stays."""
        held = self.holdings.products.get(self.ids[addresses.product(product.key)])
        remaining = len(product.artifacts)
        for artifact in product.artifacts:
            if artifact.name in self.declared.products[product.key]:
                continue
            address = addresses.version(product.key, artifact.name)
            artifact_id = self.ids[address]
            if reason := self.version_reason(artifact, artifact_id, held, last=remaining == 1):
                self.kept.append(Kept(address, reason))
                continue
            remaining -= 1
            if held:
                of_version = [pair for pair in held.service_actions if pair[0] == artifact_id]
                yield from self.service_action_disassociations(product.key, of_version)
            yield DeleteProvisioningArtifact(address=address, product=product.key, details=(artifact.digest,))

    def service_action_disassociations(self, product: str, offered: Sequence[tuple[str, str]]) -> Iterator[Change]:
        """Remove service actions, ours or not, from versions that are deleted."""
        addresses_by_id = {aws_id: address for address, aws_id in self.ids.items()}
        for artifact_id, action_id in offered:
            version = addresses_by_id.get(artifact_id, addresses.version(product, artifact_id))
            action = addresses_by_id.get(action_id, addresses.service_action(product, action_id))
            self.ids[version], self.ids[action] = artifact_id, action_id
            yield disassociate_action(action, version)

    def service_action_changes(self) -> Iterator[Change]:
        """Delete the service actions of deleted products, then documents of ours that no service action still runs."""
        kept = {each.address for each in self.kept}
        used = set()
        for address, action in sorted(self.observed.service_actions.items()):
            product = product_of(address)
            if product in self.declared.products or addresses.product(product) in kept:
                used.add(action.definition.get("Name", ""))
            else:
                yield from remove_service_action(address, action)
        for name in sorted(set(self.holdings.documents) - used):
            address = Address(f"document/{name}")
            if action_id := self.holdings.run_by_others.get(name):
                self.kept.append(Kept(address, f"service action {action_id}, not ours, runs it"))
            else:
                yield DeleteDocument(address=address, name=name)

    @staticmethod
    def version_reason(
        artifact: ProvisioningArtifact, artifact_id: str, held: ProductHoldings | None, *, last: bool
    ) -> str:
        """Why a version that is in no ledger stays; empty when it is deleted."""
        if not is_dev_version(artifact.name, artifact.digest):
            if artifact.digest and Version.is_valid(artifact.name):
                return "a released version, which is never deleted; `active: false` in the ledger retires it"
            return "not created by publish"
        if artifact.active:
            return "an active pre-release; publish without --dev first, which makes it inactive"
        if last:
            return "the last version of the product"
        launched = held.provisioned.get(artifact_id, 0) if held else 0
        return f"provisioned products use it ({launched}); update or terminate them first" if launched else ""


def declared_reasons(product: Product, elsewhere: Collection[str], ledgers: Collection[str]) -> Iterator[str]:
    """Why a product that is not declared stays, as far as the repository and the product's tags say."""
    if PROTECT_TAG in product.tags:
        yield PROTECTED
    if product.key in elsewhere:
        yield "the repository declares it for another target"
    elif product.key in ledgers:
        yield f"its releases are still in products/releases/{product.key}; delete that folder too"


def outlook(resource: Product | Portfolio, elsewhere: Collection[str] = (), ledgers: Collection[str] = ()) -> str:
    """What prune would do with an object that is not declared, as far as status and plan know."""
    if isinstance(resource, Portfolio):
        kept = PROTECT_TAG in resource.tags
        return f"`catalog prune` keeps it: {PROTECTED}" if kept else "`catalog prune` deletes it"
    reasons = "; ".join(declared_reasons(resource, elsewhere, ledgers))
    return f"`catalog prune` keeps it: {reasons}" if reasons else "`catalog prune` deletes it when it is unused"


def prune(
    declared: DeclaredKeys,
    observed: CatalogState,
    ids: Mapping[Address, str],
    holdings: Holdings,
    *,
    force: bool = False,
) -> Pruning:
    """The deletions and the objects to keep. A second run finds nothing to delete."""
    pruner = Pruner(declared, observed, holdings, dict(ids), force)
    changes: dict[tuple[type[Change], Address], Change] = {}
    for change in pruner.changes():
        changes.setdefault((type(change), change.address), change)
    ordered = tuple(replace(change, impact=Impact.DESTROYS) for change in sorted(changes.values(), key=rank))
    return Pruning(ordered, tuple(pruner.kept), tuple(notices(ordered, observed)), pruner.ids)


def notices(changes: Sequence[Change], observed: CatalogState) -> Iterator[str]:
    """What prune cannot see, or deliberately keeps."""
    deleted = {change.address for change in changes if isinstance(change, DeletePortfolio | DeleteProduct)}
    used = {option for address, options in offered(observed).items() if address not in deleted for option in options}
    released = {change.tag_option for change in changes if isinstance(change, DisassociateTagOptionFromResource)}
    if unused := released - used:
        names = ", ".join(f"{option.key}={option.value}" for option in sorted(unused))
        yield f"TagOptions belong to the account and have no owner, so they stay: {names}"
    if any(isinstance(change, DeleteProduct) for change in changes):
        yield "provisioned products of other accounts, launched through shares, cannot be seen from this account"


def candidates(declared: DeclaredKeys, observed: CatalogState) -> tuple[list[str], list[str]]:
    """Keys of the (products, portfolios) whose holdings `prune` needs to read."""
    products = [
        key
        for key, product in sorted(observed.products.items())
        if key not in declared.products
        or any(
            artifact.name not in declared.products[key] and is_dev_version(artifact.name, artifact.digest)
            for artifact in product.artifacts
        )
    ]
    return products, sorted(set(observed.portfolios) - declared.portfolios)
