"""Reads of what prevents a deletion, made just before it for the products and portfolios that `prune` would delete.

Calls:
- per product: ListPortfoliosForProduct, DescribeProductAsAdmin, SearchProvisionedProducts
- per version: ListServiceActionsForProvisioningArtifact
- per portfolio: SearchProductsAsAdmin, ListConstraintsForPortfolio
- once: ListDocuments; if there are documents of ours, also ListServiceActions, and a DescribeServiceAction for each
  service action that is not ours
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from catalog.aws.documents import Documents
from catalog.aws.provisioning import Provisioning
from catalog.aws.reader import Reader
from catalog.aws.reads import read_both, read_each
from catalog.aws.service_actions import run_by_others, version_service_actions
from catalog.aws.session import AwsSession
from catalog.model.holdings import HeldConstraint, Holdings, PortfolioHoldings, ProductHoldings


def read_holdings(reader: Reader, owner: str, product_ids: Iterable[str], portfolio_ids: Iterable[str]) -> Holdings:
    """The holdings of these products, of these portfolios and of the portfolios that have the products; documents."""
    products, (documents, run) = read_both(
        lambda: read_each(lambda product_id: product_holdings(reader, product_id), product_ids),
        lambda: documents_and_runners(reader.session, owner),
    )
    with_products = [portfolio_id for held in products for portfolio_id in held.portfolio_ids]
    wanted = dict.fromkeys([*portfolio_ids, *with_products])
    portfolios = read_each(lambda portfolio_id: portfolio_holdings(reader, portfolio_id), wanted)
    return Holdings({held.id: held for held in products}, {held.id: held for held in portfolios}, documents, run)


def documents_and_runners(session: AwsSession, owner: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The names of our documents, and which of them service actions of others run."""
    documents = tuple(Documents(session, owner).names())
    return documents, run_by_others(session, owner) if documents else {}


def product_holdings(reader: Reader, product_id: str) -> ProductHoldings:
    """The portfolios, associations of service actions and launches of a product."""
    answer = reader.product(product_id)
    artifacts = [item["Id"] for item in answer.get("ProvisioningArtifactSummaries", [])]
    launched = Provisioning(reader.session).provisioned(f"productId:{product_id}")
    return ProductHoldings(
        product_id,
        tuple(reader.portfolios_of(product_id)),
        tuple(
            (artifact, action["Id"])
            for artifact in artifacts
            for action in version_service_actions(reader.session, product_id, artifact)
        ),
        # SearchQuery is a text search: count only launches of exactly this product.
        Counter(item["ProvisioningArtifactId"] for item in launched if item.get("ProductId") == product_id),
    )


def portfolio_holdings(reader: Reader, portfolio_id: str) -> PortfolioHoldings:
    """The products and constraints of a portfolio."""
    return PortfolioHoldings(
        portfolio_id,
        tuple(reader.products_of(portfolio_id)),
        tuple(
            HeldConstraint(item["ConstraintId"], item["ProductId"], item["Type"])
            for item in reader.constraints(portfolio_id)
        ),
    )
