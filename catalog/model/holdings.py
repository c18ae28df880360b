"""What keeps a portfolio, product or version from being deleted, with AWS's ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HeldConstraint:
    """A constraint of any type on any product, ours or not."""

    id: str
    product_id: str
    type: str


@dataclass(frozen=True, slots=True)
class PortfolioHoldings:
    """Everything in a portfolio that must be out of it first."""

    id: str
    product_ids: tuple[str, ...] = ()
    constraints: tuple[HeldConstraint, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductHoldings:
    """Everything that hangs on a product."""

    id: str
    portfolio_ids: tuple[str, ...] = ()
    """Every portfolio of the account that holds it."""
    service_actions: tuple[tuple[str, str], ...] = ()
    """(artifact id, service action id)."""
    provisioned: Mapping[str, int] = field(default_factory=dict)
    """Artifact id → number of provisioned products of this account; those of other accounts cannot be seen."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """By AWS's ids: the products that may go, and the portfolios that they, or all that is in them, must leave."""

    products: Mapping[str, ProductHoldings] = field(default_factory=dict)
    portfolios: Mapping[str, PortfolioHoldings] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    """Every SSM document of ours, by name."""
    run_by_others: Mapping[str, str] = field(default_factory=dict)
    """Name of a document → id of a service action that runs it and is not ours."""
