"""Objects: TagOptions, products with their versions, service actions with their documents, and portfolios."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.model import addresses
from catalog.model.imports import AcceptedShareType
from catalog.model.product import ProvisioningArtifact
from catalog.model.service_action import marked, product_of
from catalog.model.state import OWNER_TAG, owned_tags
from catalog.plan.kinds.portfolio import PORTFOLIO_FIELDS, CreatePortfolio
from catalog.plan.kinds.portfolio_import import AcceptPortfolioShare
from catalog.plan.kinds.product import PRODUCT_FIELDS, CreateProduct
from catalog.plan.kinds.service_action import CreateDocument, CreateServiceAction, documents_of
from catalog.plan.kinds.tag_option import CreateTagOption, DeactivateTagOption
from catalog.plan.kinds.template import UploadTemplate, template_key
from catalog.plan.kinds.version import CreateProvisioningArtifact, UpdateProvisioningArtifact
from catalog.plan.stack_templates.translation import Layer, Translation, translates

UNTIL_THEN = "until publish sets it, people can launch the version"


def filled(fields: Mapping[str, str], value: object) -> dict[str, Any]:
    """The API members of a value that are not empty: a creation sends no others."""
    members = {member: getattr(value, attribute) for member, attribute in fields.items()}
    return {member: text for member, text in members.items() if text}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as a property, in a stable order."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


def version_properties(translation: Translation, product: str, artifact: ProvisioningArtifact) -> dict[str, Any]:
    """ProvisioningArtifactProperties. Its template is where publish has it."""
    return {
        "Name": artifact.name,
        "Description": artifact.api_description(),
        "Info": {"LoadTemplateFromURL": translation.url(template_key(product, artifact.digest))},
        "Type": "CLOUD_FORMATION_TEMPLATE",
        "DisableTemplateValidation": False,
    }


@translates(UploadTemplate)
def _(translation: Translation, change: UploadTemplate) -> None:
    translation.uploads[change.product, change.digest] = None


@translates(CreateTagOption)
def _(translation: Translation, change: CreateTagOption) -> None:
    option = change.tag_option
    translation.add(
        change,
        "AWS::ServiceCatalog::TagOption",
        Layer.OBJECTS,
        {"Key": option.key, "Value": option.value, "Active": True},
    )


@translates(DeactivateTagOption)
def _(translation: Translation, change: DeactivateTagOption) -> None:
    translation.resources[change.address].properties["Active"] = False


@translates(CreateProduct)
def _(translation: Translation, change: CreateProduct) -> None:
    product = change.product
    translation.add(
        change,
        "AWS::ServiceCatalog::CloudFormationProduct",
        Layer.OBJECTS,
        {
            **filled(PRODUCT_FIELDS, product),
            "ProductType": "CLOUD_FORMATION_TEMPLATE",
            "Tags": tag_list(owned_tags(translation.owner, change.address, product.tags)),
            "ProvisioningArtifactParameters": [version_properties(translation, product.key, change.artifact)],
            "ReplaceProvisioningArtifacts": False,
        },
        retained=True,
    )


@translates(CreateProvisioningArtifact)
def _(translation: Translation, change: CreateProvisioningArtifact) -> None:
    product = translation.resources[addresses.product(change.product)]
    product.properties["ProvisioningArtifactParameters"].append(
        version_properties(translation, change.product, change.artifact)
    )


@translates(UpdateProvisioningArtifact)
def _(translation: Translation, change: UpdateProvisioningArtifact) -> None:
    translation.leave(change, f"{', '.join(change.details)}; {UNTIL_THEN}")


@translates(CreateDocument)
def _(translation: Translation, change: CreateDocument) -> None:
    document = change.document
    translation.add(
        change,
        "AWS::SSM::Document",
        Layer.OBJECTS,
        {
            "Name": document.name,
            "Content": json.loads(document.content),
            "DocumentType": "Automation",
            "DocumentFormat": "JSON",
            "TargetType": f"/{document.target_type}",
            "Tags": tag_list({OWNER_TAG: translation.owner}),
        },
        group=addresses.product(change.address.split("/")[1]),
        retained=True,
    )


@translates(CreateServiceAction)
def _(translation: Translation, change: CreateServiceAction) -> None:
    action = change.action
    translation.add(
        change,
        "AWS::ServiceCatalog::ServiceAction",
        Layer.OBJECTS,
        {
            "Name": action.name,
            "Description": marked(action.description, translation.owner, change.address),
            "DefinitionType": "SSM_AUTOMATION",
            "Definition": tag_list(action.definition),
        },
        group=addresses.product(product_of(change.address)),
        after=documents_of(change.address, action),
    )


@translates(CreatePortfolio)
def _(translation: Translation, change: CreatePortfolio) -> None:
    portfolio = change.portfolio
    translation.add(
        change,
        "AWS::ServiceCatalog::Portfolio",
        Layer.OBJECTS,
        {
            **filled(PORTFOLIO_FIELDS, portfolio),
            "Tags": tag_list(owned_tags(translation.owner, change.address, portfolio.tags)),
        },
        retained=True,
    )


@translates(AcceptPortfolioShare)
def _(translation: Translation, change: AcceptPortfolioShare) -> None:
    accepted = change.accepted
    if accepted.portfolio_id:
        translation.portfolio_ids[change.portfolio] = accepted.portfolio_id
    if accepted.share_type is not AcceptedShareType.IMPORTED:
        translation.leave(change, "CloudFormation accepts only shares from account to account")
        return
    translation.add(
        change,
        "AWS::ServiceCatalog::AcceptedPortfolioShare",
        Layer.OBJECTS,
        {"PortfolioId": accepted.portfolio_id},
    )
