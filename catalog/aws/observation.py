"""The result of reading an account and Region: the state, AWS's ids, and notices for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.model.addresses import Address
from catalog.model.state import CatalogState


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A constraint or product in one of our portfolios that we do not manage. It stays unchanged."""

    portfolio: Address
    description: str
    id: str
    """AWS's id of the constraint or product."""

    @property
    def notice(self) -> str:
        """The line that a plan shows for it."""
        return f"{self.portfolio} has {self.description}: left as it is"


@dataclass(frozen=True, slots=True)
class Observation:
    """The observed state, AWS's ids by Address, and notices for people."""

    state: CatalogState
    ids: Mapping[Address, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    organizations_access: str = ""
    """AccessStatus of Service Catalog to the organization; empty when the account cannot share with its nodes."""
    has_tag_options: bool = True
    """Whether the account has the TagOption library. An account that is older than the library must migrate first."""

    @property
    def all_notices(self) -> tuple[str, ...]:
        """The notices, including those of what is not managed."""
        return (*self.notices, *(unmanaged.notice for unmanaged in self.unmanaged))
