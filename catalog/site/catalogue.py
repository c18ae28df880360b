"""`site_of`: the whole catalogue as values, of which pages are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.check.lint_cache import LintCache
from catalog.check.run import Content, check
from catalog.releases import find_release
from catalog.review.sides import Side
from catalog.site.history import SiteChange, site_changes
from catalog.site.portfolios import SiteImport, SitePortfolio, site_imports, site_portfolios
from catalog.site.principals import LaunchGroup, launch_groups
from catalog.site.products import SiteProduct, site_product
from catalog.site.roles import SiteRole, site_roles
from catalog.site.usage import ProductUsage

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Site:
    """What a catalogue offers."""

    title: str
    owner: str
    products: tuple[SiteProduct, ...]
    portfolios: tuple[SitePortfolio, ...]
    imports: tuple[SiteImport, ...]
    groups: tuple[LaunchGroup, ...]
    roles: Mapping[str, SiteRole]
    changes: tuple[SiteChange, ...]
    with_usage: bool = False
    """Whether accounts were asked."""

    def product(self, key: str) -> SiteProduct | None:
        """The product with this key; None for one of another account."""
        return next((product for product in self.products if product.key == key), None)

    def portfolio(self, key: str) -> SitePortfolio | None:
        """The portfolio with this key."""
        return next((portfolio for portfolio in self.portfolios if portfolio.key == key), None)

    def imported(self, key: str) -> SiteImport | None:
        """The portfolio of another account with this key."""
        return next((each for each in self.imports if each.key == key), None)


def site_of(
    side: Side,
    *,
    title: str = "",
    usage: Mapping[str, tuple[ProductUsage, ...]] | None = None,
    cache: LintCache | None = None,
    step: Step = lambda _: None,
) -> Site:
    """The site of an offer; with `usage`, also how many use which version."""
    if cache is not None:
        step("running cfn-lint and the controls")
        lint(side, cache)
    step("portfolios and launch roles")
    portfolios, imports = site_portfolios(side), site_imports(side)
    roles = site_roles(side)
    products = []
    for key in ordered(side):
        step(f"product {key}")
        used = tuple(name for name, role in roles.items() if key in role.products)
        products.append(site_product(key, side, used, (usage or {}).get(key, ()), cache))
    return Site(
        title or f"Catalogue of {side.config.owner}",
        side.config.owner,
        tuple(products),
        portfolios,
        imports,
        launch_groups(portfolios, imports),
        roles,
        site_changes(side),
        usage is not None,
    )


def lint(side: Side, cache: LintCache) -> None:
    """Keep the findings about all versions that are shown: together, in several processes, and not one by one."""
    versions = [
        release
        for key, releases in side.releases.items()
        if (release := find_release(releases, side.rendered[key].version))
    ]
    check(Content(side.catalog, versions), date.min, cache=cache)  # evidence has a date of its own


def ordered(side: Side) -> Iterable[str]:
    """The keys of the products, by name."""
    products = side.catalog.products
    return sorted(products, key=lambda key: (products[key].name.casefold(), key))
