"""Portfolios of other accounts that are shared with this account: listed, accepted and rejected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.kinds import blocks
from catalog.aws.observation import Observation
from catalog.aws.reader import Reader, pages
from catalog.aws.session import AwsSession
from catalog.aws.waits import propagation, wait_for
from catalog.errors import AwsCallError, AwsError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.imports import AcceptedShareType, PortfolioImport, imported_key
from catalog.plan.changes import Change
from catalog.plan.kinds.portfolio_import import AcceptPortfolioShare, import_blockers


@dataclass(frozen=True, slots=True)
class SharedPortfolio:
    """A portfolio of another account that this account can use."""

    portfolio_id: str
    display_name: str
    account: str
    """Its owner, from its ARN."""
    share_type: AcceptedShareType


def shared_portfolios(session: AwsSession) -> Iterator[SharedPortfolio]:
    """Portfolios of other accounts: those that were accepted, and those that the organization shares.

    AWS does not list shares that were not accepted: "you must get the portfolio ID from the administrator"
    (administrator guide, Sharing a Portfolio).
    """
    listing = session.servicecatalog.list_accepted_portfolio_shares
    for kind in AcceptedShareType:
        for detail in pages(
            "ListAcceptedPortfolioShares", listing, "PortfolioDetails", PortfolioShareType=kind.value, PageSize=20
        ):
            yield shared_portfolio(detail, kind)


def shared_portfolio(detail: Mapping[str, Any], kind: AcceptedShareType) -> SharedPortfolio:
    """From a PortfolioDetail. Its ARN is `arn:PARTITION:catalog:REGION:ACCOUNT:portfolio/ID`."""
    account = (detail["ARN"].split(":") + [""] * 5)[4]
    return SharedPortfolio(detail["Id"], detail["DisplayName"], account, kind)


def accept(reader: Reader, portfolio_id: str, kind: AcceptedShareType, account: str = "") -> None:
    """Accept a portfolio and wait until it can be read. The hint of a refusal names its usual cause."""
    session = reader.session
    try:
        with aws_call("AcceptPortfolioShare"):
            session.servicecatalog.accept_portfolio_share(PortfolioId=portfolio_id, PortfolioShareType=kind.value)
    except AwsCallError as error:
        if error.code == "ResourceNotFoundException":
            raise error.reworded(
                hint=f"{f'Account {account}' if account else 'Its owner'} must share portfolio {portfolio_id} with "
                f"account {session.identity.account} in Region {session.region} first. A portfolio that the "
                "organization shares needs no acceptance: its share type is AWS_ORGANIZATIONS."
            ) from error
        raise
    wait_for(
        f"acceptance of portfolio {portfolio_id}",
        lambda: reader.if_exists(lambda: reader.portfolio(portfolio_id)),
        propagation(sandbox=session.is_sandbox),
    )


def reject(session: AwsSession, portfolio_id: str, kind: AcceptedShareType) -> None:
    """Reject a portfolio: this account loses it, and the principals that were associated with it here."""
    with aws_call("RejectPortfolioShare"):
        session.servicecatalog.reject_portfolio_share(PortfolioId=portfolio_id, PortfolioShareType=kind.value)


def imported_products(declared: PortfolioImport, summaries: Iterable[Mapping[str, Any]]) -> dict[Address, str]:
    """Address → id of the products in an imported portfolio that portfolios of this account use."""
    ids: dict[Address, str] = {}
    for item in summaries:
        if item["Name"] in declared.products:
            address = addresses.product(imported_key(declared.key, item["Name"]))
            if address in ids:
                raise AwsError(
                    f"portfolio/{declared.key} has two products with the name {item['Name']!r}",
                    hint="Ask the account that owns the portfolio to rename one of them.",
                )
            ids[address] = item["ProductId"]
    return ids


@blocks
def _(changes: Sequence[Change], observed: Observation, session: AwsSession) -> Iterator[str]:
    return import_blockers(changes, session.identity.account)


@handles(AcceptPortfolioShare)
def _(executor: Executor, change: AcceptPortfolioShare) -> None:
    declared, reader = change.accepted, executor.writer.reader
    accept(reader, declared.portfolio_id, declared.share_type, declared.account)
    executor.ids[change.address] = declared.portfolio_id
    if declared.products:
        executor.ids |= imported_products(declared, reader.products_in(declared.portfolio_id))
