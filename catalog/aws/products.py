"""Products: created, updated and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.creation import Creation
from catalog.aws.emptied import check_emptied
from catalog.aws.handlers import Executor, handles
from catalog.aws.tags import tag_changes, tag_difference
from catalog.aws.templates import TemplateStore
from catalog.aws.versions import artifact_parameters, create_artifact, id_of_version, wait_artifact
from catalog.aws.waits import remove
from catalog.aws.writer import Writer, changed_members
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.product import Product, ProvisioningArtifact
from catalog.plan.kinds.product import PRODUCT_FIELDS, CreateProduct, DeleteProduct, UpdateProduct


def create_product(
    writer: Writer, address: Address, product: Product, artifact: ProvisioningArtifact, url: str
) -> tuple[str, str]:
    """Create a product with its first version, wait until both are ready, and return (product id, artifact id).

    A product that another run has created there gets this metadata, and the version if it lacks it.
    """
    fields = {member: getattr(product, attribute) for member, attribute in PRODUCT_FIELDS.items()}
    given: dict[str, Any] = {member: value for member, value in fields.items() if value}
    reader = writer.reader

    def find() -> tuple[str, str] | None:
        ids = (item["ProductViewSummary"]["ProductId"] for item in reader.products())
        return next(((each, "") for each in ids if writer.is_at(address, reader.product(each))), None)

    (product_id, artifact_id), answer = Creation(
        writer,
        "CreateProduct",
        address,
        lambda token: writer.session.servicecatalog.create_product(
            **given,
            ProductType="CLOUD_FORMATION_TEMPLATE",
            Tags=writer.tags(address, product.tags),
            ProvisioningArtifactParameters=artifact_parameters(artifact, url),
            IdempotencyToken=token,
        ),
        lambda answer: created_ids(answer, artifact.name),
        find,
        lambda ids: reader.product(ids[0]),
    ).run()
    answer = writer.wait_ready(
        f"product {product_id}",
        lambda: reader.if_exists(lambda: reader.product(product_id)),
        lambda described: str(described["ProductViewDetail"]["Status"]),
        answer,
    )
    make_equal(writer, product_id, fields, product.tags, answer)
    artifact_id = artifact_id or id_of_version(answer.get("ProvisioningArtifactSummaries", []), artifact.name) or ""
    if artifact_id:
        wait_artifact(writer, product_id, artifact_id, artifact)
        return product_id, artifact_id
    version = addresses.version(product.key, artifact.name)
    return product_id, create_artifact(writer, version, product_id, artifact, url)


def created_ids(answer: Mapping[str, Any], version: str) -> tuple[str, str]:
    """(product id, id of the version) in an answer of CreateProduct. The second is empty if it is of another version.

    AWS can return the answer of an earlier request, of another publisher.
    """
    product_id = answer["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    return str(product_id), id_of_version([answer["ProvisioningArtifactDetail"]], version) or ""


def make_equal(
    writer: Writer, product_id: str, fields: Mapping[str, Any], tags: Mapping[str, str], answer: Mapping[str, Any]
) -> None:
    """Update a described product where it differs from `fields` and `tags`."""
    view = answer["ProductViewDetail"]["ProductViewSummary"]
    changed = changed_members(fields, {**view, "Description": view.get("ShortDescription", "")})
    add, remove = tag_difference(tags, answer)
    if changed or add or remove:
        update_product(writer, product_id, changed, add, remove)


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
    remove("DeleteProduct", lambda: delete(Id=product_id), executor.writer.propagation)
