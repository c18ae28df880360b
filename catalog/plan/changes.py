"""Changes: one class an API operation, each a value that says what it does and whom it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.model.addresses import Address
from catalog.model.constraint import Constraint
from catalog.model.imports import PortfolioImport
from catalog.model.portfolio import Portfolio, Principal, TagOption
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.service_action import Document, PublishedAction
from catalog.model.share import PortfolioShare


class Effect(StrEnum):
    """What a change means for people: nothing to fear, more access for somebody, or something taken away."""

    SAFE = "safe"
    WIDENS_ACCESS = "widens access"
    DESTRUCTIVE = "destroys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One API call to come. The subclass's name is the operation's."""

    address: Address
    effect: Effect = Effect.SAFE
    details: tuple[str, ...] = ()
    """Lines for people: what differs, or why the effect is what it is."""

    @property
    def operation(self) -> str:
        """The API operation, such as `CreateProduct`."""
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStack(Change):
    """CloudFormation: deploy a stack of `catalog bootstrap`."""

    name: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStack(Change):
    """CloudFormation: bring a stack of `catalog bootstrap` to the template that this version brings."""

    name: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadTemplate(Change):
    """S3 PutObject: a template under its content-addressed key."""

    product: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTagOption(Change):
    """Make a TagOption of the account."""

    tag_option: TagOption


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTagOption(Change):
    """Activate a TagOption that was deactivated."""

    tag_option: TagOption


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateTagOption(Change):
    """UpdateTagOption, the other way: people can no longer choose a TagOption."""

    tag_option: TagOption

    @property
    def operation(self) -> str:
        """The API knows one operation for both ways; they have different places in the order."""
        return "UpdateTagOption"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateProduct(Change):
    """Make a product with its first version."""

    product: Product
    artifact: ProvisioningArtifact


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProduct(Change):
    """Change a product's metadata or tags. `fields` maps API members to new values."""

    fields: Mapping[str, str] = field(default_factory=dict)
    add_tags: Mapping[str, str] = field(default_factory=dict)
    remove_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateProvisioningArtifact(Change):
    """Add a version to a product."""

    product: str
    artifact: ProvisioningArtifact


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProvisioningArtifact(Change):
    """Change a version's description, activity or guidance; its template never changes.

    The whole of `artifact` is what shall be; `fields` are the API members that differ.
    """

    product: str
    artifact: ProvisioningArtifact
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePortfolio(Change):
    """Make a portfolio."""

    portfolio: Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePortfolio(Change):
    """Change a portfolio's metadata or tags. `fields` maps API members to new values."""

    fields: Mapping[str, str] = field(default_factory=dict)
    add_tags: Mapping[str, str] = field(default_factory=dict)
    remove_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioMember(Change):
    """A change inside one portfolio."""

    portfolio: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateTagOptionWithResource(Change):
    """Offer a TagOption with a portfolio or product."""

    resource: Address
    tag_option: TagOption


@dataclass(frozen=True, slots=True, kw_only=True)
class DisassociateTagOptionFromResource(Change):
    """No longer offer a TagOption with a portfolio or product."""

    resource: Address
    tag_option: TagOption


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateBudgetWithResource(Change):
    """Watch the costs of a portfolio or product with a budget."""

    resource: Address
    budget: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisassociateBudgetFromResource(Change):
    """No longer watch the costs of a portfolio or product with a budget."""

    resource: Address
    budget: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateProductWithPortfolio(PortfolioMember):
    """Put a product into a portfolio."""

    product: str
    source: str = ""
    """Key of the import whose portfolio the product comes from; empty for a product of this account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisassociateProductFromPortfolio(PortfolioMember):
    """Take a product out of a portfolio."""

    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateConstraint(PortfolioMember):
    """Put a constraint on a product in a portfolio."""

    product: str
    constraint: Constraint


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateConstraint(PortfolioMember):
    """Change a constraint in place."""

    product: str
    constraint: Constraint


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteConstraint(PortfolioMember):
    """Lift a constraint."""

    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatePrincipalWithPortfolio(PortfolioMember):
    """Let somebody launch from a portfolio."""

    principal: Principal
    anew: bool = False
    """Take the association away first: it may be that of a role of the same name that was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisassociatePrincipalFromPortfolio(PortfolioMember):
    """No longer let somebody launch from a portfolio."""

    principal: Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePortfolioShare(PortfolioMember):
    """Share a portfolio with an account or with a node of the organization."""

    share: PortfolioShare


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePortfolioShare(PortfolioMember):
    """Change whether TagOptions and principals are shared too."""

    share: PortfolioShare


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePortfolioShare(PortfolioMember):
    """No longer share a portfolio: it disappears from the accounts that had it."""

    share: PortfolioShare


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPortfolioShare(PortfolioMember):
    """Take a portfolio that another account shares with this one."""

    accepted: PortfolioImport


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDocument(Change):
    """SSM: make the Automation document of a service action."""

    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteDocument(Change):
    """SSM: delete a document of ours that no service action uses any more."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateServiceAction(Change):
    """Make a service action, as yet with no version."""

    action: PublishedAction


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateServiceAction(Change):
    """Change a service action in place. `fields` are the API members that differ."""

    action: PublishedAction
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteServiceAction(Change):
    """Delete a service action that no version has any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAction(Change):
    """A change of what a version offers."""

    product: str
    version: Address
    action: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociateServiceActionWithProvisioningArtifact(VersionAction):
    """Offer a service action with a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisassociateServiceActionFromProvisioningArtifact(VersionAction):
    """No longer offer a service action with a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteProvisioningArtifact(Change):
    """Delete a version; the address is the version's."""

    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteProduct(Change):
    """Delete a product with all its versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePortfolio(Change):
    """Delete a portfolio that holds nothing any more."""


Facts = Mapping[Address, Mapping[str, Any]]
"""What is known of each Address (plan/facts.py)."""


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """What a version that a plan creates changes against the version before it."""

    lines: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    """As in `catalog diff --json`; empty when AWS does not return the template of the version before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What publishing will do, in order, for one account and Region. Printed, saved, confirmed and applied as it is."""

    account: str
    region: str
    partition: str = "aws"
    sandbox: bool = False
    """Whether it is a plan for the sandbox."""
    owner: str = ""
    """Value of the ownership tag of what is created."""
    bucket: str = ""
    """Name of the template bucket."""
    changes: tuple[Change, ...] = ()
    ids: Mapping[Address, str] = field(default_factory=dict)
    """AWS's ids of the objects that exist before the changes, by Address."""
    notices: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    """What must be done first: publish refuses to run while there are any."""
    before: Facts = field(default_factory=dict)
    """What was observed of the objects that are declared."""
    after: Facts = field(default_factory=dict)
    """What is declared."""
    left_out: tuple[Change, ...] = ()
    """Changes that publishing would make and this plan does not (`--target`)."""
    version_diffs: Mapping[Address, VersionDiff] = field(default_factory=dict)
    """By the Address of the version that is created."""
