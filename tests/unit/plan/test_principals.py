"""Case G6: a portfolio or import whose patterns match nobody."""

from __future__ import annotations

import pytest

from catalog.model.portfolio import Portfolio, Principal, PrincipalType
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import CatalogState
from catalog.plan.kinds.principal import is_matched, unmatched_patterns

ROLE = Principal(PrincipalType.IAM, "arn:aws:iam::123456789012:role/app")
DEV = Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/dev-*")
USERS = Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::user/team/*")
SHARE = PortfolioShare(ShareType.ACCOUNT, "210987654321")


def notices(*principals: Principal, shared: bool = False, **identities: set[str] | None) -> list[str]:
    shares = frozenset({SHARE}) if shared else frozenset()
    portfolio = Portfolio("team", "Team", "x", principals=frozenset(principals), shares=shares)
    return list(unmatched_patterns(CatalogState(portfolios={"team": portfolio}), identities.get))


def test_patterns_that_match_nobody_are_named() -> None:
    (notice,) = notices(DEV, USERS, role={"prod-app"}, user={"ann"})
    assert notice.startswith("portfolio/team: nobody can launch from it: no identity of this account matches ")
    assert notice.endswith(" arn:aws:iam:::role/dev-*, arn:aws:iam:::user/team/*")


@pytest.mark.parametrize("identities", [{"role": {"dev-app"}}, {"role": set(), "user": {"team/ann"}}])
def test_one_match_is_enough(identities: dict[str, set[str]]) -> None:
    assert notices(DEV, USERS, **{"role": set(), "user": set(), **identities}) == []


def test_nothing_is_said_without_certainty() -> None:
    assert notices(DEV, role=None) == []
    assert notices(DEV, ROLE, role=set()) == []
    assert notices(DEV, shared=True, role=set()) == []
    assert notices() == []


@pytest.mark.parametrize(
    ("pattern", "name", "matched"),
    [
        ("role/dev-*", "dev-app", True),
        ("role/dev-*", "path/dev-app", False),
        ("role/*dev", "a/path/to/dev", True),
        ("role/app-?", "app-1", True),
        ("role/app-?", "app-", True),
        ("role/app-?", "app-12", False),
        ("role/a.b", "aXb", False),
    ],
)
def test_a_pattern_matches_as_in_aws(pattern: str, name: str, matched: bool) -> None:
    assert is_matched(f"arn:aws:iam:::{pattern}", name) is matched
