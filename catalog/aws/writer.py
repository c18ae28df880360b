"""Typed writes of Service Catalog; each returns when what it made can be used by the next one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from catalog.aws.calls import aws_call
from catalog.aws.emptied import check_emptied
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.tokens import content_token
from catalog.aws.waits import (
    AFTER_FAILED,
    PRODUCT,
    PROPAGATION,
    SANDBOX_PROPAGATION,
    Patience,
    code_is,
    retry_call,
    wait_for,
)
from catalog.errors import AwsCallError, AwsError, DeadlineError
from catalog.model.addresses import Address
from catalog.model.constraint import Constraint
from catalog.model.portfolio import Principal
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import ADDRESS_TAG, OWNER_TAG

if TYPE_CHECKING:
    from mypy_boto3_servicecatalog.type_defs import TagTypeDef

READY = ("CREATED", "AVAILABLE")
"""The model says AVAILABLE; the service answers CREATED for products (Terraform's provider, wait.go)."""

GENERATIONS = 5
"""How often the same content may be made, deleted and made again while AWS remembers all of its tokens."""

Made = TypeVar("Made")

# A role that was just made is not known everywhere yet; Terraform's provider retries this text on nearly every write.
ROLE_UNKNOWN = "profile does not exist"


@dataclass(frozen=True, slots=True)
class Writer:
    """What applying a plan needs. `owner` is the value of the ownership tag."""

    session: AwsSession
    reader: Reader
    owner: str

    @property
    def propagation(self) -> Patience:
        """How long a new association or role may take to be known everywhere."""
        return SANDBOX_PROPAGATION if self.session.is_sandbox else PROPAGATION

    def token(self, operation: str, place: Address, generation: int, *content: Any) -> str:
        """An idempotency token for `content` at `place` in this account and Region; see `found_or_made`."""
        account = self.session.identity.account
        return content_token(account, self.session.region, self.owner, operation, place, generation, *content)

    def found_or_made(
        self,
        made: Made,
        create: Callable[[int], Made],
        read: Callable[[Made], dict[str, Any]],
        is_ours: Callable[[dict[str, Any]], bool] = lambda answer: True,
    ) -> tuple[Made, dict[str, Any]]:
        """(what there is, what `read` answered of it): `made` by the first token, or what the next ones make.

        A token that AWS still remembers answers with what it made before, even when that was deleted since: a
        constraint that is taken out and declared again. What cannot be found, or is no longer ours, is asked for with
        the next token.
        """

        def seen(made: Made) -> tuple[Made, dict[str, Any]]:
            return made, wait_for(f"{made}", partial(self.reader.found, partial(read, made)), self.propagation)

        for generation in range(1, GENERATIONS):
            try:
                found = seen(made)
            except DeadlineError:
                found = None
            if found and is_ours(found[1]):
                return found
            made = create(generation)
        return seen(made)

    def tags(self, place: Address, tags: Mapping[str, str]) -> list[TagTypeDef]:
        """`tags` with the ownership tags, as AWS takes them."""
        return pairs({**tags, OWNER_TAG: self.owner, ADDRESS_TAG: place})

    def create_product(
        self, place: Address, product: Product, artifact: ProvisioningArtifact, url: str
    ) -> tuple[str, str]:
        """Make a product with its first version; (product id, artifact id) once both are ready."""
        fields = {
            "Name": product.name,
            "Owner": product.owner,
            "Description": product.description,
            "Distributor": product.distributor,
            "SupportDescription": product.support_description,
            "SupportEmail": product.support_email,
            "SupportUrl": product.support_url,
        }
        given: dict[str, Any] = {member: value for member, value in fields.items() if value}
        tags = self.tags(place, product.tags)
        parameters = artifact_parameters(artifact, url)

        def create(generation: int) -> tuple[str, str]:
            with aws_call("CreateProduct"):
                answer = self.session.servicecatalog.create_product(
                    **given,
                    ProductType="CLOUD_FORMATION_TEMPLATE",
                    Tags=tags,
                    ProvisioningArtifactParameters=parameters,
                    IdempotencyToken=self.token("CreateProduct", place, generation, given, tags, parameters),
                )
            return answer["ProductViewDetail"]["ProductViewSummary"]["ProductId"], answer["ProvisioningArtifactDetail"][
                "Id"
            ]

        (product_id, artifact_id), answer = self.found_or_made(
            create(0), create, lambda ids: self.reader.product(ids[0])
        )
        self.wait_ready(
            f"product {product_id}",
            lambda: self.reader.found(lambda: self.reader.product(product_id)),
            lambda found: str(found["ProductViewDetail"]["Status"]),
            answer,
        )
        self.wait_artifact(product_id, artifact_id)
        return product_id, artifact_id

    def update_product(
        self, product_id: str, fields: Mapping[str, Any], add: Mapping[str, str], remove: tuple[str, ...]
    ) -> None:
        """Change metadata and tags."""
        with aws_call("UpdateProduct"):
            answer = self.session.servicecatalog.update_product(
                Id=product_id,
                **fields,
                **tag_changes(add, remove),
            )
        check_emptied("UpdateProduct", fields, answer["ProductViewDetail"]["ProductViewSummary"])

    def create_artifact(self, place: Address, product_id: str, artifact: ProvisioningArtifact, url: str) -> str:
        """Add a version; its id once it is ready."""
        parameters = artifact_parameters(artifact, url)

        def create(generation: int) -> str:
            with aws_call("CreateProvisioningArtifact"):
                answer = self.session.servicecatalog.create_provisioning_artifact(
                    ProductId=product_id,
                    Parameters=parameters,
                    IdempotencyToken=self.token(
                        "CreateProvisioningArtifact", place, generation, product_id, parameters
                    ),
                )
            return answer["ProvisioningArtifactDetail"]["Id"]

        artifact_id, answer = self.found_or_made(create(0), create, lambda made: self.reader.artifact(product_id, made))
        self.wait_artifact(product_id, artifact_id, answer)
        return artifact_id

    def update_artifact(self, product_id: str, artifact_id: str, values: Mapping[str, Any]) -> None:
        """Change Description, Active or Guidance, none of which creation takes but the first."""
        with aws_call("UpdateProvisioningArtifact"):
            self.session.servicecatalog.update_provisioning_artifact(
                ProductId=product_id, ProvisioningArtifactId=artifact_id, **values
            )

    def wait_artifact(self, product_id: str, artifact_id: str, answer: dict[str, Any] | None = None) -> None:
        """Until a version is ready; `answer` is what was read of it last."""
        self.wait_ready(
            f"version {artifact_id}",
            lambda: self.reader.found(lambda: self.reader.artifact(product_id, artifact_id)),
            lambda found: str(found["Status"]),
            answer,
        )

    def wait_ready(
        self,
        what: str,
        read: Callable[[], dict[str, Any] | None],
        status: Callable[[dict[str, Any]], str],
        answer: dict[str, Any] | None = None,
    ) -> None:
        """Until `status` of what `read` answers is CREATED or AVAILABLE; FAILED is an `AwsError`.

        `answer` is what it answered last, if it was read just now.
        """
        answers = [answer] if answer else []

        def probe() -> bool | None:
            found = answers.pop() if answers else read()
            if found is not None and status(found) == "FAILED":
                raise AwsError(f"{what}: AWS says FAILED", hint=AFTER_FAILED)
            return True if found is not None and status(found) in READY else None

        wait_for(what, probe, PRODUCT)

    def create_portfolio(self, place: Address, fields: Mapping[str, Any], tags: Mapping[str, str]) -> str:
        """Make a portfolio; its id."""
        given: dict[str, Any] = {member: value for member, value in fields.items() if value}
        own_tags = self.tags(place, tags)

        def create(generation: int) -> str:
            with aws_call("CreatePortfolio"):
                answer = self.session.servicecatalog.create_portfolio(
                    **given,
                    Tags=own_tags,
                    IdempotencyToken=self.token("CreatePortfolio", place, generation, given, own_tags),
                )
            return answer["PortfolioDetail"]["Id"]

        return self.found_or_made(create(0), create, self.reader.portfolio)[0]

    def update_portfolio(
        self, portfolio_id: str, fields: Mapping[str, Any], add: Mapping[str, str], remove: tuple[str, ...]
    ) -> None:
        """Change metadata and tags."""
        with aws_call("UpdatePortfolio"):
            answer = self.session.servicecatalog.update_portfolio(
                Id=portfolio_id,
                **fields,
                **tag_changes(add, remove),
            )
        check_emptied("UpdatePortfolio", fields, answer["PortfolioDetail"])

    def associate_product(self, portfolio_id: str, product_id: str, source_id: str = "") -> None:
        """Put a product into a portfolio. A constraint made before it is seen there is refused: see `Settling`.

        `source_id` is the portfolio of another account that it comes from.
        """
        source = {"SourcePortfolioId": source_id} if source_id else {}
        with aws_call("AssociateProductWithPortfolio"):
            self.session.servicecatalog.associate_product_with_portfolio(
                ProductId=product_id,
                PortfolioId=portfolio_id,
                **source,
            )

    def disassociate_product(self, portfolio_id: str, product_id: str) -> None:
        """Take a product out of a portfolio."""
        with aws_call("DisassociateProductFromPortfolio"):
            self.session.servicecatalog.disassociate_product_from_portfolio(
                ProductId=product_id, PortfolioId=portfolio_id
            )

    def associate_principal(self, portfolio_id: str, principal: Principal) -> None:
        """Let a principal launch."""

        def call() -> None:
            with aws_call("AssociatePrincipalWithPortfolio"):
                self.session.servicecatalog.associate_principal_with_portfolio(
                    PortfolioId=portfolio_id, PrincipalARN=principal.arn, PrincipalType=principal.type.value
                )

        retry_call("AssociatePrincipalWithPortfolio", call, code_is((), ROLE_UNKNOWN), self.propagation)

    def disassociate_principal(self, portfolio_id: str, principal: Principal) -> None:
        """Take a principal's launch path away, and see that it is gone.

        The type must be sent, or a pattern is not found; and that AWS did not find it counts only once it is not
        listed either (terraform #32229).
        """

        def listed() -> bool:
            return principal_members(principal) in self.reader.principals(portfolio_id)

        try:
            with aws_call("DisassociatePrincipalFromPortfolio"):
                self.session.servicecatalog.disassociate_principal_from_portfolio(
                    PortfolioId=portfolio_id, PrincipalARN=principal.arn, PrincipalType=principal.type.value
                )
        except AwsCallError as error:
            if error.code != "ResourceNotFoundException" or listed():
                raise
        wait_for(
            f"principal {principal.arn} no longer of portfolio {portfolio_id}",
            lambda: None if listed() else True,
            self.propagation,
        )

    def create_constraint(
        self, place: Address, portfolio_id: str, product_id: str, constraint: Constraint
    ) -> Callable[[], str]:
        """Ask for a constraint; what is returned waits until it is available, and answers its id."""
        parameters = json.dumps(constraint.parameters(), sort_keys=True)
        content = (portfolio_id, product_id, parameters, constraint.description)

        def call(generation: int) -> str:
            with aws_call("CreateConstraint"):
                answer = self.session.servicecatalog.create_constraint(
                    PortfolioId=portfolio_id,
                    ProductId=product_id,
                    Type=constraint.type,
                    Parameters=parameters,
                    Description=constraint.description,
                    IdempotencyToken=self.token("CreateConstraint", place, generation, *content),
                )
            return answer["ConstraintDetail"]["ConstraintId"]

        # The association may not be visible everywhere yet (aws-cdk #20810), nor may the role.
        passing = code_is(("ResourceNotFoundException",), ROLE_UNKNOWN)

        def create(generation: int) -> str:
            return retry_call("CreateConstraint", lambda: call(generation), passing, self.propagation)

        asked = create(0)

        def ready() -> str:
            constraint_id, answer = self.found_or_made(asked, create, self.reader.constraint)
            self.wait_constraint(constraint_id, answer)
            return constraint_id

        return ready

    def update_constraint(self, constraint_id: str, constraint: Constraint) -> None:
        """Change a constraint in place; `wait_constraint` tells when the change holds."""
        with aws_call("UpdateConstraint"):
            self.session.servicecatalog.update_constraint(
                Id=constraint_id,
                Description=constraint.description,
                Parameters=json.dumps(constraint.parameters(), sort_keys=True),
            )

    def wait_constraint(self, constraint_id: str, answer: dict[str, Any] | None = None) -> None:
        """Until a constraint is available; `answer` is what was read of it last."""
        self.wait_ready(
            f"constraint {constraint_id}",
            lambda: self.reader.found(lambda: self.reader.constraint(constraint_id)),
            lambda found: str(found["Status"]),
            answer,
        )

    def delete_constraint(self, constraint_id: str) -> None:
        """Lift a constraint."""
        with aws_call("DeleteConstraint"):
            self.session.servicecatalog.delete_constraint(Id=constraint_id)


def principal_members(principal: Principal) -> dict[str, str]:
    """A principal as ListPrincipalsForPortfolio answers it."""
    return {"PrincipalARN": principal.arn, "PrincipalType": principal.type.value}


def pairs(tags: Mapping[str, str]) -> list[TagTypeDef]:
    """A mapping as AWS's list of Key and Value, in a stable order."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


def tag_changes(add: Mapping[str, str], remove: tuple[str, ...]) -> dict[str, Any]:
    """AddTags and RemoveTags, only where there are any."""
    return {
        **({"AddTags": pairs(add)} if add else {}),
        **({"RemoveTags": list(remove)} if remove else {}),
    }


def artifact_parameters(artifact: ProvisioningArtifact, url: str) -> Any:
    """ProvisioningArtifactProperties; the service validates the template (DisableTemplateValidation stays false)."""
    return {
        "Name": artifact.name,
        "Description": artifact.api_description(),
        "Info": {"LoadTemplateFromURL": url},
        "Type": "CLOUD_FORMATION_TEMPLATE",
        "DisableTemplateValidation": False,
    }
