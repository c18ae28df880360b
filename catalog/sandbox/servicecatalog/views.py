"""The structures in responses, built from the state; details follow the API model and the AWS CLI's examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.servicecatalog.call import creation_status
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException
from catalog.sandbox.servicecatalog.state import (
    Artifact,
    StoredConstraint,
    StoredPortfolio,
    StoredProduct,
    StoredServiceAction,
    StoredTagOption,
)
from catalog.sandbox.settings import settings

View = dict[str, Any]


def tag_list(tags: Mapping[str, str]) -> list[View]:
    """Tags as a list of Key and Value."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_dict(tags: list[View] | None) -> dict[str, str]:
    """The tags of a request by key; raises `InvalidParametersException` for a repeated key [text assumed]."""
    tags_by_key: dict[str, str] = {}
    for tag in tags or []:
        if tag["Key"] in tags_by_key:
            raise InvalidParametersException(f"Duplicate tag key: {tag['Key']}")
        tags_by_key[tag["Key"]] = tag["Value"]
    return tags_by_key


def optional(**members: object) -> View:
    """The members that are not empty; AWS omits empty members."""
    return {name: value for name, value in members.items() if value not in ("", None)}


def portfolio_detail(portfolio: StoredPortfolio) -> View:
    """PortfolioDetail."""
    return {
        "Id": portfolio.id,
        "ARN": portfolio.arn,
        "DisplayName": portfolio.display_name,
        "ProviderName": portfolio.provider_name,
        "CreatedTime": portfolio.created,
        **optional(Description=portfolio.description),
    }


def product_view_summary(product: StoredProduct) -> View:
    """ProductViewSummary: Id is the id of the view (`prodview-…`), and the description is ShortDescription."""
    texts = product.texts
    return {
        "Id": product.view_id,
        "ProductId": product.id,
        "Name": texts["Name"],
        "Owner": texts["Owner"],
        "Type": product.type,
        "HasDefaultPath": False,
        **optional(
            ShortDescription=texts.get("Description"),
            Distributor=texts.get("Distributor"),
            SupportDescription=texts.get("SupportDescription"),
            SupportEmail=texts.get("SupportEmail"),
            SupportUrl=texts.get("SupportUrl"),
        ),
    }


def product_view_detail(product: StoredProduct) -> View:
    """ProductViewDetail; the status of a ready product is CREATED, which is missing in the enum of the model."""
    return {
        "ProductViewSummary": product_view_summary(product),
        "Status": creation_status(product.ready_at, settings.ready_status),
        "ProductARN": product.arn,
        "CreatedTime": product.created,
    }


def artifact_detail(artifact: Artifact) -> View:
    """ProvisioningArtifactDetail."""
    return {
        "Id": artifact.id,
        "Type": artifact.type,
        "CreatedTime": artifact.created,
        "Active": artifact.active,
        "Guidance": artifact.guidance,
        **optional(Name=artifact.name, Description=artifact.description),
    }


def artifact_view(artifact: Artifact) -> View:
    """ProvisioningArtifact, the short view of an end user."""
    return {
        "Id": artifact.id,
        "CreatedTime": artifact.created,
        "Guidance": artifact.guidance,
        **optional(Name=artifact.name, Description=artifact.description),
    }


def artifact_summary(artifact: Artifact) -> View:
    """ProvisioningArtifactSummary of DescribeProductAsAdmin, without Active and Guidance."""
    return {
        "Id": artifact.id,
        "CreatedTime": artifact.created,
        "ProvisioningArtifactMetadata": {"SourceProvisioningArtifactId": artifact.id},
        **optional(Name=artifact.name, Description=artifact.description),
    }


def artifact_response(artifact: Artifact) -> View:
    """The answer of the operations on an artifact; `LoadTemplateFromURL` becomes `TemplateUrl` (AWS CLI examples)."""
    return {
        "ProvisioningArtifactDetail": artifact_detail(artifact),
        "Info": dict(artifact.info),
        "Status": creation_status(artifact.ready_at, "AVAILABLE"),
    }


def constraint_detail(constraint: StoredConstraint) -> View:
    """ConstraintDetail, without the parameters."""
    return {
        "ConstraintId": constraint.id,
        "Type": constraint.type,
        "Owner": constraint.account,
        "ProductId": constraint.product_id,
        "PortfolioId": constraint.portfolio_id,
        **optional(Description=constraint.description),
    }


def constraint_response(constraint: StoredConstraint) -> View:
    """The answer of the operations on a constraint."""
    return {
        "ConstraintDetail": constraint_detail(constraint),
        "ConstraintParameters": constraint.parameters,
        "Status": creation_status(constraint.ready_at, "AVAILABLE"),
    }


def constraint_summary(constraint: StoredConstraint) -> View:
    """ConstraintSummary, the view of an end user."""
    return {"Type": constraint.type, **optional(Description=constraint.description)}


def tag_option_detail(option: StoredTagOption) -> View:
    """TagOptionDetail."""
    return {
        "Id": option.id,
        "Key": option.key,
        "Value": option.value,
        "Active": option.active,
        "Owner": option.owner,
    }


def service_action_summary(action: StoredServiceAction) -> View:
    """ServiceActionSummary."""
    return {
        "Id": action.id,
        "Name": action.name,
        "DefinitionType": action.definition_type,
        **optional(Description=action.description),
    }
