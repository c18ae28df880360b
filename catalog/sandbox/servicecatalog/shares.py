"""Portfolio shares: with single accounts, and with nodes of the organization.

Source: CreatePortfolioShare, UpdatePortfolioShare, AcceptPortfolioShare and DescribePortfolioShares in the API
Reference. Shares with nodes have a token and need no acceptance; a single account must accept its share.
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.servicecatalog import node_shares
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import (
    InvalidParametersException,
    InvalidStateException,
    OperationNotSupportedException,
    ResourceNotFoundException,
)
from catalog.sandbox.servicecatalog.lookup import own_portfolio
from catalog.sandbox.servicecatalog.organization import access_status, administered_organization, requested_node
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import NodeShare, Share, StoredPortfolio
from catalog.sandbox.servicecatalog.views import portfolio_detail


def create_portfolio_share(call: Call) -> dict[str, Any]:
    """CreatePortfolioShare; an existing share stays unchanged."""
    portfolio, account = _target(call)
    node_shares.refuse_second_action(call.state)
    if not call.state.products.keys() >= set(portfolio.product_ids):
        raise InvalidParametersException(
            f"Portfolio {portfolio.id} contains a shared product: it can not be shared again"
        )
    if not account:
        return _share_with_node(call, portfolio)
    if account not in portfolio.shares:
        check_quota("shares_per_portfolio", len(portfolio.shares) + 1)
        portfolio.shares[account] = Share(account, share_tag_options=call.flag("ShareTagOptions"))
    return {}


def _share_with_node(call: Call, portfolio: StoredPortfolio) -> dict[str, Any]:
    organization, (kind, node) = administered_organization(call), requested_node(call)
    if access_status(call, organization) != "ENABLED":
        raise OperationNotSupportedException(
            "AWSOrganizationsAccess must be enabled to share with an OrganizationNode."
        )
    if not organization.has(kind, node):
        raise InvalidParametersException(f"{node} is not a node of the organization.")
    _check_principals(call, kind)
    existing = node_shares.shares_of(portfolio, call.partition).get(node)
    if existing:
        return {"PortfolioShareToken": existing.created.token}
    accounts = organization.accounts_in(kind, node)
    action = node_shares.new_action(call, portfolio, node, [member for member in accounts if member != call.account])
    node_shares.inject_fault(action)
    portfolio.node_shares[node] = NodeShare(
        kind=kind,
        node=node,
        share_tag_options=call.flag("ShareTagOptions"),
        share_principals=call.flag("SharePrincipals"),
        created=action,
        accounts=accounts,
    )
    return {"PortfolioShareToken": action.token}


def _check_principals(call: Call, kind: str) -> None:
    if call.flag("SharePrincipals") and kind not in ("ORGANIZATION", "ORGANIZATIONAL_UNIT"):
        raise InvalidParametersException(
            "SharePrincipals is only supported for an OrganizationNode of Type ORGANIZATION or ORGANIZATIONAL_UNIT."
        )


def _target(call: Call) -> tuple[StoredPortfolio, str]:
    """The portfolio and the recipient account of a request; the account is empty for an organization node."""
    account = call.text("AccountId")
    if bool(account) == ("OrganizationNode" in call.request):
        raise InvalidParametersException("You must provide either AccountId or OrganizationNode, but not both.")
    if account == call.account:
        raise InvalidParametersException(f"AccountId must be another AWS account, got {account}")
    if account:
        _check_principals(call, "")
    return own_portfolio(call, call.text("PortfolioId")), account


def _share(portfolio: StoredPortfolio, account: str) -> Share:
    if account not in portfolio.shares:
        raise ResourceNotFoundException(f"Portfolio {portfolio.id} is not shared with account {account}")
    return portfolio.shares[account]


def _node_share(call: Call, portfolio: StoredPortfolio) -> NodeShare:
    administered_organization(call)
    kind, node = requested_node(call)
    share = node_shares.shares_of(portfolio, call.partition).get(node)
    if share is None or share.kind != kind:
        raise ResourceNotFoundException(f"Portfolio {portfolio.id} is not shared with {node}")
    return share


def update_portfolio_share(call: Call) -> dict[str, Any]:
    """UpdatePortfolioShare: change ShareTagOptions and SharePrincipals; refused during the creation of the share."""
    portfolio, account = _target(call)
    if account:
        node_shares.refuse_second_action(call.state)
        share = _share(portfolio, account)
        share.share_tag_options = call.request.get("ShareTagOptions", share.share_tag_options)
        return {"Status": "COMPLETED"}
    node_share = _node_share(call, portfolio)
    if not node_shares.is_done(node_share.created):
        raise InvalidStateException(f"Portfolio share of {portfolio.id} with {node_share.node} is still being created.")
    node_shares.refuse_second_action(call.state)
    _check_principals(call, node_share.kind)
    node_share.wanted = (
        call.request.get("ShareTagOptions", node_share.share_tag_options),
        call.request.get("SharePrincipals", node_share.share_principals),
    )
    node_share.updated = node_shares.new_action(call, portfolio, node_share.node, node_share.accounts)
    node_shares.inject_fault(node_share.updated)
    return {
        "PortfolioShareToken": node_share.updated.token,
        "Status": node_shares.status(node_share.updated),
    }


def delete_portfolio_share(call: Call) -> dict[str, Any]:
    """DeletePortfolioShare; removes the portfolio from its recipients."""
    portfolio, account = _target(call)
    node_shares.refuse_second_action(call.state)
    if not account:
        node_share = _node_share(call, portfolio)
        node_share.deleted = node_shares.new_action(call, portfolio, node_share.node, node_share.accounts)
        for recipient_account in node_share.accounts:
            if recipient_account != call.account:
                call.state_of(recipient_account).principals.pop(portfolio.id, None)
        return {"PortfolioShareToken": node_share.deleted.token}
    del portfolio.shares[_share(portfolio, account).account]
    recipient = call.state_of(account)
    recipient.imported.pop(portfolio.id, None)
    recipient.principals.pop(portfolio.id, None)
    return {}


def describe_portfolio_share_status(call: Call) -> dict[str, Any]:
    """DescribePortfolioShareStatus, for an action on a share with an organization node."""
    administered_organization(call)
    token = call.text("PortfolioShareToken")
    action = call.state.share_actions.get(token)
    if action is None:
        raise ResourceNotFoundException(f"Portfolio share token not found: {token}")
    details: dict[str, Any] = {"SuccessfulShares": [], "ShareErrors": []}
    if node_shares.is_done(action):
        details["SuccessfulShares"] = [account for account in action.accounts if account not in action.failed]
        if action.error:
            failed = {"Accounts": list(action.failed), "Message": action.message, "Error": action.error}
            details["ShareErrors"] = [failed]
    return {
        "PortfolioShareToken": token,
        "PortfolioId": action.portfolio_id,
        "OrganizationNodeValue": action.node,
        "Status": node_shares.status(action),
        "ShareDetails": details,
    }


def describe_portfolio_shares(call: Call) -> dict[str, Any]:
    """DescribePortfolioShares of one type; PrincipalId is an id without ARN, and shares with nodes are accepted."""
    portfolio = own_portfolio(call, call.text("PortfolioId"))
    wanted = call.text("Type")
    details = [
        _detail(share.account, "ACCOUNT", accepted=share.accepted, tag_options=share.share_tag_options)
        for share in portfolio.shares.values()
    ] + [
        _detail(
            share.node,
            node_shares.SHARE_TYPES[share.kind],
            accepted=True,
            tag_options=share.share_tag_options,
            principals=share.share_principals,
        )
        for share in node_shares.shares_of(portfolio, call.partition).values()
    ]
    items, more = page(call, [detail for detail in details if detail["Type"] == wanted])
    return {"PortfolioShareDetails": items, **more}


def _detail(
    principal: str, kind: str, *, accepted: bool, tag_options: bool, principals: bool = False
) -> dict[str, Any]:
    return {
        "PrincipalId": principal,
        "Type": kind,
        "Accepted": accepted,
        "ShareTagOptions": tag_options,
        "SharePrincipals": principals,
    }


def list_portfolio_access(call: Call) -> dict[str, Any]:
    """ListPortfolioAccess: the accounts that the portfolio is shared with, directly or through a node."""
    portfolio = own_portfolio(call, call.text("PortfolioId"))
    shares = node_shares.shares_of(portfolio, call.partition)
    parent = call.text("OrganizationParentId")
    if parent and parent not in shares:
        raise ResourceNotFoundException(f"Portfolio {portfolio.id} is not shared with {parent}")
    inherited = [shares[parent]] if parent else list(shares.values())
    direct = [] if parent else list(portfolio.shares)
    accounts = direct + [account for share in inherited for account in node_shares.recipients(share, portfolio.account)]
    items, more = page(call, list(dict.fromkeys(accounts)))
    return {"AccountIds": items, **more}


def list_organization_portfolio_access(call: Call) -> dict[str, Any]:
    """ListOrganizationPortfolioAccess: the nodes of one type that the portfolio is shared with."""
    administered_organization(call)
    portfolio = own_portfolio(call, call.text("PortfolioId"))
    wanted = call.text("OrganizationNodeType")
    shares = [share for share in node_shares.shares_of(portfolio, call.partition).values() if share.kind == wanted]
    items, more = page(call, shares)
    return {"OrganizationNodes": [{"Type": share.kind, "Value": share.node} for share in items], **more}


def accept_portfolio_share(call: Call) -> dict[str, Any]:
    """AcceptPortfolioShare: import the portfolio; portfolios from the organization are accepted automatically."""
    if call.text("PortfolioShareType") == "AWS_ORGANIZATIONS":
        call.state.rejected.discard(_given(call))
        return {}
    offered, share = _offer(call)
    share.accepted = True
    call.state.imported[offered.id] = offered.account
    return {}


def reject_portfolio_share(call: Call) -> dict[str, Any]:
    """RejectPortfolioShare: the portfolio is no longer imported, but the share remains."""
    if call.text("PortfolioShareType") == "AWS_ORGANIZATIONS":
        call.state.rejected.add(_given(call))
        return {}
    offered, share = _offer(call)
    share.accepted = False
    call.state.imported.pop(offered.id, None)
    call.state.principals.pop(offered.id, None)
    return {}


def _given(call: Call) -> str:
    """The id of the portfolio in the request; raises if the account does not get it through its organization."""
    portfolio_id = call.text("PortfolioId")
    if not any(portfolio.id == portfolio_id for portfolio in node_shares.organization_portfolios(call)):
        raise _not_found(portfolio_id)
    return portfolio_id


def _not_found(portfolio_id: str) -> ResourceNotFoundException:
    """Source of the message: awslabs/aws-service-catalog-puppet issue 346."""
    return ResourceNotFoundException(f"Portfolio not found: {portfolio_id}")


def _offer(call: Call) -> tuple[StoredPortfolio, Share]:
    """The portfolio that another account shares with the caller's; AWS_SERVICECATALOG is not supported."""
    portfolio_id, kind = call.text("PortfolioId"), call.text("PortfolioShareType") or "IMPORTED"
    if kind == "IMPORTED":
        for account in call.accounts():
            offered = call.state_of(account).portfolios.get(portfolio_id)
            if offered and call.account in offered.shares:
                return offered, offered.shares[call.account]
    raise _not_found(portfolio_id)


def list_accepted_portfolio_shares(call: Call) -> dict[str, Any]:
    """ListAcceptedPortfolioShares: imported portfolios, or those from the organization; none of the deprecated type."""
    kind = call.text("PortfolioShareType") or "IMPORTED"
    portfolios: list[StoredPortfolio] = []
    if kind == "IMPORTED":
        portfolios = [
            call.state_of(owner).portfolios[portfolio_id] for portfolio_id, owner in call.state.imported.items()
        ]
    elif kind == "AWS_ORGANIZATIONS":
        portfolios = list(node_shares.accepted_portfolios(call))
    items, more = page(call, portfolios)
    return {"PortfolioDetails": [portfolio_detail(item) for item in items], **more}
