"""Imports: portfolios that another account shares with this one, and who can launch from them here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import ContentError
from catalog.model.limits import check_length, check_pattern
from catalog.model.portfolio import Principal
from catalog.model.share import ACCOUNT_ID

PORTFOLIO_ID = re.compile(r"port-[a-z0-9]{1,95}")


def imported_key(import_key: str, product_name: str) -> str:
    """The key of a product in an imported portfolio. Its slash distinguishes it from the keys of product files."""
    return f"{import_key}/{product_name}"


class AcceptedShareType(StrEnum):
    """PortfolioShareType of the API: how a portfolio reached this account."""

    IMPORTED = "IMPORTED"
    """From account to account: it exists here after it was accepted."""
    AWS_ORGANIZATIONS = "AWS_ORGANIZATIONS"
    """Through the organization: it exists here unless it was rejected."""


@dataclass(frozen=True, slots=True)
class PortfolioImport:
    """A portfolio of another account that this account uses, as declared or as observed."""

    key: str
    account: str
    """The account that owns the portfolio."""
    share_type: AcceptedShareType
    portfolio_id: str = ""
    display_name: str = ""
    """Identifies a portfolio that exists here already. One that must be accepted first needs its id."""
    principals: frozenset[Principal] = frozenset()
    """Who can launch from it in this account."""
    products: frozenset[str] = frozenset()
    """Names of its products that portfolios of this account contain."""
    inherited: frozenset[Principal] = frozenset()
    """Observed: patterns that may have come with the share. They look like patterns of this account."""

    def __post_init__(self) -> None:
        check_pattern("account", self.account, ACCOUNT_ID, "an account id, 12 digits in quotes")
        if bool(self.portfolio_id) == bool(self.display_name):
            raise ContentError("an import takes exactly one of portfolio_id and display_name")
        if self.portfolio_id:
            check_pattern("portfolio_id", self.portfolio_id, PORTFOLIO_ID, "port-…")
        else:
            check_length("display_name", self.display_name, 1, 100)
            if self.share_type is AcceptedShareType.IMPORTED:
                raise ContentError(
                    "a share from account to account needs portfolio_id; display_name works in an organization only",
                    hint="Ask the administrator of the other account for the id: AWS does not list offered shares.",
                )

    def names(self, portfolio_id: str, display_name: str) -> bool:
        """Whether a portfolio with this id and name is the declared one."""
        return portfolio_id == self.portfolio_id if self.portfolio_id else display_name == self.display_name
