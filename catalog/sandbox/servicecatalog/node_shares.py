"""Shares with organization nodes: their asynchronous actions, and the accounts that get a portfolio through them.

Source: CreatePortfolioShare, DescribePortfolioShareStatus and DescribePortfolioShares in the API Reference. An account
can run one action at a time in a Region (awslabs/landing-zone-accelerator-on-aws issue 893). If the creation of a share
fails for some accounts, these cannot use it until it is deleted and created again (hashicorp/terraform-provider-aws
pull request 24730). The duration of an action is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.sandbox import faults
from catalog.sandbox.organizations import Organization, organization_of
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidStateException
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.organization import SERVICE
from catalog.sandbox.servicecatalog.state import NodeShare, ShareAction, StoredCatalog, StoredPortfolio, StoredPrincipal
from catalog.sandbox.settings import now, settings

ACTION_SECONDS = 0.3
"""Duration of an action on a share, to be multiplied by `Settings.latency`."""
STARTED = 0.2
"""The fraction of the duration after which an action is IN_PROGRESS."""
BUSY = "Cannot process more than one portfolio share action at the same time. Try again later."
SHARE_TYPES = {
    "ACCOUNT": "ORGANIZATION_MEMBER_ACCOUNT",
    "ORGANIZATIONAL_UNIT": "ORGANIZATIONAL_UNIT",
    "ORGANIZATION": "ORGANIZATION",
}
"""OrganizationNodeType → DescribePortfolioShareType."""


def refuse_second_action(state: StoredCatalog) -> None:
    """Raise `InvalidStateException` while another action in this account and Region is running."""
    if any(not is_done(action) for action in state.share_actions.values()):
        raise InvalidStateException(BUSY)


def new_action(call: Call, portfolio: StoredPortfolio, node: str, accounts: list[str]) -> ShareAction:
    """Start an action."""
    action = ShareAction(
        token=new_id("share"),
        portfolio_id=portfolio.id,
        node=node,
        started_at=call.received_at,
        due_at=call.received_at + ACTION_SECONDS * settings.latency,
        accounts=tuple(accounts),
    )
    call.state.share_actions[action.token] = action
    return action


def inject_fault(action: ShareAction) -> None:
    """Make the action fail for all or some of its accounts, if such a fault was requested."""
    fault = faults.take_share_fault()
    if fault is not None:
        action.error, action.message = fault.code, fault.message
        action.failed = tuple(account for account in action.accounts if not fault.accounts or account in fault.accounts)


def is_done(action: ShareAction) -> bool:
    """Whether an action has ended."""
    return now() >= action.due_at


def status(action: ShareAction) -> str:
    """NOT_STARTED, IN_PROGRESS, then COMPLETED, COMPLETED_WITH_ERRORS or ERROR (for all accounts, or for none)."""
    if not is_done(action):
        part = (now() - action.started_at) / (action.due_at - action.started_at)
        return "NOT_STARTED" if part < STARTED else "IN_PROGRESS"
    if not action.error:
        return "COMPLETED"
    return "COMPLETED_WITH_ERRORS" if set(action.failed) < set(action.accounts) else "ERROR"


def shares_of(portfolio: StoredPortfolio, partition: str) -> dict[str, NodeShare]:
    """The shares of a portfolio with nodes, after applying the updates and deletions that are due.

    The shares of an account that is no longer a delegated administrator are removed (CreatePortfolioShare).
    """
    if not portfolio.node_shares:
        return {}
    organization = organization_of(portfolio.account, partition)
    if organization is None or portfolio.account not in organization.administrators(SERVICE):
        portfolio.node_shares.clear()
        return {}
    for share in list(portfolio.node_shares.values()):
        _settle(portfolio, share, organization)
    return portfolio.node_shares


def _settle(portfolio: StoredPortfolio, share: NodeShare, organization: Organization) -> None:
    if share.deleted and is_done(share.deleted):
        del portfolio.node_shares[share.node]
        return
    if share.updated and is_done(share.updated):
        share.share_tag_options, share.share_principals = share.wanted
        share.updated = None
    if organization.trusts(SERVICE):
        share.accounts = organization.accounts_in(share.kind, share.node)


def recipients(share: NodeShare, owner: str) -> list[str]:
    """The accounts that have the portfolio through a share; empty until the creation of the share has ended."""
    action = share.created
    if not is_done(action) or status(action) == "ERROR":
        return []
    return [account for account in share.accounts if account != owner and account not in action.failed]


def shares_reaching(call: Call, portfolio: StoredPortfolio, account: str) -> list[NodeShare]:
    """The shares through which an account has the portfolio."""
    shares = shares_of(portfolio, call.partition).values()
    return [share for share in shares if account in recipients(share, portfolio.account)]


def organization_portfolios(call: Call) -> Iterator[StoredPortfolio]:
    """The portfolios that the caller's account gets through its organization, including rejected ones."""
    organization = organization_of(call.account, call.partition)
    for owner in sorted(organization.administrators(SERVICE) - {call.account}) if organization else []:
        for portfolio in call.state_of(owner).portfolios.values():
            if portfolio.node_shares and shares_reaching(call, portfolio, call.account):
                yield portfolio


def accepted_portfolios(call: Call) -> Iterator[StoredPortfolio]:
    """The portfolios from the organization that the account has not rejected."""
    return (portfolio for portfolio in organization_portfolios(call) if portfolio.id not in call.state.rejected)


def shared_principals(call: Call, portfolio: StoredPortfolio) -> list[StoredPrincipal]:
    """The IAM_PATTERN principals of the owner, for an account that has the portfolio with SharePrincipals.

    "end users with a principal that matches any of the associated IAM patterns can provision products" and "the share
    recipient can view associations of PrincipalType: IAM_PATTERN" (CreatePortfolioShare, SharePrincipals).
    """
    if portfolio.account == call.account or not any(
        share.share_principals for share in shares_reaching(call, portfolio, call.account)
    ):
        return []
    principals = call.state_of(portfolio.account).principals.get(portfolio.id, [])
    return [principal for principal in principals if principal.type == "IAM_PATTERN"]
