"""L3. What an account's Service Catalog holds of ours: reads only.

Calls: one search of products and one listing each of portfolios and TagOptions (20 an answer); per product of the
account DescribeProductAsAdmin (only it tells tags); per product of ours ListProvisioningArtifacts; per portfolio of
the account DescribePortfolio; per portfolio of ours three listings and a DescribeConstraint a constraint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.aws.reader import Reader
from catalog.errors import AwsError
from catalog.model import address
from catalog.model.address import Address
from catalog.model.portfolio import (
    MANAGED_CONSTRAINTS,
    Constraint,
    Portfolio,
    PortfolioProduct,
    Principal,
    PrincipalType,
    TagOption,
    parse_constraint,
)
from catalog.model.product import Guidance, Product, ProvisioningArtifact
from catalog.model.state import ADDRESS_TAG, OWNER_TAG, CatalogState

DIGEST_IN_URL = re.compile(r"/([0-9a-f]{64})\.yaml$")


@dataclass(frozen=True, slots=True)
class Observation:
    """The observed state, AWS's ids by Address, and what a person should know."""

    state: CatalogState
    ids: Mapping[Address, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(slots=True)
class Observer:
    """One pass over an account and Region; `owner` tells ours from theirs."""

    reader: Reader
    owner: str
    ids: dict[Address, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def observe(self) -> Observation:
        """Read everything that is ours."""
        products = {product.key: product for product in self.products()}
        portfolios = {portfolio.key: portfolio for portfolio in self.portfolios()}
        tag_options = dict(self.tag_options())
        return Observation(CatalogState(products, portfolios, tag_options), self.ids, tuple(self.notices))

    def own_key(self, kind: str, aws_id: str, tags: Mapping[str, str]) -> str | None:
        """The key of a product or portfolio of ours, None for another's; two of the same Address are an `AwsError`."""
        place = Address(tags.get(ADDRESS_TAG, ""))
        if tags.get(OWNER_TAG) != self.owner or not place.startswith(f"{kind}/"):
            return None
        if place in self.ids:
            raise AwsError(
                f"{place}: AWS has two of them, {self.ids[place]} and {aws_id}",
                hint=f"Take the tag {ADDRESS_TAG} off the one that is not to be managed.",
            )
        self.ids[place] = aws_id
        return place.removeprefix(f"{kind}/")

    def products(self) -> Iterator[Product]:
        """Our products with their versions."""
        for detail in self.reader.products():
            product_id = detail["ProductViewSummary"]["ProductId"]
            answer = self.reader.product(product_id)
            tags = tag_map(answer.get("Tags", []))
            key = self.own_key("product", product_id, tags)
            if key is None:
                continue
            view = answer["ProductViewDetail"]["ProductViewSummary"]
            yield Product(
                key=key,
                name=view["Name"],
                owner=view.get("Owner", ""),
                description=view.get("ShortDescription", ""),
                distributor=view.get("Distributor", ""),
                support_description=view.get("SupportDescription", ""),
                support_email=view.get("SupportEmail", ""),
                support_url=view.get("SupportUrl", ""),
                tags=foreign_tags(tags),
                artifacts=tuple(self.artifacts(key, product_id)),
            )

    def artifacts(self, key: str, product_id: str) -> Iterator[ProvisioningArtifact]:
        """The versions of a product of ours, oldest first."""
        details = self.reader.artifacts(product_id)
        for detail in sorted(details, key=lambda detail: detail["CreatedTime"]):
            description, digest = ProvisioningArtifact.split_description(detail.get("Description", ""))
            if not digest:
                digest = self.digest_from_url(product_id, detail["Id"])
            self.ids[address.version(key, detail["Name"])] = detail["Id"]
            yield ProvisioningArtifact(
                name=detail["Name"],
                description=description,
                digest=digest,
                active=detail.get("Active", True),
                guidance=Guidance(detail.get("Guidance", Guidance.DEFAULT)),
            )

    def digest_from_url(self, product_id: str, artifact_id: str) -> str:
        """The digest from our content-addressed key, when somebody edited the description; else empty."""
        info = self.reader.artifact(product_id, artifact_id).get("Info", {})
        # AWS takes the URL as LoadTemplateFromURL and answers it as TemplateUrl.
        match = DIGEST_IN_URL.search(info.get("TemplateUrl") or info.get("LoadTemplateFromURL") or "")
        return f"sha256:{match.group(1)}" if match else ""

    def portfolios(self) -> Iterator[Portfolio]:
        """Our portfolios with their members."""
        products = {aws_id: place for place, aws_id in self.ids.items()}
        for summary in self.reader.portfolios():
            answer = self.reader.portfolio(summary["Id"])
            tags = tag_map(answer.get("Tags", []))
            key = self.own_key("portfolio", summary["Id"], tags)
            if key is None:
                continue
            detail = answer["PortfolioDetail"]
            members = [
                products[product_id].removeprefix("product/")
                for product_id in self.reader.products_of(summary["Id"])
                if self.is_ours(product_id, products, key)
            ]
            constraints = self.constraints(key, summary["Id"], products)
            yield Portfolio(
                key=key,
                display_name=detail["DisplayName"],
                provider_name=detail.get("ProviderName", ""),
                description=detail.get("Description", ""),
                tags=foreign_tags(tags),
                principals=frozenset(
                    Principal(PrincipalType(item["PrincipalType"]), item["PrincipalARN"])
                    for item in self.reader.principals(summary["Id"])
                ),
                tag_options=frozenset(TagOption(item["Key"], item["Value"]) for item in answer.get("TagOptions", [])),
                products={member: PortfolioProduct(member, constraints.get(member, {})) for member in members},
            )

    def is_ours(self, product_id: str, products: Mapping[str, Address], portfolio: str) -> bool:
        """Whether a product in a portfolio of ours is ours too; a notice when it is not."""
        if product_id in products:
            return True
        self.notices.append(f"portfolio/{portfolio} holds {product_id}, which is not ours: left as it is")
        return False

    def constraints(
        self, portfolio: str, portfolio_id: str, products: Mapping[str, Address]
    ) -> dict[str, dict[str, Constraint]]:
        """Product key → type → constraint, of the managed types on products of ours."""
        found: dict[str, dict[str, Constraint]] = {}
        for detail in self.reader.constraints(portfolio_id):
            place = products.get(detail["ProductId"])
            kind, constraint_id = detail["Type"], detail["ConstraintId"]
            if place is None or kind not in MANAGED_CONSTRAINTS:
                self.notices.append(f"portfolio/{portfolio} has {kind} constraint {constraint_id}: left as it is")
                continue
            key = place.removeprefix("product/")
            if kind in found.setdefault(key, {}):
                self.notices.append(f"portfolio/{portfolio} has a second {kind} constraint {constraint_id} on {key}")
                continue
            parameters = self.reader.constraint(constraint_id)["ConstraintParameters"]
            found[key][kind] = parse_constraint(kind, parameters, detail.get("Description", ""))
            self.ids[address.constraint(portfolio, key, kind)] = constraint_id
        return found

    def tag_options(self) -> Iterator[tuple[TagOption, bool]]:
        """All TagOptions of the account: they belong to nobody."""
        for detail in self.reader.tag_options():
            option = TagOption(detail["Key"], detail["Value"])
            self.ids[address.tag_option(option.key, option.value)] = detail["Id"]
            yield option, detail.get("Active", True)


def tag_map(tags: list[dict[str, Any]]) -> dict[str, str]:
    """AWS's list of Key and Value as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def foreign_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags without ours and without AWS's own."""
    return {
        key: value for key, value in tags.items() if key not in (OWNER_TAG, ADDRESS_TAG) and not key.startswith("aws:")
    }
