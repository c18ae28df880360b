"""Service actions of a product, declared and observed, to the changes between them. Pure.

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
from catalog.model.service_action import LAUNCH_ROLE, Document, PublishedAction, product_of
from catalog.model.state import CatalogState
from catalog.plan import changes
from catalog.plan.changes import Change, Effect

FIELDS = {"Name": "name", "Description": "description", "Definition": "definition"}


def diff_actions(product: str, desired: CatalogState, observed: CatalogState) -> Iterator[Change]:
    """What makes the actions of one product as declared."""
    versions = observed.products[product].artifacts if product in observed.products else ()
    there = frozenset(addresses.version(product, one.name) for one in versions)
    declared = actions_of(product, desired.actions)
    known = actions_of(product, observed.actions)
    for place, action in declared.items():
        yield from diff_action(place, action, known.get(place), there)
    for place, action in known.items():
        if place not in declared:
            yield from remove_action(place, action)


def actions_of(product: str, actions: Mapping[Address, PublishedAction]) -> dict[Address, PublishedAction]:
    """The actions of one product."""
    return {place: one for place, one in sorted(actions.items()) if product_of(place) == product}


def diff_action(
    place: Address, desired: PublishedAction, observed: PublishedAction | None, there: frozenset[Address]
) -> Iterator[Change]:
    """One action. `there` are the versions that AWS has before this plan."""
    document = desired.document
    if document and (observed is None or observed.document_found != document.name):
        yield changes.CreateDocument(
            address=addresses.document(product_of(place), document.name),
            document=document,
            details=tuple(steps(document)),
        )
    if observed is None:
        # People get to do something that they could not do before, perhaps with a role that they do not have.
        yield changes.CreateServiceAction(
            address=place, effect=Effect.WIDENS_ACCESS, action=desired, details=(runs(desired),)
        )
        observed = PublishedAction(desired.name, desired.description, desired.definition)
        there = frozenset()
    elif fields := tuple(name for name, attribute in FIELDS.items() if differ(attribute, desired, observed)):
        yield changes.UpdateServiceAction(
            address=place,
            effect=Effect.WIDENS_ACCESS if "Definition" in fields else Effect.SAFE,
            action=desired,
            fields=fields,
            details=tuple(shown(fields, desired, observed)),
        )
    for version in sorted(desired.versions - observed.versions):
        yield changes.AssociateServiceActionWithProvisioningArtifact(
            address=addresses.version_action(version, place),
            effect=Effect.WIDENS_ACCESS if version in there else Effect.SAFE,
            product=product_of(place),
            version=version,
            action=place,
        )
    for version in sorted(observed.versions & desired.too_early):
        yield disassociate(place, version)


def differ(attribute: str, desired: PublishedAction, observed: PublishedAction) -> bool:
    """Whether the two differ in this."""
    return bool(getattr(desired, attribute) != getattr(observed, attribute))


def remove_action(place: Address, observed: PublishedAction) -> Iterator[Change]:
    """An action off all versions, and away."""
    for version in sorted(observed.versions):
        yield disassociate(place, version)
    yield changes.DeleteServiceAction(address=place, effect=Effect.DESTRUCTIVE, details=(f"{observed.name!r}",))


def disassociate(place: Address, version: Address) -> Change:
    """An action off a version, of its own product or of another that somebody associated by hand."""
    return changes.DisassociateServiceActionFromProvisioningArtifact(
        address=addresses.version_action(version, place),
        effect=Effect.DESTRUCTIVE,
        product=version.removeprefix("product/").partition("/version/")[0],
        version=version,
        action=place,
    )


def steps(document: Document) -> Iterator[str]:
    """What a document does, a line a step: `RotateKeyOnDemand: kms:RotateKeyOnDemand`."""
    for step in walk_steps(json.loads(document.content)["mainSteps"]):
        inputs = step.get("inputs", {})
        call = f"{inputs['Service']}:{inputs['Api']}" if {"Service", "Api"} <= set(inputs) else ""
        yield f"{step['name']}: {step['action']} {call}".rstrip()


def runs(action: PublishedAction) -> str:
    """What an action runs, and as whom."""
    role = action.definition.get("AssumeRole", "")
    who = {"": "as the person who asks", LAUNCH_ROLE: "as the launch role"}.get(role, f"as {role}")
    return f"{action.name!r} runs document {action.definition['Name']} {who}"


def shown(fields: tuple[str, ...], desired: PublishedAction, observed: PublishedAction) -> Iterator[str]:
    """`name: old → new` lines."""
    for name in ("name", "description"):
        if name.capitalize() in fields:
            yield f"{name}: {getattr(observed, name)!r} → {getattr(desired, name)!r}"
    if "Definition" in fields:
        for member in sorted({*desired.definition, *observed.definition}):
            old, new = observed.definition.get(member, ""), desired.definition.get(member, "")
            if old != new:
                yield f"{member}: {old!r} → {new!r}"


def offering_notices(desired: CatalogState) -> Iterator[str]:
    """What a portfolio offers a product for, and its service actions cannot do there."""
    yield from sharing_notices(desired)
    yield from role_notices(desired)


def role_notices(desired: CatalogState) -> Iterator[str]:
    """A notice for each product that a portfolio gives no launch role, as which its service actions are to run."""
    for key, portfolio in desired.portfolios.items():
        for product, entry in portfolio.products.items():
            names = [
                place.rpartition("/")[2]
                for place, action in actions_of(product, desired.actions).items()
                if action.definition.get("AssumeRole") == LAUNCH_ROLE
            ]
            if names and LaunchConstraint.type not in entry.constraints:
                yield (
                    f"portfolio/{key} has no launch role for {product}, as which its service actions run: "
                    f"{', '.join(names)} will fail for what is launched through it (docs/actions.md)"
                )


def sharing_notices(desired: CatalogState) -> Iterator[str]:
    """A notice for each portfolio that others get without the service actions of its products.

    No page of AWS says that actions come with a shared portfolio; who tried says that they do not (docs/unproven.md).
    """
    for key, portfolio in desired.portfolios.items():
        names = [
            f"{place.rpartition('/')[2]} of {product}"
            for product in portfolio.products
            for place in actions_of(product, desired.actions)
        ]
        if names and portfolio.shares:
            yield f"portfolio/{key} is shared, service actions are not: {', '.join(names)} (docs/actions.md)"
