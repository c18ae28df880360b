"""Portfolio shares: with whom else an account shares a portfolio."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from catalog.model.limits import check_pattern


class ShareType(StrEnum):
    """DescribePortfolioShareType of the API."""

    ACCOUNT = "ACCOUNT"
    """Any account; it must accept."""
    ORGANIZATIONAL_UNIT = "ORGANIZATIONAL_UNIT"
    ORGANIZATION = "ORGANIZATION"
    ORGANIZATION_MEMBER_ACCOUNT = "ORGANIZATION_MEMBER_ACCOUNT"
    """An account of the organization, which need not accept; the API calls it a node of type ACCOUNT."""

    @property
    def node_type(self) -> str:
        """OrganizationNodeType; empty for an account that is shared with by AccountId."""
        return {"ACCOUNT": "", "ORGANIZATION_MEMBER_ACCOUNT": "ACCOUNT"}.get(self.value, self.value)

    @property
    def takes_principals(self) -> bool:
        """Whether SharePrincipals is supported (CreatePortfolioShare in the API reference)."""
        return self in (ShareType.ORGANIZATION, ShareType.ORGANIZATIONAL_UNIT)


UNKNOWN_ACCESS = "UNKNOWN"
"""In place of AccessStatus: nobody may ask for it here, so whether shares with nodes are possible is for AWS to say."""

ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
SHARED_WITH = {
    ShareType.ACCOUNT: ACCOUNT_ID,
    ShareType.ORGANIZATIONAL_UNIT: re.compile(r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"),
    ShareType.ORGANIZATION: re.compile(r"o-[a-z0-9]{10,32}"),
    ShareType.ORGANIZATION_MEMBER_ACCOUNT: ACCOUNT_ID,
}
"""What an id looks like (API: AccountId, OrganizationNodeValue)."""


@dataclass(frozen=True, slots=True)
class PortfolioShare:
    """With whom else a portfolio is shared: keyed by type and bare id, as DescribePortfolioShares answers them."""

    type: ShareType
    id: str
    share_tag_options: bool = False
    share_principals: bool = False
    """Whether the portfolio's IAM_PATTERN principals count in the accounts that receive it."""

    def __post_init__(self) -> None:
        check_pattern(f"share with an {self.type}", self.id, SHARED_WITH[self.type], SHARED_WITH[self.type].pattern)

    @property
    def key(self) -> tuple[ShareType, str]:
        """What makes it the same share, whatever its flags are."""
        return self.type, self.id

    @property
    def target(self) -> str:
        """The other side in words: `ORGANIZATIONAL_UNIT ou-abcd-12345678`."""
        return f"{self.type} {self.id}"
