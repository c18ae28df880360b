"""What is ours and no longer declared: what goes, in the order that AWS accepts, and what is kept, and why. Pure.

Who can launch loses that first, then the constraints go: the other way round the rules of a portfolio would be lifted
while people can still launch from it.
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
from catalog.plan.kinds.tag_option import DisassociateTagOptionFromResource
from catalog.plan.kinds.version import DeleteProvisioningArtifact
from catalog.plan.order import rank

PROTECTED = f"its tag {PROTECT_TAG} says so; to delete it, declare it once more with protect: false and publish"


@dataclass(frozen=True, slots=True)
class Declared:
    """What the repository still says, by key."""

    products: Mapping[str, frozenset[str]]
    """Product → its released versions."""
    portfolios: frozenset[str]
    ledgers: frozenset[str] = frozenset()
    """Products that still have a ledger of releases, whether or not their file is there."""
    elsewhere: frozenset[str] = frozenset()
    """Products that are declared for other targets alone."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something of ours that is not declared, and stays."""

    address: Address
    reason: str


@dataclass(frozen=True, slots=True)
class Pruning:
    """What goes and what stays; `ids` are those of AWS, by Address, that the changes need."""

    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    notices: tuple[str, ...] = ()
    ids: Mapping[Address, str] = field(default_factory=dict)


