"""Documents of Systems Manager, such as those of service actions.

Source: template reference, AWS::SSM::Document, UpdateMethod: `NewVersion` makes a new version, which becomes the
default; `Replace`, the default, replaces the document.
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging

VERSIONED = ("Attachments", "Content", "DocumentFormat", "Requires", "TargetType", "VersionName")


def by_name(document: ApiResource) -> dict[str, Any]:
    """The parameter Name."""
    return {"Name": document.name}


def content(document: ApiResource) -> dict[str, Any]:
    """The name and the content as text."""
    return {**by_name(document), "Content": document.text("Content")}


def newest(document: ApiResource) -> dict[str, Any]:
    """The newest version, to be the default."""
    described = document.ask("DescribeDocument", by_name(document))["Document"]
    return {**by_name(document), "DocumentVersion": described["LatestVersion"]}


def tagged(document: ApiResource) -> dict[str, Any]:
    """The document, for tags."""
    return {"ResourceType": "Document", "ResourceId": document.name}


DOCUMENT = ApiType(
    "AWS::SSM::Document",
    "ssm",
    create=ApiCall("CreateDocument", content, copies=True, omitted=("Name", "Content")),
    known=lambda document, answer: by_name(document),
    read=ApiCall("DescribeDocument", by_name),
    settings=(
        Setting(
            VERSIONED,
            ApiCall(
                "UpdateDocument",
                lambda document: {**content(document), "DocumentVersion": "$LATEST"},
                copies=True,
                omitted=("Name", "Content"),
            ),
            on_create=False,
        ),
        Setting(VERSIONED, ApiCall("UpdateDocumentDefaultVersion", newest), on_create=False),
    ),
    delete=(ApiCall("DeleteDocument", by_name),),
    tagging=Tagging(ApiCall("AddTagsToResource", tagged), ApiCall("RemoveTagsFromResource", tagged), "Tags"),
    in_place_by=lambda properties: properties.get("UpdateMethod") == "NewVersion",
)

TYPES = (DOCUMENT,)
