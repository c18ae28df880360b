"""LF-tags and permissions of Lake Formation and what they are given to."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, Case
from tests.contract.resource_types.reading import asks

DATABASE: dict[str, Any] = {
    "Type": "AWS::Glue::Database",
    "Properties": {"CatalogId": ACCOUNT, "DatabaseInput": {"Name": "orders"}},
}
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
COLUMNS = {"DatabaseName": "orders", "Name": "items", "ColumnNames": ["price"]}
TAG = {"Type": "AWS::LakeFormation::Tag", "Properties": {"TagKey": "team", "TagValues": ["payments", "orders"]}}


def tag(value: str) -> dict[str, Any]:
    return {"CatalogId": ACCOUNT, "TagKey": {"Ref": "Tag"}, "TagValues": [value]}


CASES = (
    Case(
        "AWS::LakeFormation::Tag",
        {"TagKey": "level", "TagValues": ["low", "high"]},
        asks("lakeformation", "get_lf_tag", TagKey="@"),
        {"TagValues": ["low", "high"]},
        changed={"TagValues": ["high", "higher"]},
        then={"TagValues": ["high", "higher"]},
        replaced={"TagKey": "levels"},
        denied=("lakeformation:CreateLFTag", "lakeformation:GetLFTag"),
        denied_later=("lakeformation:UpdateLFTag", "lakeformation:DeleteLFTag"),
    ),
    Case(
        "AWS::LakeFormation::TagAssociation",
        {"Resource": {"Database": {"CatalogId": ACCOUNT, "Name": {"Ref": "Database"}}}, "LFTags": [tag("payments")]},
        asks(
            "lakeformation",
            "get_resource_lf_tags",
            "LFTagOnDatabase.0",
            Resource={"Database": {"CatalogId": ACCOUNT, "Name": "orders"}},
        ),
        {"TagKey": "team", "TagValues": ["payments"]},
        denied=("lakeformation:AddLFTagsToResource", "lakeformation:GetResourceLFTags"),
        denied_later=("lakeformation:RemoveLFTagsFromResource",),
        around={"Database": DATABASE, "Tag": TAG},
    ),
    Case(
        "AWS::LakeFormation::PrincipalPermissions",
        {
            "Principal": {"DataLakePrincipalIdentifier": READER},
            "Resource": {"TableWithColumns": {"CatalogId": ACCOUNT, **COLUMNS}},
            "Permissions": ["SELECT"],
            "PermissionsWithGrantOption": [],
        },
        asks(
            "lakeformation",
            "list_permissions",
            "PrincipalResourcePermissions.0",
            Principal={"DataLakePrincipalIdentifier": READER},
            Resource={"TableWithColumns": COLUMNS},
        ),
        {"Permissions": ["SELECT"]},
        replaced={"Permissions": ["DESCRIBE"]},
        shared=True,
        denied=("lakeformation:GrantPermissions", "lakeformation:ListPermissions"),
        denied_later=("lakeformation:RevokePermissions",),
    ),
)