@dataclass(slots=True)
class Pruner:
    """Goes through what is not declared; gathers reasons to keep, and ids, on the way."""

    declared: Declared
    observed: CatalogState
    holdings: Holdings
    ids: dict[Address, str]
    force: bool = False
    """Take products of ours also out of portfolios that are not ours."""
    kept: list[Kept] = field(default_factory=list)

    def all(self) -> Iterator[Change]:
        """The changes, in no order; the same association may be met from both of its ends."""
        for key in sorted(set(self.observed.portfolios) - self.declared.portfolios):
            yield from self.portfolio(self.observed.portfolios[key])
        for key, product in sorted(self.observed.products.items()):
            if key in self.declared.products:
                yield from self.versions(product)
            else:
                yield from self.product(product)
        yield from self.actions()

    def portfolio(self, portfolio: Portfolio) -> Iterator[Change]:
        """A portfolio with all that is in it."""
        place = addresses.portfolio(portfolio.key)
        if PROTECT_TAG in portfolio.tags:
            self.kept.append(Kept(place, PROTECTED))
            return
        held = self.holdings.portfolios[self.ids[place]]
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
        for principal in sorted(portfolio.principals):  # also those that publish leaves alone
            yield disassociate_principal(portfolio.key, principal)
        for constraint in held.constraints:
            yield from self.constraint(portfolio.key, constraint)
        for product_id in held.product_ids:
            yield self.association(portfolio.key, product_id)
        yield DeletePortfolio(address=place, details=(f"{portfolio.display_name!r}, {held.id}",))

    def constraint(self, portfolio: str, held: HeldConstraint) -> Iterator[Change]:
        """A constraint that the observed state does not know: on another's product, or in another's portfolio."""
        if held.id not in self.ids.values():
            place = addresses.constraint(portfolio, self.product_key(held.product_id), held.id)
            self.ids[place] = held.id
            yield lift_other(portfolio, self.product_key(held.product_id), held.id, held.type)

    def product_key(self, product_id: str) -> str:
        """The key of a product of ours; for another's its id, which then stands for the key."""
        for place, aws_id in self.ids.items():
            if aws_id == product_id and place.startswith("product/"):
                return place.removeprefix("product/")
        self.ids[addresses.product(product_id)] = product_id
        return product_id

    def association(self, portfolio: str, product_id: str) -> Change:
        """A product out of a portfolio."""
        key = self.product_key(product_id)
        return disassociate_product(portfolio, key)

    def product(self, product: Product) -> Iterator[Change]:
        """A product with all its versions."""
        place = addresses.product(product.key)
        held = self.holdings.products[self.ids[place]]
        if reasons := tuple(self.reasons_to_keep(product, held)):
            self.kept.append(Kept(place, "; ".join(reasons)))
            return
        for portfolio_id in held.portfolio_ids:
            yield from self.leave(product.key, self.holdings.portfolios[portfolio_id])
        yield from (change for change in self.emptied(product) if not isinstance(change, UpdateProduct))
        yield from self.hanging(product.key, held.service_actions)
        versions = ", ".join(artifact.name for artifact in product.artifacts)
        yield DeleteProduct(address=place, details=(f"{product.name!r}, {held.id}, versions {versions}",))

    @staticmethod
    def emptied(product: Product) -> Iterator[Change]:
        """What takes everything off a product, but for its versions, which go with it."""
        bare = Product(product.key, product.name, product.owner)
        whole = replace(product, artifacts=())
        yield from diff(CatalogState(products={product.key: bare}), CatalogState(products={product.key: whole}))

    def reasons_to_keep(self, product: Product, held: ProductHoldings) -> Iterator[str]:
        """Why a product that nobody declares stays."""
        yield from told_reasons(product, self.declared.elsewhere, self.declared.ledgers)
        if launched := sum(held.provisioned.values()):
            yield f"{launched} provisioned product{'s' if launched > 1 else ''} of this account; terminate them first"
        foreign = [one for one in held.portfolio_ids if self.portfolio_key(one) is None]
        if foreign and not self.force:
            yield f"{', '.join(foreign)}, not ours, holds it; --force-disassociate takes it out"

    def portfolio_key(self, portfolio_id: str) -> str | None:
        """The key of a portfolio of ours."""
        for key in self.observed.portfolios:
            if self.ids[addresses.portfolio(key)] == portfolio_id:
                return key
        return None

    def leave(self, product: str, held: PortfolioHoldings) -> Iterator[Change]:
        """A product out of one portfolio, its constraints there first."""
        key = self.portfolio_key(held.id)
        if key is None:
            key = held.id
            self.ids[addresses.portfolio(key)] = held.id
        else:
            entry = self.observed.portfolios[key].products.get(product, PortfolioProduct(product))
            yield from lift_constraints(key, entry)
        product_id = self.ids[addresses.product(product)]
        for constraint in held.constraints:
            if constraint.product_id == product_id:
                yield from self.constraint(key, constraint)
        yield self.association(key, product_id)

    def versions(self, product: Product) -> Iterator[Change]:
        """Pre-releases of ours that publish made inactive; the last version of a product stays."""
        held = self.holdings.products.get(self.ids[addresses.product(product.key)])
        left = len(product.artifacts)
        for artifact in product.artifacts:
            if artifact.name in self.declared.products[product.key]:
                continue
            place = addresses.version(product.key, artifact.name)
            artifact_id = self.ids[place]
            if reason := self.reason_to_keep(artifact, artifact_id, held, last=left == 1):
                self.kept.append(Kept(place, reason))
                continue
            left -= 1
            if held:
                yield from self.hanging(product.key, [one for one in held.service_actions if one[0] == artifact_id])
            yield DeleteProvisioningArtifact(address=place, product=product.key, details=(artifact.digest,))

    def hanging(self, product: str, actions: Sequence[tuple[str, str]]) -> Iterator[Change]:
        """Service actions of versions that go, ours or not."""
        known = {aws_id: place for place, aws_id in self.ids.items()}
        for artifact_id, action_id in actions:
            version = known.get(artifact_id, addresses.version(product, artifact_id))
            action = known.get(action_id, addresses.service_action(product, action_id))
            self.ids[version], self.ids[action] = artifact_id, action_id
            yield disassociate_action(action, version)

    def actions(self) -> Iterator[Change]:
        """Service actions of products that go, or went before; then documents of ours that nothing runs any more."""
        kept = {one.address for one in self.kept}
        used = set()
        for place, action in sorted(self.observed.service_actions.items()):
            product = product_of(place)
            if product in self.declared.products or addresses.product(product) in kept:
                used.add(action.definition.get("Name", ""))
            else:
                yield from remove_service_action(place, action)
        for name in sorted(set(self.holdings.documents) - used):
            place = Address(f"document/{name}")
            if action_id := self.holdings.run_by_others.get(name):
                self.kept.append(Kept(place, f"service action {action_id}, not ours, runs it"))
            else:
                yield DeleteDocument(address=place, name=name)

    @staticmethod
    def reason_to_keep(
        artifact: ProvisioningArtifact, artifact_id: str, held: ProductHoldings | None, *, last: bool
    ) -> str:
        """Why a version that stands in no ledger stays; empty when it goes."""
        if not is_dev_version(artifact.name, artifact.digest):
            if artifact.digest and Version.is_valid(artifact.name):
                return "a released version; `active: false` in the ledger retires it, nothing deletes it"
            return "not made by publish"
        if artifact.active:
            return "a pre-release that is active; publish without --dev makes it inactive first"
        if last:
            return "the last version of the product"
        launched = held.provisioned.get(artifact_id, 0) if held else 0
        return f"provisioned products use it ({launched}); update or terminate them first" if launched else ""


