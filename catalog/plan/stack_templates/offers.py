"""Offers: what portfolios and products are associated with, and the constraints on launches."""

from __future__ import annotations

import json
from typing import Any, assert_never

from catalog.model import addresses
from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
    allowance,
    with_digest,
)
from catalog.plan.kinds.association import AssociateProductWithPortfolio
from catalog.plan.kinds.budget import AssociateBudgetWithResource
from catalog.plan.kinds.constraint import CreateConstraint, CreateRoleConstraint
from catalog.plan.kinds.service_action import AssociateServiceActionWithProvisioningArtifact
from catalog.plan.kinds.tag_option import AssociateTagOptionWithResource
from catalog.plan.stack_templates.translation import Layer, ObjectReference, Translation, translates

TYPES = {
    "TEMPLATE": "AWS::ServiceCatalog::LaunchTemplateConstraint",
    "NOTIFICATION": "AWS::ServiceCatalog::LaunchNotificationConstraint",
    "RESOURCE_UPDATE": "AWS::ServiceCatalog::ResourceUpdateConstraint",
    "LAUNCH": "AWS::ServiceCatalog::LaunchRoleConstraint",
    "STACKSET": "AWS::ServiceCatalog::StackSetConstraint",
}
"""Type of a constraint in the API → resource type."""
NOT_KNOWN = "the ids of products of an imported portfolio are known when it is accepted"


def constraint_properties(constraint: Constraint) -> dict[str, Any]:
    """What the Parameters of the API say, as properties of the resource type."""
    match constraint:
        case TemplateConstraint():
            # The rules by name, without the member Rules of the API (CDK's association-manager writes the same).
            return {"Rules": json.dumps(dict(constraint.rules), sort_keys=True)}
        case ResourceUpdateConstraint():
            return {"TagUpdateOnProvisionedProduct": allowance(constraint.tag_updates)}
        case StackSetConstraint():
            # The resource type requires StackInstanceControl, which a portfolio file may leave out.
            control = {"StackInstanceControl": allowance(bool(constraint.stack_instances))}
            properties: dict[str, Any] = constraint.parameters()["Properties"]
            return {**properties, **control}
        case LaunchConstraint() | NotificationConstraint():
            return constraint.parameters()
        case _:
            assert_never(constraint)


def description(translation: Translation, constraint: Constraint) -> str:
    """The Description of a constraint: with the digest of its Parameters, unless they differ by account."""
    varies = translation.destination.has_stand_ins(json.dumps(constraint.parameters()))
    return constraint.description if varies else with_digest(constraint)


@translates(AssociateTagOptionWithResource)
def _(translation: Translation, change: AssociateTagOptionWithResource) -> None:
    option = addresses.tag_option(change.tag_option.key, change.tag_option.value)
    translation.add(
        change,
        "AWS::ServiceCatalog::TagOptionAssociation",
        Layer.OFFERS,
        {"TagOptionId": ObjectReference(option), "ResourceId": ObjectReference(change.resource)},
    )
    translation.offers.setdefault(change.resource, []).append(change.address)


@translates(AssociateServiceActionWithProvisioningArtifact)
def _(translation: Translation, change: AssociateServiceActionWithProvisioningArtifact) -> None:
    product = addresses.product(change.product)
    versions = translation.resources[product].properties["ProvisioningArtifactParameters"]
    name = change.version.removeprefix(f"{product}/version/")
    index = [version["Name"] for version in versions].index(name)
    translation.add(
        change,
        "AWS::ServiceCatalog::ServiceActionAssociation",
        Layer.OFFERS,
        {
            "ProductId": ObjectReference(product),
            "ProvisioningArtifactId": ObjectReference(product, index),
            "ServiceActionId": ObjectReference(change.action),
        },
    )


@translates(AssociateBudgetWithResource)
def _(translation: Translation, change: AssociateBudgetWithResource) -> None:
    translation.leave(change, "CloudFormation has no resource type for associations with budgets")


@translates(AssociateProductWithPortfolio)
def _(translation: Translation, change: AssociateProductWithPortfolio) -> None:
    if change.source:
        translation.leave(change, NOT_KNOWN)
        return
    portfolio, product = addresses.portfolio(change.portfolio), addresses.product(change.product)
    translation.add(
        change,
        "AWS::ServiceCatalog::PortfolioProductAssociation",
        Layer.OFFERS,
        {"PortfolioId": ObjectReference(portfolio), "ProductId": ObjectReference(product)},
        after=tuple(translation.offers.get(product, ())),
    )
    translation.offers.setdefault(portfolio, []).append(change.address)


@translates(CreateConstraint, CreateRoleConstraint)
def _(translation: Translation, change: CreateConstraint) -> None:
    """A constraint follows its association, and one that gives a role follows the other constraints of the product."""
    association = addresses.association(change.portfolio, change.product)
    portfolio = addresses.portfolio(change.portfolio)
    if association not in translation.resources:
        translation.leave(change, NOT_KNOWN)
        return
    siblings = tuple(
        address
        for address in translation.offers[portfolio]
        if translation.resources[address].group == association and address != association
    )
    is_role = isinstance(change, CreateRoleConstraint)
    translation.add(
        change,
        TYPES[change.constraint.type],
        Layer.OFFERS,
        {
            "PortfolioId": ObjectReference(portfolio),
            "ProductId": ObjectReference(addresses.product(change.product)),
            "Description": description(translation, change.constraint),
            **constraint_properties(change.constraint),
        },
        group=association,
        after=siblings if is_role and siblings else (association,),
    )
    translation.offers[portfolio].append(change.address)
