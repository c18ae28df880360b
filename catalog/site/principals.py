"""What each principal can launch: through the portfolios that name it, and those with a pattern that fits it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.model.portfolio import Principal, PrincipalType
from catalog.plan.kinds.principal import is_matched, kind_of_pattern
from catalog.site.portfolios import SiteImport, SitePortfolio


@dataclass(frozen=True, slots=True)
class LaunchGroup:
    """Principals that can launch from the same portfolios."""

    principals: tuple[Principal, ...]
    portfolios: tuple[SitePortfolio, ...]
    imports: tuple[SiteImport, ...]

    @property
    def products(self) -> tuple[tuple[str, str, tuple[SitePortfolio, ...]], ...]:
        """(key, name, the portfolios through which it can be launched) of each product, by name."""
        names: dict[str, str] = {}
        through: dict[str, list[SitePortfolio]] = {}
        for portfolio in self.portfolios:
            for offer in portfolio.offers:
                names[offer.key] = offer.name
                through.setdefault(offer.key, []).append(portfolio)
        ordered = sorted(names, key=lambda key: (names[key].casefold(), key))
        return tuple((key, names[key], tuple(through[key])) for key in ordered)


def launch_groups(portfolios: Sequence[SitePortfolio], imports: Sequence[SiteImport]) -> tuple[LaunchGroup, ...]:
    """The principals of all portfolios, those with the same portfolios together."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Principal]] = {}
    listed = [*(each.principals for each in portfolios), *(each.principals for each in imports)]
    for principal in sorted({principal for principals in listed for principal in principals}):
        own = tuple(portfolio.key for portfolio in portfolios if reaches(portfolio.principals, principal))
        other = tuple(each.key for each in imports if reaches(each.principals, principal))
        groups.setdefault((own, other), []).append(principal)
    by_key = {portfolio.key: portfolio for portfolio in portfolios}
    imported = {each.key: each for each in imports}
    return tuple(
        LaunchGroup(tuple(members), tuple(by_key[key] for key in own), tuple(imported[key] for key in other))
        for (own, other), members in groups.items()
    )


def reaches(listed: Sequence[Principal], principal: Principal) -> bool:
    """Whether a portfolio with these principals lets a principal launch: by its ARN, or by a pattern that fits it."""
    return principal in listed or any(fits(pattern, principal) for pattern in patterns(listed))


def patterns(listed: Sequence[Principal]) -> Iterator[Principal]:
    """The patterns among the principals."""
    return (each for each in listed if each.type is PrincipalType.IAM_PATTERN)


def fits(pattern: Principal, principal: Principal) -> bool:
    """Whether a pattern reaches a role, user or group. Patterns are not compared with patterns."""
    if principal.type is not PrincipalType.IAM:
        return False
    name = principal.arn.rpartition(":")[2].partition("/")[2]
    return kind_of_pattern(pattern.arn) == kind_of_pattern(principal.arn) and is_matched(pattern.arn, name)