def told_reasons(product: Product, elsewhere: Collection[str], ledgers: Collection[str]) -> Iterator[str]:
    """Why a product that is not declared here stays, as far as the repository and its own tags say."""
    if PROTECT_TAG in product.tags:
        yield PROTECTED
    if product.key in elsewhere:
        yield "the repository declares it, though not for this target"
    elif product.key in ledgers:
        yield f"its releases still stand in products/releases/{product.key}; delete that folder too"


def outlook(thing: Product | Portfolio, elsewhere: Collection[str] = (), ledgers: Collection[str] = ()) -> str:
    """What prune does with something that is not declared, as far as status and plan know: they do not read its use."""
    if isinstance(thing, Portfolio):
        kept = PROTECT_TAG in thing.tags
        return f"`catalog prune` keeps it: {PROTECTED}" if kept else "`catalog prune` deletes it"
    reasons = "; ".join(told_reasons(thing, elsewhere, ledgers))
    return f"`catalog prune` keeps it: {reasons}" if reasons else "`catalog prune` deletes it when it is unused"


def prune(
    declared: Declared,
    observed: CatalogState,
    ids: Mapping[Address, str],
    holdings: Holdings,
    *,
    force: bool = False,
) -> Pruning:
    """What goes and what is kept; the second run finds nothing to do."""
    pruner = Pruner(declared, observed, holdings, dict(ids), force)
    found: dict[tuple[type[Change], Address], Change] = {}
    for change in pruner.all():
        found.setdefault((type(change), change.address), change)
    ordered = tuple(replace(change, impact=Impact.DESTROYS) for change in sorted(found.values(), key=rank))
    return Pruning(ordered, tuple(pruner.kept), tuple(notices(ordered, observed)), pruner.ids)


def notices(found: Sequence[Change], observed: CatalogState) -> Iterator[str]:
    """What prune cannot know, or leaves on purpose."""
    gone = {change.address for change in found if isinstance(change, DeletePortfolio | DeleteProduct)}
    offering = {addresses.portfolio(key): one.tag_options for key, one in observed.portfolios.items()}
    offering |= {addresses.product(key): one.tag_options for key, one in observed.products.items()}
    left = {option for place, options in offering.items() if place not in gone for option in options}
    free = {change.tag_option for change in found if isinstance(change, DisassociateTagOptionFromResource)}
    if free - left:
        names = ", ".join(f"{option.key}={option.value}" for option in sorted(free - left))
        yield f"TagOptions belong to the account and bear no ownership: left as they are: {names}"
    if any(isinstance(change, DeleteProduct) for change in found):
        yield "what other accounts launched through shares cannot be seen from here"


def candidates(declared: Declared, observed: CatalogState) -> tuple[list[str], list[str]]:
    """(products, portfolios) by key whose holdings `prune` wants to know."""
    products = [
        key
        for key, product in sorted(observed.products.items())
        if key not in declared.products
        or any(
            one.name not in declared.products[key] and is_dev_version(one.name, one.digest) for one in product.artifacts
        )
    ]
    return products, sorted(set(observed.portfolios) - declared.portfolios)
