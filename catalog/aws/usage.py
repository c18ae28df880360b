"""Reads for who uses what: our products with their versions, and provisioned products by product or version.

Calls: one search of products, and a DescribeProductAsAdmin and ListProvisioningArtifacts a product, as `fetch` makes
them; one SearchProvisionedProducts (100 an answer) for the account, a product or a version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from catalog.aws.fetch import AT_ONCE, fetch_product
from catalog.aws.observe import Observer, read_artifact
from catalog.aws.provisioning import Provisioning
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.model.product import ProvisioningArtifact


@dataclass(frozen=True, slots=True)
class Published:
    """A product of ours with its versions by AWS's id."""

    id: str
    artifacts: Mapping[str, ProvisioningArtifact]


@dataclass(frozen=True, slots=True)
class ProvisionedProduct:
    """What somebody launched, as SearchProvisionedProducts answers it."""

    name: str
    id: str
    status: str
    product_id: str
    artifact_id: str
    artifact_name: str
    owner: str
    """UserArn: the IAM user or role; of a federated user the role without the session."""
    session: str
    """UserArnSession."""
    account: str
    created: str


def published_products(session: AwsSession, owner: str) -> dict[str, Published]:
    """Every product of `owner` in the account and Region, by key."""
    reader, observer = Reader(session), Observer()
    _ = session.servicecatalog  # clients may be shared by threads, but not made by several at once
    ids = [item["ProductViewSummary"]["ProductId"] for item in reader.products()]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        raw_products = [raw for raw in pool.map(lambda each: fetch_product(reader, owner, each), ids) if raw]
    return {
        product.key: Published(
            raw.id, {artifact["Id"]: read_artifact(artifact, raw.digests) for artifact in raw.artifacts}
        )
        for raw in raw_products
        if (product := observer.product(raw))
    }


def provisioned_of(session: AwsSession, *, product: str = "", artifact: str = "") -> Iterator[ProvisionedProduct]:
    """The provisioned products of the account, narrowed to those of a product's or a version's id.

    The answer is held against the id: SearchQuery is a search, and its grammar is documented by examples alone.
    """
    queries = [
        f"{name}:{value}" for name, value in (("productId", product), ("provisioningArtifactId", artifact)) if value
    ]
    for item in Provisioning(session).provisioned(*queries):
        provisioned = read_provisioned(item)
        if product in ("", provisioned.product_id) and artifact in ("", provisioned.artifact_id):
            yield provisioned


def read_provisioned(item: Mapping[str, Any]) -> ProvisionedProduct:
    """A ProvisionedProductAttribute."""
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
