"""Deletions: what `catalog prune` calls beside the writes of publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.aws.waits import Patience, code_is, retry_call


@dataclass(frozen=True, slots=True)
class Remover:
    """Deletes what nothing holds any more. A deletion of what is gone is an error: then somebody else is at work."""

    session: AwsSession
    propagation: Patience

    def once_free(self, operation: str, call: Callable[[], object]) -> None:
        """Make a call again while AWS still sees what was just taken out, and says ResourceInUse."""

        def attempt() -> None:
            with aws_call(operation):
                call()

        retry_call(operation, attempt, code_is(("ResourceInUseException",)), self.propagation)

    def disassociate_action(self, product_id: str, artifact_id: str, action_id: str) -> None:
        """Take a service action off a version."""
        with aws_call("DisassociateServiceActionFromProvisioningArtifact"):
            self.session.servicecatalog.disassociate_service_action_from_provisioning_artifact(
                ProductId=product_id, ProvisioningArtifactId=artifact_id, ServiceActionId=action_id
            )

    def delete_artifact(self, product_id: str, artifact_id: str) -> None:
        """Delete a version; AWS refuses the last one of a product."""
        self.once_free(
            "DeleteProvisioningArtifact",
            lambda: self.session.servicecatalog.delete_provisioning_artifact(
                ProductId=product_id, ProvisioningArtifactId=artifact_id
            ),
        )

    def delete_product(self, product_id: str) -> None:
        """Delete a product with its versions."""
        self.once_free("DeleteProduct", lambda: self.session.servicecatalog.delete_product(Id=product_id))

    def delete_portfolio(self, portfolio_id: str) -> None:
        """Delete a portfolio."""
        self.once_free("DeletePortfolio", lambda: self.session.servicecatalog.delete_portfolio(Id=portfolio_id))
