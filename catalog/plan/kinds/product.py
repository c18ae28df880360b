"""Products: their metadata and tags. A missing product is created with its first version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, LaunchImpact, change
from catalog.plan.json_values import as_json
from catalog.plan.kinds.template import upload
from catalog.plan.kinds.version import settle
from catalog.plan.metadata import changed_fields, diff_tags, field_lines, tag_lines
from catalog.plan.operations import needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts, part_of_prune
from catalog.plan.removal import Removal

PRODUCT_FIELDS = {
    "Name": "name",
    "Owner": "owner",
    "Description": "description",
    "Distributor": "distributor",
    "SupportDescription": "support_description",
    "SupportEmail": "support_email",
    "SupportUrl": "support_url",
}

needs_permission(
    *servicecatalog("plan", "products and their tags", "DescribeProductAsAdmin"),
    *servicecatalog("publish", "products", "CreateProduct", "UpdateProduct"),
    *servicecatalog("upkeep", "deletions of prune", "DeleteProduct"),
)


@change
class CreateProduct(Change):
    """Create a product with its first version."""

    launch_impact: LaunchImpact = LaunchImpact.OPENS
    product: Product
    artifact: ProvisioningArtifact

    @property
    def brief(self) -> tuple[str, ...]:
        """Its first version."""
        return (f"version {self.artifact.name}",)

    def needs(self) -> tuple[Address, ...]:
        """The template of its first version."""
        return (*self.above(), addresses.template(self.product.key, self.artifact.digest))


@change
class UpdateProduct(Change):
    """Change a product's metadata or tags. `fields` maps API members to new values."""

    launch_impact: LaunchImpact = LaunchImpact.NOTHING
    fields: Mapping[str, str] = field(default_factory=dict)
    add_tags: Mapping[str, str] = field(default_factory=dict)
    remove_tags: tuple[str, ...] = ()


@change
class DeleteProduct(Change):
    """Delete a product with all its versions."""

    launch_impact: LaunchImpact = LaunchImpact.CLOSES


@part_of_diff
def diff_products(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """Products by key."""
    for key, product in desired.products.items():
        yield from diff_product(product, observed.products.get(key))


def diff_product(desired: Product, observed: Product | None) -> Iterator[Change]:
    """Create a missing product with its first active version; update an existing one where it differs."""
    address = addresses.product(desired.key)
    if observed is None:
        first = next(artifact for artifact in desired.artifacts if artifact.active)
        yield upload(desired.key, first.digest)
        yield CreateProduct(
            address=address, product=desired, artifact=first, details=(f"version {first.name} {first.digest}",)
        )
        yield from settle(desired.key, first)
        return
    fields = changed_fields(PRODUCT_FIELDS, desired, observed)
    add, remove = diff_tags(desired.tags, observed.tags)
    if fields or add or remove:
        details = (*field_lines(PRODUCT_FIELDS, fields, observed), *tag_lines(add, remove, observed.tags))
        yield UpdateProduct(address=address, fields=fields, add_tags=add, remove_tags=remove, details=details)


@part_of_prune
def prune_products(removal: Removal) -> Iterator[Change]:
    """Delete the products that go, with all their versions."""
    for product in removal.products:
        address = addresses.product(product.key)
        versions = ", ".join(artifact.name for artifact in product.artifacts)
        yield DeleteProduct(
            address=address, details=(f"{product.name!r}, {removal.ids[address]}, versions {versions}",)
        )


@part_of_facts
def product_facts(state: CatalogState) -> Facts:
    """The metadata and tags of each product."""
    return {
        addresses.product(key): {
            **{attribute: getattr(product, attribute) for attribute in PRODUCT_FIELDS.values()},
            "tags": as_json(product.tags),
        }
        for key, product in state.products.items()
    }
