"""What was observed in an account and Region: the state, AWS's ids, and what a person should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.model.addresses import Address
from catalog.model.state import CatalogState


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """What a portfolio of ours holds that is not declared by us, and stays as it is."""

    portfolio: Address
    what: str
    id: str
    """AWS's, of the constraint or product."""

    @property
    def notice(self) -> str:
        """As a plan tells it."""
        return f"{self.portfolio} has {self.what}: left as it is"


@dataclass(frozen=True, slots=True)
class Observation:
    """The observed state, AWS's ids by Address, and what a person should know."""

    state: CatalogState
    ids: Mapping[Address, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    organizations_access: str = ""
    """AccessStatus of Service Catalog to the organization; empty when the account cannot share with its nodes."""
    has_tag_options: bool = True
    """Whether the account has the TagOption library: one of the time before it must be migrated first."""

    @property
    def told(self) -> tuple[str, ...]:
        """The notices, and those of what stays unmanaged."""
        return (*self.notices, *(each.notice for each in self.unmanaged))
