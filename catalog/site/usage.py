"""How many provisioned products are on which version, in the accounts that were asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.site.console_links import ConsoleLink, product_link

if TYPE_CHECKING:
    from catalog.lifecycle.usage import Usage


@dataclass(frozen=True, slots=True)
class VersionCount:
    """A version in an account and Region."""

    version: str
    state: str
    provisioned: int


@dataclass(frozen=True, slots=True)
class ProductUsage:
    """The use of one product in one account and Region."""

    account: str
    region: str
    product_id: str
    """Empty if it is not published there."""
    behind: int
    versions: tuple[VersionCount, ...]
    link: ConsoleLink | None = None
    """Its page in the console; None where there is none."""

    @property
    def provisioned(self) -> int:
        """The number of provisioned products."""
        return sum(version.provisioned for version in self.versions)


def usage_by_product(usages: Iterable[Usage], *, in_sandbox: bool = False) -> dict[str, tuple[ProductUsage, ...]]:
    """Product → its use in each account and Region. What is in the sandbox has no page in the console of AWS."""
    result: dict[str, tuple[ProductUsage, ...]] = {}
    for usage in usages:
        # Provisioned products of versions that AWS no longer lists count too.
        listed = {(version.version, version.state.value): version.provisioned for version in usage.versions}
        ids = {version.artifact_id for version in usage.versions}
        for launched in usage.launched:
            if launched.product.artifact_id not in ids:
                row = launched.version, launched.state.value
                listed[row] = listed.get(row, 0) + 1
        counts = tuple(VersionCount(version, state, number) for (version, state), number in listed.items())
        link = None if in_sandbox else product_link(usage.region, usage.account, usage.product_id)
        use = ProductUsage(usage.account, usage.region, usage.product_id, usage.behind, counts, link)
        result[usage.product] = (*result.get(usage.product, ()), use)
    return result
