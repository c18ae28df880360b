"""Cost categories. Nothing costs anything."""

from __future__ import annotations

import json
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import by, inside, plain, tagged, taken


def category(it: ApiResource) -> dict[str, Any]:
    """The rules of a category, which are JSON text in a template."""
    texts = it.given("Rules", "SplitChargeRules")
    return {name: json.loads(value) if isinstance(value, str) else value for name, value in texts.items()}


WRITTEN = ("Rules", "SplitChargeRules")
CATEGORY_ARN = by(CostCategoryArn="Arn")
TYPES = (
    plain(
        "AWS::CE::CostCategory",
        "ce",
        (),
        create=ApiCall("CreateCostCategoryDefinition", category, copies=True, omitted=WRITTEN),
        known=taken(Arn="CostCategoryArn", EffectiveStart="EffectiveStart"),
        read=ApiCall("DescribeCostCategoryDefinition", CATEGORY_ARN),
        shown=inside("CostCategory"),
        attributes=taken(EffectiveStart="EffectiveStart"),
        update=ApiCall(
            "UpdateCostCategoryDefinition",
            lambda it: {**CATEGORY_ARN(it), **category(it)},
            copies=True,
            omitted=WRITTEN,
        ),
        delete=(ApiCall("DeleteCostCategoryDefinition", CATEGORY_ARN),),
        tagging=tagged("ResourceArn", "Arn", "ResourceTags", tags_in="ResourceTags", keys_in="ResourceTagKeys"),
        arn=lambda it: str(it["Arn"] or f"arn:{it.place.partition}:ce::{it.place.account}:costcategory/*"),
    ),
)
