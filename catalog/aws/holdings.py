"""What stands in the way of a deletion, read live for the few products and portfolios that may go.

Calls: per product ListPortfoliosForProduct, DescribeProductAsAdmin, SearchProvisionedProducts, and a
ListServiceActionsForProvisioningArtifact a version; per portfolio SearchProductsAsAdmin and
ListConstraintsForPortfolio; one ListDocuments; and where there are documents, ListServiceActions and a
DescribeServiceAction for each action that is not ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from catalog.aws.documents import Documents
from catalog.aws.provisioning import Provisioning
from catalog.aws.reader import Reader
from catalog.aws.service_actions import run_by_others, version_actions
from catalog.model.holdings import HeldConstraint, Holdings, PortfolioHoldings, ProductHoldings


def read_holdings(reader: Reader, owner: str, product_ids: Iterable[str], portfolio_ids: Iterable[str]) -> Holdings:
    """What hangs on these products, what is in these portfolios and in those that hold the products, and documents."""
    products = {each: product_holdings(reader, each) for each in product_ids}
    wanted = [*portfolio_ids, *(each for held in products.values() for each in held.portfolio_ids)]
    portfolios = {fromkey: portfolio_holdings(reader, fromkey) for fromkey in dict.fromkeys(wanted)}
    documents = tuple(Documents(reader.session, owner).names())
    return Holdings(products, portfolios, documents, run_by_others(reader.session, owner) if documents else {})


def product_holdings(reader: Reader, product_id: str) -> ProductHoldings:
    """One product."""
    answer = reader.product(product_id)
    artifacts = [item["Id"] for item in answer.get("ProvisioningArtifactSummaries", [])]
    launched = Provisioning(reader.session).provisioned(f"productId:{product_id}")
    return ProductHoldings(
        product_id,
        tuple(reader.portfolios_of(product_id)),
        tuple(
            (artifact, action["Id"])
            for artifact in artifacts
            for action in version_actions(reader.session, product_id, artifact)
        ),
        # SearchQuery is a search, so the answer is held against the id.
        Counter(item["ProvisioningArtifactId"] for item in launched if item.get("ProductId") == product_id),
    )


def portfolio_holdings(reader: Reader, portfolio_id: str) -> PortfolioHoldings:
    """One portfolio."""
    return PortfolioHoldings(
        portfolio_id,
        tuple(reader.products_of(portfolio_id)),
        tuple(
            HeldConstraint(item["ConstraintId"], item["ProductId"], item["Type"])
            for item in reader.constraints(portfolio_id)
        ),
    )
