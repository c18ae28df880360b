"""Versions (provisioning artifacts): created, updated and deleted."""

from __future__ import annotations

from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.templates import TemplateStore, digest_of
from catalog.aws.waits import once_free
from catalog.aws.writer import Writer
from catalog.errors import AwsError
from catalog.model.addresses import Address
from catalog.model.product import ProvisioningArtifact
from catalog.plan.kinds.version import (
    CreateProvisioningArtifact,
    DeleteProvisioningArtifact,
    UpdateProvisioningArtifact,
    WithdrawProvisioningArtifact,
)

FOREIGN_TEMPLATE = "Withdrawn: AWS read another template than the one that was released."
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
    """Create a version, wait until it is ready, and return its id."""
    parameters = artifact_parameters(artifact, url)

    def create(generation: int) -> str:
        with aws_call("CreateProvisioningArtifact"):
            answer = writer.session.servicecatalog.create_provisioning_artifact(
                ProductId=product_id,
                Parameters=parameters,
                IdempotencyToken=writer.token(
                    "CreateProvisioningArtifact", address, generation, product_id, parameters
                ),
            )
        return answer["ProvisioningArtifactDetail"]["Id"]

    artifact_id, answer = writer.find_or_create(
        create(0), create, lambda made: writer.reader.artifact(product_id, made, verbose=True)
    )
    wait_artifact(writer, product_id, artifact_id, artifact, answer)
    return artifact_id


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
    (docs/unproven.md, 47).
    """
    reader = writer.reader
    described = writer.wait_ready(
        f"version {artifact_id}",
        lambda: reader.if_exists(lambda: reader.artifact(product_id, artifact_id, verbose=True)),
        lambda described: str(described["Status"]),
        answer,
    )
    text = described.get("Info", {}).get("CloudFormationTemplate")
    if text and digest_of(text.encode()) != artifact.digest:
        withdraw_foreign(writer, product_id, artifact_id)
        raise AwsError(
            f"version {artifact.name} ({artifact_id}) has another template than the one that was released: AWS has "
            f"{digest_of(text.encode())}, released is {artifact.digest}. It is withdrawn: nobody can launch it",
            hint="Somebody replaced the object in the template bucket after the upload. Find out who can write there. "
            "Then delete the version in Service Catalog, or the product if it has no other version, and publish again.",
        )


def withdraw_foreign(writer: Writer, product_id: str, artifact_id: str) -> None:
    """Deactivate a version whose template is not ours. Without a digest in its description, it never counts as ours."""
    with aws_call("UpdateProvisioningArtifact"):
        writer.session.servicecatalog.update_provisioning_artifact(
            ProductId=product_id, ProvisioningArtifactId=artifact_id, Active=False, Description=FOREIGN_TEMPLATE
        )


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
    with aws_call("UpdateProvisioningArtifact"):
        executor.session.servicecatalog.update_provisioning_artifact(
            ProductId=product_id,
            ProvisioningArtifactId=artifact_id,
            **{member: values[member] for member in change.fields},
        )


@handles(DeleteProvisioningArtifact)
def _(executor: Executor, change: DeleteProvisioningArtifact) -> None:
    """AWS refuses the last version of a product."""
    delete = executor.session.servicecatalog.delete_provisioning_artifact
    product_id, artifact_id = executor.product_id(change.product), executor.ids[change.address]
    once_free(
        "DeleteProvisioningArtifact",
        lambda: delete(ProductId=product_id, ProvisioningArtifactId=artifact_id),
        executor.writer.propagation,
    )
