"""Products: created, updated and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.emptied import check_emptied
from catalog.aws.handlers import Executor, handles
from catalog.aws.templates import TemplateStore
from catalog.aws.versions import artifact_parameters, wait_artifact
from catalog.aws.waits import once_free
from catalog.aws.writer import Writer, tag_changes
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.product import Product, ProvisioningArtifact
from catalog.plan.kinds.product import PRODUCT_FIELDS, CreateProduct, DeleteProduct, UpdateProduct


def create_product(
    writer: Writer, address: Address, product: Product, artifact: ProvisioningArtifact, url: str
) -> tuple[str, str]:
    """Create a product with its first version, wait until both are ready, and return (product id, artifact id)."""
    fields = {member: getattr(product, attribute) for member, attribute in PRODUCT_FIELDS.items()}
    given: dict[str, Any] = {member: value for member, value in fields.items() if value}
    tags = writer.tags(address, product.tags)
    parameters = artifact_parameters(artifact, url)

    def create(generation: int) -> tuple[str, str]:
        with aws_call("CreateProduct"):
            answer = writer.session.servicecatalog.create_product(
                **given,
                ProductType="CLOUD_FORMATION_TEMPLATE",
                Tags=tags,
                ProvisioningArtifactParameters=parameters,
                IdempotencyToken=writer.token("CreateProduct", address, generation, given, tags, parameters),
            )
        view = answer["ProductViewDetail"]["ProductViewSummary"]
        return view["ProductId"], answer["ProvisioningArtifactDetail"]["Id"]

    reader = writer.reader
    (product_id, artifact_id), answer = writer.find_or_create(create(0), create, lambda ids: reader.product(ids[0]))
    writer.wait_ready(
        f"product {product_id}",
        lambda: reader.if_exists(lambda: reader.product(product_id)),
        lambda described: str(described["ProductViewDetail"]["Status"]),
        answer,
    )
    wait_artifact(writer, product_id, artifact_id, artifact)
    return product_id, artifact_id


def update_product(
    writer: Writer, product_id: str, fields: Mapping[str, Any], add: Mapping[str, str], remove: tuple[str, ...]
) -> None:
    """Update metadata and tags."""
    with aws_call("UpdateProduct"):
        answer = writer.session.servicecatalog.update_product(Id=product_id, **fields, **tag_changes(add, remove))
    check_emptied("UpdateProduct", fields, answer["ProductViewDetail"]["ProductViewSummary"])


@handles(CreateProduct)
def _(executor: Executor, change: CreateProduct) -> None:
    store = TemplateStore(executor.session, executor.bucket)
    url = store.url(change.product.key, change.artifact.digest)
    product_id, artifact_id = create_product(executor.writer, change.address, change.product, change.artifact, url)
    executor.ids[change.address] = product_id
    executor.ids[addresses.version(change.product.key, change.artifact.name)] = artifact_id


@handles(UpdateProduct)
def _(executor: Executor, change: UpdateProduct) -> None:
    product_id = executor.ids[change.address]
    update_product(executor.writer, product_id, change.fields, change.add_tags, change.remove_tags)


@handles(DeleteProduct)
def _(executor: Executor, change: DeleteProduct) -> None:
    delete, product_id = executor.session.servicecatalog.delete_product, executor.ids[change.address]
    once_free("DeleteProduct", lambda: delete(Id=product_id), executor.writer.propagation)
