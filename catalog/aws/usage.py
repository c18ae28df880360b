"""Reads for usage: our products with their versions, and provisioned products by product or version.

Calls: one search of products, and per product DescribeProductAsAdmin and ListProvisioningArtifacts, as in `fetch`; one
SearchProvisionedProducts (pages of 100) for the account, a product or a version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.aws.fetch import Fetch, RawProduct
from catalog.aws.observe import Observer, read_artifact
from catalog.aws.provisioning import Provisioning
from catalog.aws.reader import Reader
from catalog.aws.reads import Reads, read_all
from catalog.aws.session import AwsSession
from catalog.model.product import ProvisioningArtifact


@dataclass(frozen=True, slots=True)
class PublishedProduct:
    """One of our products in AWS, with its versions by AWS's id."""

    id: str
    artifacts: Mapping[str, ProvisioningArtifact]


@dataclass(frozen=True, slots=True)
class ProvisionedProduct:
    """A launched product, as SearchProvisionedProducts returns it."""

    name: str
    id: str
    status: str
    product_id: str
    artifact_id: str
    artifact_name: str
    owner: str
    """UserArn: the IAM user or role; for a federated user, the role without the session."""
    session: str
    """UserArnSession."""
    account: str
    created: str


def published_products(session: AwsSession, owner: str) -> dict[str, PublishedProduct]:
    """All products of `owner` in the account and Region, by key."""
    reader, observer = Reader(session), Observer()

    async def fetch_products(reads: Reads) -> list[RawProduct | None]:
        return await reads.each(reader.products(), Fetch(reader, owner, reads).listed_product)

    raw_products = [raw for raw in read_all(fetch_products) if raw]
    return {
        product.key: PublishedProduct(
            raw.id,
            {
                artifact["Id"]: read_artifact(artifact, raw.digests)
                for artifact in raw.artifacts
                if artifact.get("Name")
            },
        )
        for raw in raw_products
        if (product := observer.product(raw))
    }


def provisioned_of(session: AwsSession, *, product: str = "", artifact: str = "") -> Iterator[ProvisionedProduct]:
    """The provisioned products of the account, optionally of one product id or artifact id.

    The ids in the answer are checked again: SearchQuery is a text search, and only examples document its grammar.
    """
    queries = [
        f"{name}:{value}" for name, value in (("productId", product), ("provisioningArtifactId", artifact)) if value
    ]
    for item in Provisioning(session).provisioned(*queries):
        provisioned = read_provisioned(item)
        if product in ("", provisioned.product_id) and artifact in ("", provisioned.artifact_id):
            yield provisioned


def read_provisioned(item: Mapping[str, Any]) -> ProvisionedProduct:
    """A `ProvisionedProduct` from a ProvisionedProductAttribute."""
    created = item.get("CreatedTime")
    return ProvisionedProduct(
        name=item.get("Name", ""),
        id=item["Id"],
        status=item.get("Status", ""),
        product_id=item.get("ProductId", ""),
        artifact_id=item.get("ProvisioningArtifactId", ""),
        artifact_name=item.get("ProvisioningArtifactName", ""),
        owner=item.get("UserArn", ""),
        session=item.get("UserArnSession", ""),
        account=(item.get("Arn", "").split(":") + [""] * 5)[4],
        created=created.isoformat() if created else "",
    )
