"""Typed reads of Service Catalog: all pages of each listing, with our errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from catalog.aws.answers import untyped
from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError


def pages(operation: str, call: Callable[..., Any], member: str, **arguments: Any) -> Iterator[Any]:
    """The items of `member` on all pages.

    botocore has no paginator for half of these operations, and two of them return `PageToken` where the others
    return `NextPageToken` (service-2.json).
    """
    token = ""
    while True:
        with aws_call(operation):
            answer = call(**arguments, **({"PageToken": token} if token else {}))
        yield from answer.get(member, [])
        token = answer.get("NextPageToken") or answer.get("PageToken") or ""
        if not token:
            return


@dataclass(frozen=True, slots=True)
class Reader:
    """The read operations of Service Catalog for administrators."""

    session: AwsSession

    def products(self) -> Iterator[dict[str, Any]]:
        """ProductViewDetails of the account's own products (SearchProductsAsAdmin, without those shared to it)."""
        search = self.session.servicecatalog.search_products_as_admin
        return pages("SearchProductsAsAdmin", search, "ProductViewDetails", ProductSource="ACCOUNT", PageSize=20)

    def products_of(self, portfolio_id: str) -> Iterator[str]:
        """Ids of the products in a portfolio."""
        return (summary["ProductId"] for summary in self.products_in(portfolio_id))

    def products_in(self, portfolio_id: str) -> Iterator[dict[str, Any]]:
        """ProductViewSummaries of the products in a portfolio, also in one of another account."""
        search = self.session.servicecatalog.search_products_as_admin
        for detail in pages(
            "SearchProductsAsAdmin", search, "ProductViewDetails", PortfolioId=portfolio_id, PageSize=20
        ):
            yield detail["ProductViewSummary"]

    def product(self, product_id: str) -> dict[str, Any]:
        """DescribeProductAsAdmin: view, tags, status."""
        with aws_call("DescribeProductAsAdmin"):
            return untyped(self.session.servicecatalog.describe_product_as_admin(Id=product_id))

    def artifacts(self, product_id: str) -> list[dict[str, Any]]:
        """ProvisioningArtifactDetails with Active and Guidance, all versions in one call.

        The operation returns a NextPageToken but accepts none ("AWS oops" in Terraform's sweeper).
        """
        with aws_call("ListProvisioningArtifacts"):
            answer = self.session.servicecatalog.list_provisioning_artifacts(ProductId=product_id)
        return [untyped(detail) for detail in answer["ProvisioningArtifactDetails"]]

    def artifact(self, product_id: str, artifact_id: str, *, verbose: bool = False) -> dict[str, Any]:
        """DescribeProvisioningArtifact: detail, Info with the template's URL (with `verbose` its text too), status."""
        with aws_call("DescribeProvisioningArtifact"):
            return untyped(
                self.session.servicecatalog.describe_provisioning_artifact(
                    ProductId=product_id, ProvisioningArtifactId=artifact_id, Verbose=verbose
                )
            )

    def template(self, product_id: str, artifact_id: str) -> bytes | None:
        """The template that Service Catalog launches for a version; None when AWS does not return it."""
        text = self.artifact(product_id, artifact_id, verbose=True).get("Info", {}).get("CloudFormationTemplate")
        return text.encode() if text else None

    def portfolios(self) -> Iterator[dict[str, Any]]:
        """PortfolioDetails of the account's own portfolios."""
        return pages("ListPortfolios", self.session.servicecatalog.list_portfolios, "PortfolioDetails", PageSize=20)

    def portfolio(self, portfolio_id: str) -> dict[str, Any]:
        """DescribePortfolio: detail, tags, TagOptions."""
        with aws_call("DescribePortfolio"):
            return untyped(self.session.servicecatalog.describe_portfolio(Id=portfolio_id))

    def principals(self, portfolio_id: str) -> Iterator[dict[str, str]]:
        """Principals with ARN and type."""
        listing = self.session.servicecatalog.list_principals_for_portfolio
        return pages("ListPrincipalsForPortfolio", listing, "Principals", PortfolioId=portfolio_id, PageSize=20)

    def constraints(self, portfolio_id: str) -> Iterator[dict[str, str]]:
        """ConstraintDetails, without Parameters, which only DescribeConstraint returns."""
        listing = self.session.servicecatalog.list_constraints_for_portfolio
        return pages("ListConstraintsForPortfolio", listing, "ConstraintDetails", PortfolioId=portfolio_id, PageSize=20)

    def constraint(self, constraint_id: str) -> dict[str, Any]:
        """DescribeConstraint: detail, parameters as a JSON text, status."""
        with aws_call("DescribeConstraint"):
            return untyped(self.session.servicecatalog.describe_constraint(Id=constraint_id))

    def tag_options(self) -> Iterator[dict[str, Any]]:
        """TagOptionDetails of the account."""
        return pages("ListTagOptions", self.session.servicecatalog.list_tag_options, "TagOptionDetails", PageSize=20)

    def portfolios_of(self, product_id: str) -> Iterator[str]:
        """Ids of the portfolios that hold a product."""
        listing = self.session.servicecatalog.list_portfolios_for_product
        for detail in pages("ListPortfoliosForProduct", listing, "PortfolioDetails", ProductId=product_id, PageSize=20):
            yield detail["Id"]

    def if_exists(self, call: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
        """The answer of `call`; None when the object does not exist, or is new and not visible yet."""
        try:
            return call()
        except AwsCallError as error:
            if error.code == "ResourceNotFoundException":
                return None
            raise
