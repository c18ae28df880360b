"""What prevents the deletion of portfolios, products and versions, by AWS ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HeldConstraint:
    """A constraint of any type on any product, with or without our ownership tag."""

    id: str
    product_id: str
    type: str


@dataclass(frozen=True, slots=True)
class PortfolioHoldings:
    """Everything that must be removed from a portfolio first."""

    id: str
    product_ids: tuple[str, ...] = ()
    constraints: tuple[HeldConstraint, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductHoldings:
    """Everything that is associated with a product or provisioned from it."""

    id: str
    portfolio_ids: tuple[str, ...] = ()
    """All portfolios of the account that contain the product."""
    service_actions: tuple[tuple[str, str], ...] = ()
    """(artifact id, service action id) of each association."""
    provisioned: Mapping[str, int] = field(default_factory=dict)
    """Artifact id → number of provisioned products of this account. Other accounts' cannot be listed."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """By AWS ids: the products that can be deleted, and the portfolios that are to be emptied or that contain them."""

    products: Mapping[str, ProductHoldings] = field(default_factory=dict)
    portfolios: Mapping[str, PortfolioHoldings] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    """Names of all SSM documents with our ownership tag."""
    run_by_others: Mapping[str, str] = field(default_factory=dict)
    """Name of an SSM document → id of a service action that runs it and has another owner."""
