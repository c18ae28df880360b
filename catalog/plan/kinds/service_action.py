"""Service actions of products, their SSM documents, and the versions that offer them.

A service action belongs to its product as a constraint does to its portfolio: one that the product file no longer
declares goes. Its document stays until `catalog prune`, as templates stay in the bucket. An association is made with
every version that people can launch, and stays when a version becomes inactive or deprecated: what was launched of it
lives on, and may need the action more than ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from catalog.content.ssm_documents import walk_steps
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.constraint import LaunchConstraint
from catalog.model.service_action import LAUNCH_ROLE, PublishedServiceAction, SsmDocument, product_of, readable
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change, change_base
from catalog.plan.operations import Operation, needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts, part_of_prune
from catalog.plan.removal import Kept, Removal

FIELDS = {"Name": "name", "Description": "description", "Definition": "definition"}

needs_permission(
    *servicecatalog(
        "plan",
        "service actions, their owners, and the versions that offer them",
        "DescribeServiceAction",
        "ListProvisioningArtifactsForServiceAction",
        "ListServiceActions",
    ),
    Operation("ssm:DescribeDocument", "plan", "whether the document of a service action exists", "documents"),
    *servicecatalog(
        "publish",
        "service actions and the versions that offer them",
        "AssociateServiceActionWithProvisioningArtifact",
        "CreateServiceAction",
        "DeleteServiceAction",
        "DisassociateServiceActionFromProvisioningArtifact",
        "UpdateServiceAction",
    ),
    Operation("ssm:CreateDocument", "publish", "documents of service actions", "documents"),
    Operation("ssm:GetDocument", "publish", "whether an existing document is owned by catalog", "documents"),
    Operation("ssm:AddTagsToResource", "publish", "the ownership tag of documents", "documents", call=""),
    *servicecatalog(
        "upkeep",
        "service actions of a version that prune deletes",
        "ListServiceActionsForProvisioningArtifact",
    ),
    Operation("ssm:ListDocuments", "upkeep", "documents that no service action runs any more"),
    Operation("ssm:DeleteDocument", "upkeep", "deletions of prune", "documents"),
)


@change
class CreateDocument(Change):
    """SSM: create the Automation document of a service action."""

    FOLLOWS = True

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    document: SsmDocument


@change
class DeleteDocument(Change):
    """SSM: delete a document of ours that no service action uses any more."""

    launch_impact: LaunchImpact = LaunchImpact.NOTHING
    name: str


# What people do with what they have launched, not whether they can launch.
@change
class CreateServiceAction(Change):
    """Create a service action, without an association with a version."""

    LABEL = "may run"

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    action: PublishedServiceAction

    @property
    def subject(self) -> str:
        """Its name, and as whom it runs."""
        return f"{self.action.name} {as_whom(self.action)}"

    @property
    def brief(self) -> tuple[str, ...]:
        """Nothing besides: its document follows from it."""
        return ()

    def needs(self) -> tuple[Address, ...]:
        """Its product, and the document of ours that it runs."""
        return (*self.above(), *documents_of(self.address, self.action))


@change
class UpdateServiceAction(Change):
    """Change a service action in place. `fields` are the API members that differ."""

    LABEL = "service action"

    launch_impact: LaunchImpact = LaunchImpact.NOTHING
    action: PublishedServiceAction
    fields: tuple[str, ...]

    def needs(self) -> tuple[Address, ...]:
        """Its product, and the document of ours that it runs."""
        return (*self.above(), *documents_of(self.address, self.action))


@change
class DeleteServiceAction(Change):
    """Delete a service action that no version has any more."""

    LABEL = "may no longer run"

    launch_impact: LaunchImpact = LaunchImpact.NOTHING


@change_base
class OfferChange(Change):
    """A change of which service actions a version offers."""

    LABEL = "service action offer"

    launch_impact: LaunchImpact = LaunchImpact.NOTHING
    product: str
    version: Address
    action: Address

    @property
    def subject(self) -> str:
        """The version and the service action."""
        return f"{self.action.rpartition('/')[2]} with {self.version.rpartition('/')[2]}"

    def needs(self) -> tuple[Address, ...]:
        """The version and the action."""
        return (*self.above(), self.version, self.action)


@change
class AssociateServiceActionWithProvisioningArtifact(OfferChange):
    """Offer a service action with a version."""

    FOLLOWS = True

    @property
    def listing(self) -> str:
        """The versions that have the service action."""
        return f"versions of {self.action}"


@change
class DisassociateServiceActionFromProvisioningArtifact(OfferChange):
    """Stop offering a service action with a version."""


def documents_of(address: Address, action: PublishedServiceAction) -> tuple[Address, ...]:
    """The document of ours that an action runs, if any."""
    return (addresses.document(product_of(address), action.document.name),) if action.document else ()


@part_of_diff
def diff_service_actions(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """The service actions of each product that is declared."""
    for product in desired.products:
        versions = observed.products[product].artifacts if product in observed.products else ()
        existing = frozenset(addresses.version(product, artifact.name) for artifact in versions)
        declared = service_actions_of(product, desired.service_actions)
        known = service_actions_of(product, observed.service_actions)
        for address, action in declared.items():
            yield from diff_service_action(address, action, known.get(address), existing)
        for address, action in known.items():
            if address not in declared:
                yield from remove_service_action(address, action)


def service_actions_of(
    product: str, actions: Mapping[Address, PublishedServiceAction]
) -> dict[Address, PublishedServiceAction]:
    """The service actions of one product."""
    return {address: action for address, action in sorted(actions.items()) if product_of(address) == product}


def diff_service_action(
    address: Address,
    desired: PublishedServiceAction,
    observed: PublishedServiceAction | None,
    existing: frozenset[Address],
) -> Iterator[Change]:
    """One service action. `existing` are the versions that AWS has before this plan."""
    document = desired.document
    if document and (observed is None or observed.observed_document != document.name):
        yield CreateDocument(
            address=addresses.document(product_of(address), document.name),
            document=document,
            details=tuple(step_lines(document)),
        )
    if observed is None:
        # People get to do something that they could not do before, perhaps with a role that they do not have.
        yield CreateServiceAction(
            address=address, impact=Impact.WIDENS, action=desired, details=(what_it_runs(desired),)
        )
        observed = PublishedServiceAction(desired.name, desired.description, desired.definition)
        existing = frozenset()
    elif fields := tuple(name for name, attribute in FIELDS.items() if differ(attribute, desired, observed)):
        yield UpdateServiceAction(
            address=address,
            impact=Impact.WIDENS if "Definition" in fields else Impact.NONE,
            action=desired,
            fields=fields,
            details=tuple(change_lines(fields, desired, observed)),
        )
    for version in sorted(desired.versions - observed.versions):
        yield AssociateServiceActionWithProvisioningArtifact(
            address=addresses.service_action_association(version, address),
            impact=Impact.WIDENS if version in existing else Impact.NONE,
            product=product_of(address),
            version=version,
            action=address,
        )
    for version in sorted(observed.versions & desired.too_early):
        yield disassociate(address, version)


def differ(attribute: str, desired: PublishedServiceAction, observed: PublishedServiceAction) -> bool:
    """Whether the two differ in this."""
    return bool(getattr(desired, attribute) != getattr(observed, attribute))


def remove_service_action(address: Address, observed: PublishedServiceAction) -> Iterator[Change]:
    """Disassociate a service action from all versions, and delete it."""
    for version in sorted(observed.versions):
        yield disassociate(address, version)
    yield DeleteServiceAction(address=address, impact=Impact.DESTROYS, details=(f"{observed.name!r}",))


def disassociate(address: Address, version: Address) -> Change:
    """A service action off a version, of its own product or of another that somebody associated by hand."""
    return DisassociateServiceActionFromProvisioningArtifact(
        address=addresses.service_action_association(version, address),
        impact=Impact.DESTROYS,
        product=version.removeprefix("product/").partition("/version/")[0],
        version=version,
        action=address,
    )


def step_lines(document: SsmDocument) -> Iterator[str]:
    """What a document does, a line a step: `RotateKeyOnDemand: kms:RotateKeyOnDemand`."""
    for step in walk_steps(json.loads(document.content)["mainSteps"]):
        inputs = step.get("inputs", {})
        call = f"{inputs['Service']}:{inputs['Api']}" if {"Service", "Api"} <= set(inputs) else ""
        yield f"{step['name']}: {step['action']} {call}".rstrip()


def what_it_runs(action: PublishedServiceAction) -> str:
    """What a service action runs, and as whom."""
    return f"{action.name!r} runs document {action.definition['Name']} {as_whom(action)}"


def as_whom(action: PublishedServiceAction) -> str:
    """As whom a service action runs."""
    role = action.definition.get("AssumeRole", "")
    return {"": "as the person who asks", LAUNCH_ROLE: "as the launch role"}.get(role, f"as {role}")


def change_lines(
    fields: tuple[str, ...], desired: PublishedServiceAction, observed: PublishedServiceAction
) -> Iterator[str]:
    """`name: old → new` lines."""
    for name in ("name", "description"):
        if name.capitalize() in fields:
            yield f"{name}: {getattr(observed, name)!r} → {getattr(desired, name)!r}"
    if "Definition" in fields:
        for member in sorted({*desired.definition, *observed.definition}):
            old, new = observed.definition.get(member, ""), desired.definition.get(member, "")
            if old != new:
                yield f"{member}: {old!r} → {new!r}"


@part_of_prune
def prune_service_actions(removal: Removal) -> Iterator[Change | Kept]:
    """What versions that go offer, the service actions of products that go, and documents that nothing runs then."""
    for held in removal.holdings.products.values():
        product = removal.product_key(held.id)
        for artifact_id, action_id in held.service_actions:
            if removal.takes(held.id, artifact_id):
                version = removal.address_of(artifact_id, addresses.version(product, artifact_id))
                yield disassociate(removal.address_of(action_id, addresses.service_action(product, action_id)), version)
    used = set()
    for address, action in sorted(removal.observed.service_actions.items()):
        if product_of(address) in removal.staying:
            used.add(action.definition.get("Name", ""))
        else:
            yield from remove_service_action(address, action)
    for name in sorted(set(removal.holdings.documents) - used):
        document = Address(f"document/{name}")
        if other := removal.holdings.run_by_others.get(name):
            yield Kept(document, f"service action {other}, not ours, runs it")
        else:
            yield DeleteDocument(address=document, name=name)


@part_of_facts
def service_action_facts(state: CatalogState) -> Facts:
    """Service actions, their documents, and the versions that offer them."""
    facts: dict[Address, Mapping[str, object]] = {}
    for address, action in state.service_actions.items():
        facts[address] = {
            "name": action.name,
            "description": action.description,
            "definition": readable(action.definition),
        }
        if name := action.document.name if action.document else action.observed_document:
            facts[addresses.document(product_of(address), name)] = {}
        facts |= {addresses.service_action_association(version, address): {} for version in action.versions}
    return facts


def service_action_notices(desired: CatalogState) -> Iterator[str]:
    """What the service actions of a product cannot do in a portfolio that holds it."""
    yield from sharing_notices(desired)
    yield from role_notices(desired)


def role_notices(desired: CatalogState) -> Iterator[str]:
    """A notice for each product without a launch role in a portfolio, whose service actions are to run as that role."""
    for key, portfolio in desired.portfolios.items():
        for product, portfolio_product in portfolio.products.items():
            names = [
                address.rpartition("/")[2]
                for address, action in service_actions_of(product, desired.service_actions).items()
                if action.definition.get("AssumeRole") == LAUNCH_ROLE
            ]
            if names and LaunchConstraint.type not in portfolio_product.constraints:
                yield (
                    f"portfolio/{key} has no launch role for {product}, as which its service actions run: "
                    f"{', '.join(names)} will fail for what is launched through it (`catalog help actions.md`)"
                )


def sharing_notices(desired: CatalogState) -> Iterator[str]:
    """A notice for each portfolio that is shared without the service actions of its products.

    No page of AWS says that actions come with a shared portfolio; who tried says that they do not (docs/unproven.md).
    """
    for key, portfolio in desired.portfolios.items():
        names = [
            f"{address.rpartition('/')[2]} of {product}"
            for product in portfolio.products
            for address in service_actions_of(product, desired.service_actions)
        ]
        if names and portfolio.shares:
            yield f"portfolio/{key} is shared, service actions are not: {', '.join(names)} (`catalog help actions.md`)"
