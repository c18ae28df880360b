"""Principals: who may launch from a portfolio, of this account or shared by another."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from catalog.model import addresses
from catalog.model.portfolio import Principal, PrincipalType
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change, change_base
from catalog.plan.json_values import as_json
from catalog.plan.operations import Operation, needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts, part_of_prune
from catalog.plan.removal import Removal

needs_permission(
    *servicecatalog("plan", "principals of portfolios", "ListPrincipalsForPortfolio"),
    *servicecatalog(
        "publish",
        "principals of portfolios",
        "AssociatePrincipalWithPortfolio",
        "DisassociatePrincipalFromPortfolio",
    ),
    *(
        Operation(
            f"iam:List{kind}",
            "plan",
            "whether anybody can launch from a portfolio that has only patterns; without it, plan does not say",
        )
        for kind in ("Groups", "Roles", "Users")
    ),
)


@change_base
class PrincipalChange(Change):
    """A change of who may launch from a portfolio."""

    portfolio: str
    principal: Principal

    @property
    def subject(self) -> str:
        """The principal."""
        return in_words(self.principal)


@change
class AssociatePrincipalWithPortfolio(PrincipalChange):
    """Let a principal launch from a portfolio."""

    LABEL = "may launch"

    launch_impact: LaunchImpact = LaunchImpact.OPENS
    again: bool = False
    """Remove the association first: it may belong to a deleted role of the same name."""

    @property
    def listing(self) -> str:
        """The principals of the portfolio."""
        return f"principals of {addresses.portfolio(self.portfolio)}"


@change
class DisassociatePrincipalFromPortfolio(PrincipalChange):
    """No longer let a principal launch from a portfolio."""

    LABEL = "may no longer launch"

    launch_impact: LaunchImpact = LaunchImpact.CLOSES


def in_words(principal: Principal) -> str:
    """An ARN, or `every role/dev-*` for a pattern."""
    if principal.type is PrincipalType.IAM_PATTERN:
        return f"every {principal.arn.rpartition(':')[2]}"
    return principal.arn


@part_of_diff
def diff_principals(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """The principals of each portfolio of ours, then those that this account associates with each import."""
    for key, portfolio in desired.portfolios.items():
        observed_portfolio = observed.portfolios.get(key)
        yield from diff_listed(
            key, portfolio.principals, observed_portfolio.principals if observed_portfolio else (), refresh=refresh
        )
    for key, declared in desired.imports.items():
        imported = observed.imports.get(key)
        listed = imported.principals if imported else frozenset()
        inherited = imported.inherited if imported else frozenset()
        # This account cannot remove a pattern that came with the share.
        removable = listed - (inherited - declared.principals)
        yield from diff_listed(key, declared.principals, removable, refresh=refresh)


def diff_listed(
    portfolio: str, desired: Collection[Principal], observed: Collection[Principal], *, refresh: bool = False
) -> Iterator[Change]:
    """Changes between the principals of a portfolio, compared by (type, ARN).

    Dead principals are removed only with `refresh`; it also associates principals of type IAM again.
    """
    for principal in sorted({*desired} - {*observed}):
        yield associate(portfolio, principal)
    if refresh:
        for principal in sorted({*desired} & {*observed}):
            if principal.type is PrincipalType.IAM:
                yield associate(portfolio, principal, again=True)
    for principal in sorted({*observed} - {*desired}):
        if refresh or not principal.dead:
            yield disassociate(portfolio, principal)


def associate(portfolio: str, principal: Principal, *, again: bool = False) -> Change:
    """Let a principal launch. `again` also when AWS lists it: the association may belong to a deleted role."""
    return AssociatePrincipalWithPortfolio(
        address=addresses.principal(portfolio, principal.type, principal.arn),
        impact=Impact.WIDENS,
        portfolio=portfolio,
        principal=principal,
        again=again,
        details=("again: for the principal that has this name now",) if again else (),
    )


def disassociate(portfolio: str, principal: Principal) -> Change:
    """Remove a principal. Nobody loses access with a dead one."""
    return DisassociatePrincipalFromPortfolio(
        address=addresses.principal(portfolio, principal.type, principal.arn),
        impact=Impact.NONE if principal.dead else Impact.DESTROYS,
        portfolio=portfolio,
        principal=principal,
        details=("left over from a deleted role, user or group",) if principal.dead else (),
    )


@part_of_prune
def prune_principals(removal: Removal) -> Iterator[Change]:
    """Remove the dead principals of portfolios that go, which `diff` leaves."""
    for portfolio in removal.portfolios:
        for principal in sorted(portfolio.principals):
            if principal.dead:
                yield disassociate(portfolio.key, principal)


@part_of_facts
def principal_facts(state: CatalogState) -> Facts:
    """Who may launch from which portfolio."""
    listed = {key: portfolio.principals for key, portfolio in state.portfolios.items()}
    listed |= {key: imported.principals for key, imported in state.imports.items()}
    return {
        addresses.principal(key, principal.type, principal.arn): as_json(principal)
        for key, principals in listed.items()
        for principal in principals
    }


def dead_principals(observed: CatalogState) -> Iterator[str]:
    """A notice for each portfolio with dead principals, which are left over from deleted roles, users and groups."""
    listed = {key: portfolio.principals for key, portfolio in observed.portfolios.items()}
    listed |= {key: imported.principals for key, imported in observed.imports.items()}
    for key in sorted(listed):
        if dead := sorted(principal.arn for principal in listed[key] if principal.dead):
            yield (
                f"portfolio/{key} has dead principals {', '.join(dead)}, left over from deleted roles, users or "
                "groups. `catalog publish --refresh-principals` removes them"
            )


def unmatched_patterns(state: CatalogState, identities: Callable[[str], Collection[str] | None]) -> Iterator[str]:
    """A notice for each portfolio and import from which nobody can launch: its patterns match no identity.

    `identities` returns path and name of all roles, users or groups of the account; None if the caller may not list
    them. A portfolio with shares is launched from in other accounts.
    """
    holders = {key: portfolio.principals for key, portfolio in state.portfolios.items() if not portfolio.shares}
    holders |= {key: imported.principals for key, imported in state.imports.items()}
    for key, principals in sorted(holders.items()):
        patterns = [principal.arn for principal in principals if principal.type is PrincipalType.IAM_PATTERN]
        if not patterns or len(patterns) < len(principals):
            continue  # an identity of type IAM can launch; W9128 reports a portfolio without principals
        names = [(arn, identities(kind_of_pattern(arn))) for arn in sorted(patterns)]
        if all(known is not None and not any(is_matched(arn, name) for name in known) for arn, known in names):
            yield (
                f"portfolio/{key}: nobody can launch from it: no identity of this account matches "
                f"{', '.join(sorted(patterns))}"
            )


def kind_of_pattern(arn: str) -> str:
    """`role`, `user` or `group`."""
    return arn.rpartition(":")[2].partition("/")[0]


def is_matched(arn: str, name: str) -> bool:
    """Whether a pattern matches an identity's path and name. `*` matches slashes too, `?` one character or none.

    Source: AssociatePrincipalWithPortfolio, API Reference.
    """
    pattern = arn.rpartition(":")[2].partition("/")[2]
    expression = "".join({"*": ".*", "?": ".?"}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, name, re.DOTALL) is not None
