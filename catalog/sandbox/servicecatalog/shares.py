"""Side. Portfolio shares from account to account; shares to organization nodes are not implemented.

Source: CreatePortfolioShare, AcceptPortfolioShare and DescribePortfolioShares in the API Reference.
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import (
    InvalidParametersException,
    ResourceNotFoundException,
    not_implemented,
)
from catalog.sandbox.servicecatalog.lookup import own_portfolio
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import Portfolio, Share
from catalog.sandbox.servicecatalog.views import portfolio_detail


def create_portfolio_share(call: Call) -> dict[str, Any]:
    """CreatePortfolioShare with an account; one that exists already is left as it is."""
    found, account = _target(call)
    if not call.state.products.keys() >= set(found.product_ids):
        raise InvalidParametersException(f"Portfolio {found.id} contains a shared product: it can not be shared again")
    if account not in found.shares:
        check_quota("shares_per_portfolio", len(found.shares) + 1)
        found.shares[account] = Share(account, share_tag_options=call.flag("ShareTagOptions"))
    return {}


def _target(call: Call) -> tuple[Portfolio, str]:
    """The portfolio and the other account that a request on a share names."""
    if "OrganizationNode" in call.request:
        raise not_implemented(f"{call.operation.name} with an OrganizationNode")
    account = call.text("AccountId")
    if not account or account == call.account:
        raise InvalidParametersException(f"AccountId must be another AWS account, got {account or 'nothing'}")
    if call.flag("SharePrincipals"):
        raise InvalidParametersException("SharePrincipals is only supported for an organization node, not an account.")
    return own_portfolio(call, call.text("PortfolioId")), account


def _share(call: Call) -> tuple[Portfolio, Share]:
    found, account = _target(call)
    if account not in found.shares:
        raise ResourceNotFoundException(f"Portfolio {found.id} is not shared with account {account}")
    return found, found.shares[account]


def update_portfolio_share(call: Call) -> dict[str, Any]:
    """UpdatePortfolioShare: whether TagOptions are shared too."""
    _, share = _share(call)
    share.share_tag_options = call.request.get("ShareTagOptions", share.share_tag_options)
    return {"Status": "COMPLETED"}


def delete_portfolio_share(call: Call) -> dict[str, Any]:
    """DeletePortfolioShare; the portfolio disappears from the account that accepted it."""
    found, share = _share(call)
    del found.shares[share.account]
    recipient = call.state_of(share.account)
    recipient.imported.pop(found.id, None)
    recipient.principals.pop(found.id, None)
    return {}


def describe_portfolio_shares(call: Call) -> dict[str, Any]:
    """DescribePortfolioShares of one type; there are only shares with accounts."""
    found = own_portfolio(call, call.text("PortfolioId"))
    shares = list(found.shares.values()) if call.text("Type") == "ACCOUNT" else []
    items, more = page(call, shares)
    details = [
        {
            "PrincipalId": share.account,
            "Type": "ACCOUNT",
            "Accepted": share.accepted,
            "ShareTagOptions": share.share_tag_options,
            "SharePrincipals": False,
        }
        for share in items
    ]
    return {"PortfolioShareDetails": details, **more}


def list_portfolio_access(call: Call) -> dict[str, Any]:
    """ListPortfolioAccess: the accounts that the portfolio is shared with."""
    if "OrganizationParentId" in call.request:
        raise not_implemented("ListPortfolioAccess with an OrganizationParentId")
    items, more = page(call, list(own_portfolio(call, call.text("PortfolioId")).shares))
    return {"AccountIds": items, **more}


def accept_portfolio_share(call: Call) -> dict[str, Any]:
    """AcceptPortfolioShare: the portfolio becomes an imported one."""
    offered, share = _offer(call)
    share.accepted = True
    call.state.imported[offered.id] = offered.account
    return {}


def reject_portfolio_share(call: Call) -> dict[str, Any]:
    """RejectPortfolioShare: the offer stays, the portfolio is no longer imported."""
    offered, share = _offer(call)
    share.accepted = False
    call.state.imported.pop(offered.id, None)
    call.state.principals.pop(offered.id, None)
    return {}


def _offer(call: Call) -> tuple[Portfolio, Share]:
    """The portfolio that another account offers to the caller's."""
    portfolio_id, kind = call.text("PortfolioId"), call.text("PortfolioShareType") or "IMPORTED"
    if kind == "AWS_ORGANIZATIONS":
        raise not_implemented(f"{call.operation.name} of type AWS_ORGANIZATIONS")
    if kind == "IMPORTED":
        for account in call.accounts():
            offered = call.state_of(account).portfolios.get(portfolio_id)
            if offered and call.account in offered.shares:
                return offered, offered.shares[call.account]
    raise ResourceNotFoundException(f"Portfolio not found: {portfolio_id}")


def list_accepted_portfolio_shares(call: Call) -> dict[str, Any]:
    """ListAcceptedPortfolioShares: the imported portfolios; there are none of the other types."""
    kind = call.text("PortfolioShareType") or "IMPORTED"
    imported = call.state.imported if kind == "IMPORTED" else {}
    found = [call.state_of(owner).portfolios[portfolio_id] for portfolio_id, owner in imported.items()]
    items, more = page(call, found)
    return {"PortfolioDetails": [portfolio_detail(item) for item in items], **more}
