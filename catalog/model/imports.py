"""Imports: portfolios that another account shares with this one, and who may launch from them here."""

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
    """The key of a product of an imported portfolio, told from those of product files by its slash."""
    return f"{import_key}/{product_name}"


class AcceptedShareType(StrEnum):
    """PortfolioShareType of the API: how a portfolio reached this account."""

    IMPORTED = "IMPORTED"
    """From account to account; it is there once it is accepted."""
    AWS_ORGANIZATIONS = "AWS_ORGANIZATIONS"
    """Through the organization; it is there unless it was rejected."""


@dataclass(frozen=True, slots=True)
class PortfolioImport:
    """A portfolio of another account that this one uses, as declared, or as it is found here."""

    key: str
    account: str
    """Who owns the portfolio."""
    share_type: AcceptedShareType
    portfolio_id: str = ""
    display_name: str = ""
    """Finds a portfolio that is here already; one that must be accepted first is known by its id alone."""
    principals: frozenset[Principal] = frozenset()
    """Who may launch from it in this account."""
    products: frozenset[str] = frozenset()
    """Names of its products that portfolios of this account take."""
    inherited: frozenset[Principal] = frozenset()
    """As observed: patterns that may have come with the share. Nobody can tell them from this account's own."""

    def __post_init__(self) -> None:
        check_pattern("account", self.account, ACCOUNT_ID, "an account's id, 12 digits in quotes")
        if bool(self.portfolio_id) == bool(self.display_name):
            raise ContentError("an import takes exactly one of portfolio_id and display_name")
        if self.portfolio_id:
            check_pattern("portfolio_id", self.portfolio_id, PORTFOLIO_ID, "port-…")
        else:
            check_length("display_name", self.display_name, 1, 100)
            if self.share_type is AcceptedShareType.IMPORTED:
                raise ContentError(
                    "a share from account to account is accepted by portfolio_id; display_name finds only what the "
                    "organization shares",
                    hint="The administrator of the other account knows the id: AWS lists no shares that are offered.",
                )

    def names(self, portfolio_id: str, display_name: str) -> bool:
        """Whether this is the portfolio that is meant."""
        return portfolio_id == self.portfolio_id if self.portfolio_id else display_name == self.display_name
