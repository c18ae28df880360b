"""Portfolio shares: the accounts and organization nodes that an account shares a portfolio with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from catalog.model.limits import check_pattern


class ShareType(StrEnum):
    """DescribePortfolioShareType of the API."""

    ACCOUNT = "ACCOUNT"
    """Any account. It must accept the share."""
    ORGANIZATIONAL_UNIT = "ORGANIZATIONAL_UNIT"
    ORGANIZATION = "ORGANIZATION"
    ORGANIZATION_MEMBER_ACCOUNT = "ORGANIZATION_MEMBER_ACCOUNT"
    """An account of the organization, which need not accept. The API calls it a node of type ACCOUNT."""

    @property
    def node_type(self) -> str:
        """OrganizationNodeType of the API. Empty for a share by AccountId."""
        return {"ACCOUNT": "", "ORGANIZATION_MEMBER_ACCOUNT": "ACCOUNT"}.get(self.value, self.value)

    @property
    def takes_principals(self) -> bool:
        """Whether SharePrincipals is supported (CreatePortfolioShare in the API reference)."""
        return self in (ShareType.ORGANIZATION, ShareType.ORGANIZATIONAL_UNIT)


UNKNOWN_ACCESS = "UNKNOWN"
"""Instead of AccessStatus if the caller cannot read it. AWS then decides whether shares with nodes are possible."""

ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
UNIT_ID = re.compile(r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}")
ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
SHARED_WITH = {
    ShareType.ACCOUNT: ACCOUNT_ID,
    ShareType.ORGANIZATIONAL_UNIT: UNIT_ID,
    ShareType.ORGANIZATION: ORGANIZATION_ID,
    ShareType.ORGANIZATION_MEMBER_ACCOUNT: ACCOUNT_ID,
}
"""The form of the id for each type (API: AccountId, OrganizationNodeValue)."""


@dataclass(frozen=True, slots=True)
class PortfolioShare:
    """A share of a portfolio. Type and id identify it, as in DescribePortfolioShares."""

    type: ShareType
    id: str
    share_tag_options: bool = False
    share_principals: bool = False
    """Whether the IAM_PATTERN principals of the portfolio apply in the accounts that receive it."""

    def __post_init__(self) -> None:
        check_pattern(f"share with an {self.type}", self.id, SHARED_WITH[self.type], SHARED_WITH[self.type].pattern)

    @property
    def key(self) -> tuple[ShareType, str]:
        """What identifies the share, whatever its flags are."""
        return self.type, self.id

    @property
    def target(self) -> str:
        """The recipient in words: `ORGANIZATIONAL_UNIT ou-abcd-12345678`."""
        return f"{self.type} {self.id}"
