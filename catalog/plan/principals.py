"""Differences between principals, also of portfolios that another account shares. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from catalog.model import addresses
from catalog.model.portfolio import Principal, PrincipalType
from catalog.model.state import CatalogState
from catalog.plan.changes import (
    AssociatePrincipalWithPortfolio,
    Change,
    DisassociatePrincipalFromPortfolio,
    Effect,
)


def diff_principals(
    portfolio: str, desired: Collection[Principal], observed: Collection[Principal], *, refresh: bool = False
) -> Iterator[Change]:
    """Principals by (type, ARN). What goes is named as AWS lists it, not as somebody once declared it.

    What is left of deleted roles is taken away with `refresh` only, and then those of type IAM are associated anew.
    """
    for principal in sorted({*desired} - {*observed}):
        yield associate(portfolio, principal)
    if refresh:
        for principal in sorted({*desired} & {*observed}):
            if principal.type is PrincipalType.IAM:
                yield associate(portfolio, principal, anew=True)
    for principal in sorted({*observed} - {*desired}):
        if refresh or not principal.dead:
            yield disassociate(portfolio, principal)


def associate(portfolio: str, principal: Principal, *, anew: bool = False) -> Change:
    """Let a principal launch; `anew` also when AWS lists it, for it may list a role that was made again since."""
    return AssociatePrincipalWithPortfolio(
        address=addresses.principal(portfolio, principal.type, principal.arn),
        effect=Effect.WIDENS_ACCESS,
        portfolio=portfolio,
        principal=principal,
        anew=anew,
        details=("anew: whoever bears the name today",) if anew else (),
    )


def disassociate(portfolio: str, principal: Principal) -> Change:
    """Take a principal away; a dead one gave nobody anything."""
    return DisassociatePrincipalFromPortfolio(
        address=addresses.principal(portfolio, principal.type, principal.arn),
        effect=Effect.SAFE if principal.dead else Effect.DESTRUCTIVE,
        portfolio=portfolio,
        principal=principal,
        details=("what is left of a role, user or group that was deleted",) if principal.dead else (),
    )


def dead_in(observed: CatalogState) -> Iterator[str]:
    """A notice for each portfolio that has something left of deleted roles, users and groups."""
    principals = {key: one.principals for key, one in observed.portfolios.items()}
    principals |= {key: one.principals for key, one in observed.imports.items()}
    for key in sorted(principals):
        if dead := sorted(principal.arn for principal in principals[key] if principal.dead):
            yield (
                f"portfolio/{key} has dead principals {', '.join(dead)}: what is left of roles, users or groups that "
                "were deleted; `catalog publish --refresh-principals` takes them away"
            )
