"""Shares: with whom else this account shares a portfolio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.model import addresses
from catalog.model.portfolio import Portfolio
from catalog.model.share import UNKNOWN_ACCESS, PortfolioShare, ShareType
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change, change_base
from catalog.plan.json_values import as_json
from catalog.plan.operations import Operation, needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts

needs_permission(
    *servicecatalog(
        "plan",
        "shares of portfolios; whether shares with nodes of the organization are possible",
        "DescribePortfolioShares",
        "GetAWSOrganizationsAccessStatus",
    ),
    *servicecatalog(
        "publish",
        "shares of portfolios",
        "CreatePortfolioShare",
        "DeletePortfolioShare",
        "DescribePortfolioShareStatus",
        "UpdatePortfolioShare",
    ),
    *(
        Operation(
            f"organizations:{name}",
            "publish",
            "shares with nodes: Service Catalog reads the organization as the publisher (not proven)",
            "anywhere",
            call="",
        )
        for name in ("DescribeOrganization", "ListAccountsForParent", "ListOrganizationalUnitsForParent")
    ),
)


@change_base
class ShareChange(Change):
    """A change of a share of a portfolio."""

    LABEL = "shared with"

    portfolio: str
    share: PortfolioShare

    @property
    def subject(self) -> str:
        """The account, or the node of the organization."""
        return in_words(self.share)


@change
class CreatePortfolioShare(ShareChange):
    """Share a portfolio with an account or with a node of the organization."""

    launch_impact: LaunchImpact = LaunchImpact.OPENS


@change
class UpdatePortfolioShare(ShareChange):
    """Change whether TagOptions and principals are shared too, so that somebody can do more."""

    launch_impact: LaunchImpact = LaunchImpact.OPENS


@change
class NarrowPortfolioShare(UpdatePortfolioShare):
    """UpdatePortfolioShare after which a share gives less: it comes before anybody gains access through it."""

    OPERATION = "UpdatePortfolioShare"


@change
class DeletePortfolioShare(ShareChange):
    """Stop sharing a portfolio: it disappears from the accounts that had it."""

    LABEL = "no longer shared with"

    launch_impact: LaunchImpact = LaunchImpact.CLOSES


def in_words(share: PortfolioShare) -> str:
    """The account, or the id of the node of the organization."""
    return f"account {share.id}" if share.type is ShareType.ACCOUNT else share.id


@part_of_diff
def diff_shares(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """The shares of each portfolio."""
    for key, portfolio in desired.portfolios.items():
        known = observed.portfolios.get(key)
        yield from diff_shares_of(portfolio, {share.key: share for share in known.shares} if known else {})


def diff_shares_of(desired: Portfolio, known: dict[tuple[ShareType, str], PortfolioShare]) -> Iterator[Change]:
    """Shares by (type, id)."""
    wanted = {share.key: share for share in desired.shares}
    for key in sorted(wanted):
        share, old = wanted[key], known.get(key)
        address = addresses.share(desired.key, share.type, share.id)
        if old is None:
            yield CreatePortfolioShare(
                address=address,
                impact=Impact.WIDENS,
                portfolio=desired.key,
                share=share,
                details=tuple(extras(share)),
            )
        elif old != share:
            yield update_share(desired.key, old, share)
    for key in sorted(set(known) - set(wanted)):
        share = known[key]
        yield DeletePortfolioShare(
            address=addresses.share(desired.key, share.type, share.id),
            impact=Impact.DESTROYS,
            portfolio=desired.key,
            share=share,
            details=("nobody there can launch from the portfolio any more, nor update what they launched from it",),
        )


def extras(share: PortfolioShare) -> Iterator[str]:
    """What is shared besides the portfolio."""
    if share.share_tag_options:
        yield "with TagOptions"
    if share.share_principals:
        yield "with principals: principals with a matching name there can launch"


def update_share(portfolio: str, old: PortfolioShare, new: PortfolioShare) -> Change:
    """Principals that are shared let more people launch; TagOptions that are not leave them free to choose tags."""
    address = addresses.share(portfolio, new.type, new.id)
    details = tuple(flag_lines(old, new))
    if old.share_principals and not new.share_principals:
        impact, launch_impact = Impact.RESTRICTS, LaunchImpact.CLOSES
    elif new.share_principals > old.share_principals or old.share_tag_options > new.share_tag_options:
        return UpdatePortfolioShare(
            address=address, impact=Impact.WIDENS, portfolio=portfolio, share=new, details=details
        )
    else:
        impact, launch_impact = Impact.NONE, LaunchImpact.NARROWS
    return NarrowPortfolioShare(
        address=address,
        impact=impact,
        launch_impact=launch_impact,
        portfolio=portfolio,
        share=new,
        details=details,
    )


def flag_lines(old: PortfolioShare, new: PortfolioShare) -> Iterator[str]:
    """What differs, in lines."""
    if old.share_tag_options != new.share_tag_options:
        yield f"share_tag_options: {old.share_tag_options} → {new.share_tag_options}"
    if old.share_principals != new.share_principals:
        yield f"share_principals: {old.share_principals} → {new.share_principals}"


@part_of_facts
def share_facts(state: CatalogState) -> Facts:
    """With whom which portfolio is shared."""
    return {
        addresses.share(key, share.type, share.id): as_json(share)
        for key, portfolio in state.portfolios.items()
        for share in portfolio.shares
    }


def sharing_blockers(changes: Sequence[Change], organizations_access: str, account: str) -> Iterator[str]:
    """What must be done before shares with nodes of the organization can be created."""
    nodes = [each.share for each in changes if isinstance(each, CreatePortfolioShare) and each.share.type.node_type]
    if nodes and not organizations_access:
        yield (
            f"Account {account} cannot share with {nodes[0].target}: only the organization's management account "
            "and delegated administrators of Service Catalog can."
        )
    elif nodes and organizations_access not in ("ENABLED", UNKNOWN_ACCESS):
        yield (
            f"Service Catalog's access to the organization is {organizations_access}: run `aws servicecatalog "
            "enable-aws-organizations-access` in the management account once."
        )
