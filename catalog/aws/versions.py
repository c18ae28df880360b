"""Versions (provisioning artifacts): created, updated and deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.creation import Creation
from catalog.aws.handlers import Executor, handles
from catalog.aws.templates import TemplateStore, digest_of
from catalog.aws.waits import remove
from catalog.aws.writer import Writer
from catalog.errors import AwsError
from catalog.model.addresses import Address
from catalog.model.product import ProvisioningArtifact
from catalog.plan.kinds.version import (
    WITHDRAWN,
    CreateProvisioningArtifact,
    DeleteProvisioningArtifact,
    UpdateProvisioningArtifact,
    WithdrawProvisioningArtifact,
)

FOREIGN_TEMPLATE = f"{WITHDRAWN}AWS read another template than the one that was released."
"""The description of a version whose template was replaced in the bucket before AWS read it."""


def artifact_parameters(artifact: ProvisioningArtifact, url: str) -> Any:
    """ProvisioningArtifactProperties. Service Catalog validates the template (DisableTemplateValidation is false)."""
    return {
        "Name": artifact.name,
        "Description": artifact.api_description(),
        "Info": {"LoadTemplateFromURL": url},
        "Type": "CLOUD_FORMATION_TEMPLATE",
        "DisableTemplateValidation": False,
    }


def create_artifact(writer: Writer, address: Address, product_id: str, artifact: ProvisioningArtifact, url: str) -> str:
    """Create a version, wait until it is ready, and return its id. One that another run has created must be equal."""
    reader = writer.reader
    artifact_id, answer = Creation(
        writer,
        "CreateProvisioningArtifact",
        address,
        lambda token: writer.session.servicecatalog.create_provisioning_artifact(
            ProductId=product_id, Parameters=artifact_parameters(artifact, url), IdempotencyToken=token
        ),
        lambda answer: str(answer["ProvisioningArtifactDetail"]["Id"]),
        lambda: id_of_version(reader.artifacts(product_id), artifact.name),
        lambda made: reader.artifact(product_id, made, verbose=True),
        scope=(product_id,),
    ).run()
    wait_artifact(writer, product_id, artifact_id, artifact, answer)
    return artifact_id


def id_of_version(details: Iterable[Mapping[str, Any]], name: str) -> str | None:
    """The id of the version with this name."""
    return next((str(detail["Id"]) for detail in details if detail.get("Name") == name), None)


def wait_artifact(
    writer: Writer,
    product_id: str,
    artifact_id: str,
    artifact: ProvisioningArtifact,
    answer: dict[str, Any] | None = None,
) -> None:
    """Wait until a version is ready, and check that AWS has the template that was released.

    `answer` is its DescribeProvisioningArtifact with Verbose, if it was read just now. If AWS has another template, the
    version is withdrawn and an `AwsError` stops. An answer without the template's text cannot be checked
    (docs/unproven.md, 47). A version that somebody else has created is not withdrawn: it has no digest of ours.
    """
    reader = writer.reader
    described = writer.wait_ready(
        f"version {artifact_id}",
        lambda: reader.if_exists(lambda: reader.artifact(product_id, artifact_id, verbose=True)),
        lambda described: str(described["Status"]),
        answer,
    )
    text = described.get("Info", {}).get("CloudFormationTemplate")
    same = not text or digest_of(text.encode()) == artifact.digest
    description = described["ProvisioningArtifactDetail"].get("Description", artifact.api_description())
    digest = artifact.split_description(description)[1]
    if digest != artifact.digest and not (same and not digest):
        raise AwsError(
            f"version {artifact.name} ({artifact_id}) was created by somebody else: its digest is "
            f"{digest or digest_of(text.encode())}, this repository released {artifact.digest}",
            hint="A published version never changes. Release the change as a version with another number.",
        )
    if not same:
        withdraw_foreign(writer, product_id, artifact_id)
        raise AwsError(
            f"version {artifact.name} ({artifact_id}) has another template than the one that was released: AWS has "
            f"{digest_of(text.encode())}, released is {artifact.digest}. It is withdrawn: nobody can launch it",
            hint="Somebody replaced the object in the template bucket after the upload. Find out who can write there. "
            "Then delete the version in Service Catalog, or the product if it has no other version, and publish again.",
        )
    if description != artifact.api_description():
        update_artifact(writer, product_id, artifact_id, Description=artifact.api_description())


def update_artifact(writer: Writer, product_id: str, artifact_id: str, **members: Any) -> None:
    """UpdateProvisioningArtifact."""
    with aws_call("UpdateProvisioningArtifact"):
        writer.session.servicecatalog.update_provisioning_artifact(
            ProductId=product_id, ProvisioningArtifactId=artifact_id, **members
        )


def withdraw_foreign(writer: Writer, product_id: str, artifact_id: str) -> None:
    """Deactivate a version whose template is not ours. Without a digest in its description, it never counts as ours."""
    update_artifact(writer, product_id, artifact_id, Active=False, Description=FOREIGN_TEMPLATE)


@handles(CreateProvisioningArtifact)
def _(executor: Executor, change: CreateProvisioningArtifact) -> None:
    url = TemplateStore(executor.session, executor.bucket).url(change.product, change.artifact.digest)
    product_id = executor.product_id(change.product)
    executor.ids[change.address] = create_artifact(executor.writer, change.address, product_id, change.artifact, url)


@handles(UpdateProvisioningArtifact, WithdrawProvisioningArtifact)
def _(executor: Executor, change: UpdateProvisioningArtifact) -> None:
    """Update Name, Description, Active or Guidance. The last two cannot be set when a version is created."""
    values: dict[str, Any] = {
        "Name": change.artifact.name,
        "Description": change.artifact.api_description(),
        "Active": change.artifact.active,
        "Guidance": change.artifact.guidance.value,
    }
    product_id, artifact_id = executor.product_id(change.product), executor.ids[change.address]
    update_artifact(executor.writer, product_id, artifact_id, **{member: values[member] for member in change.fields})


@handles(DeleteProvisioningArtifact)
def _(executor: Executor, change: DeleteProvisioningArtifact) -> None:
    """AWS refuses the last version of a product."""
    delete = executor.session.servicecatalog.delete_provisioning_artifact
    product_id, artifact_id = executor.product_id(change.product), executor.ids[change.address]
    remove(
        "DeleteProvisioningArtifact",
        lambda: delete(ProductId=product_id, ProvisioningArtifactId=artifact_id),
        executor.writer.propagation,
    )
