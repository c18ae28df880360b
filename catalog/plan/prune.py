"""`prune`: which objects of ours go because they are no longer declared, and why others stay. Pure.

Each kind derives its deletions from that (plan/kinds/), and the order is the one that AWS accepts. Launch access is
deleted before the constraints: in the other order, people could launch without the rules of a portfolio in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.holdings import Holdings, ProductHoldings
from catalog.model.portfolio import Portfolio
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import PROTECT_TAG, CatalogState
from catalog.model.version import is_dev_version
from catalog.plan.changes import Change, Impact
from catalog.plan.diff import diff
from catalog.plan.order import rank
from catalog.plan.parts import PRUNES
from catalog.plan.removal import Kept, Removal

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
class Pruning:
    """The deletions, and the objects that stay; `ids` are the AWS ids that the changes need, by Address."""

    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    notices: tuple[str, ...] = ()
    ids: Mapping[Address, str] = field(default_factory=dict)


@dataclass(slots=True)
class Pruner:
    """Decides what goes; collects the objects to keep, with their reasons."""

    declared: DeclaredKeys
    observed: CatalogState
    holdings: Holdings
    ids: Mapping[Address, str]
    force: bool = False
    """Also remove products of ours from portfolios that are not ours."""
    kept: list[Kept] = field(default_factory=list)

    def removal(self) -> Removal:
        """The portfolios, products and versions that go."""
        portfolios = [
            portfolio
            for key, portfolio in sorted(self.observed.portfolios.items())
            if key not in self.declared.portfolios
            and self.goes(addresses.portfolio(key), [PROTECTED] if PROTECT_TAG in portfolio.tags else [])
        ]
        products: list[Product] = []
        versions: list[tuple[str, ProvisioningArtifact]] = []
        for key, product in sorted(self.observed.products.items()):
            if key in self.declared.products:
                versions += ((key, artifact) for artifact in self.versions(product))
            elif self.goes(addresses.product(key), self.product_reasons(product)):
                products.append(product)
        staying = {*self.declared.products, *self.observed.products} - {product.key for product in products}
        ids = dict(self.ids)
        return Removal(
            self.observed, self.holdings, ids, tuple(portfolios), tuple(products), tuple(versions), frozenset(staying)
        )

    def goes(self, address: Address, reasons: Iterable[str]) -> bool:
        """Whether nothing keeps an object."""
        reason = "; ".join(reasons)
        if reason:
            self.kept.append(Kept(address, reason))
        return not reason

    def product_reasons(self, product: Product) -> Iterator[str]:
        """Why a product that is not declared stays."""
        held = self.holdings.products[self.ids[addresses.product(product.key)]]
        yield from declared_reasons(product, self.declared.elsewhere, self.declared.ledgers)
        if launched := sum(held.provisioned.values()):
            yield f"{launched} provisioned product{'s' if launched > 1 else ''} of this account; terminate them first"
        ours = {self.ids[addresses.portfolio(key)] for key in self.observed.portfolios}
        foreign = [portfolio_id for portfolio_id in held.portfolio_ids if portfolio_id not in ours]
        if foreign and not self.force:
            yield f"it is in {', '.join(foreign)}, not ours; --force-disassociate removes it there"

    def versions(self, product: Product) -> Iterator[ProvisioningArtifact]:
        """Pre-releases of ours that publish made inactive; the last version of a product stays."""
        held = self.holdings.products.get(self.ids[addresses.product(product.key)])
        remaining = len(product.artifacts)
        for artifact in product.artifacts:
            if artifact.name in self.declared.products[product.key]:
                continue
            address = addresses.version(product.key, artifact.name)
            if self.goes(address, version_reasons(artifact, self.ids[address], held, last=remaining == 1)):
                remaining -= 1
                yield artifact


def version_reasons(
    artifact: ProvisioningArtifact, artifact_id: str, held: ProductHoldings | None, *, last: bool
) -> Iterator[str]:
    """Why a version that is in no ledger stays."""
    if not is_dev_version(artifact.name, artifact.digest):
        retire = "a released version, which is never deleted; `active: false` in the ledger retires it"
        yield retire if artifact.digest else "not created by publish"
    elif artifact.active:
        yield "an active pre-release; publish without --dev first, which makes it inactive"
    elif last:
        yield "the last version of the product"
    elif launched := held.provisioned.get(artifact_id, 0) if held else 0:
        yield f"provisioned products use it ({launched}); update or terminate them first"


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
    pruner = Pruner(declared, observed, holdings, ids, force)
    removal, kept = pruner.removal(), pruner.kept
    changes: dict[tuple[type[Change], Address], Change] = {}
    for item in chain(emptying(removal), *(part(removal) for part in PRUNES)):
        if isinstance(item, Kept):
            kept.append(item)
        else:
            changes.setdefault((type(item), item.address), item)
    ordered = tuple(replace(change, impact=Impact.DESTROYS) for change in sorted(changes.values(), key=rank))
    return Pruning(ordered, tuple(kept), tuple(notices(removal)), removal.ids)


def emptying(removal: Removal) -> Iterator[Change]:
    """Remove principals, shares, TagOptions and budgets: as `diff` does when a portfolio or product declares none."""
    for portfolio in removal.portfolios:
        bare = Portfolio(
            portfolio.key, portfolio.display_name, portfolio.provider_name, portfolio.description, portfolio.tags
        )
        whole = replace(portfolio, products={})
        yield from diff(CatalogState(portfolios={portfolio.key: bare}), CatalogState(portfolios={portfolio.key: whole}))
    for product in removal.products:
        unversioned = replace(product, artifacts=())
        stripped = replace(unversioned, tag_options=frozenset(), governed=frozenset())
        yield from diff(
            CatalogState(products={product.key: stripped}), CatalogState(products={product.key: unversioned})
        )


def notices(removal: Removal) -> Iterator[str]:
    """What prune cannot see, or deliberately keeps."""
    going: tuple[Portfolio | Product, ...] = (*removal.portfolios, *removal.products)
    resources: tuple[Portfolio | Product, ...] = (
        *removal.observed.portfolios.values(),
        *removal.observed.products.values(),
    )
    used = {option for resource in resources if resource not in going for option in resource.tag_options}
    if unused := {option for resource in going for option in resource.tag_options} - used:
        names = ", ".join(f"{option.key}={option.value}" for option in sorted(unused))
        yield f"TagOptions belong to the account and have no owner, so they stay: {names}"
    if removal.products:
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
