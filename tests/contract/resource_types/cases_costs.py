"""Cost categories."""

from __future__ import annotations

import json

from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks, listed


def rules(value: str) -> list[dict[str, object]]:
    """One rule for an account."""
    return [{"Value": value, "Rule": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["123456789012"]}}}]


CASES = (
    Case(
        "AWS::CE::CostCategory",
        {"Name": "teams", "RuleVersion": "CostCategoryExpression.v1", "Rules": json.dumps(rules("one"))},
        asks("ce", "describe_cost_category_definition", "CostCategory", CostCategoryArn="@"),
        {"Name": "teams", "Rules": rules("one")},
        changed={"Rules": json.dumps(rules("two")), "DefaultValue": "other"},
        then={"Rules": rules("two"), "DefaultValue": "other"},
        replaced={"Name": "groups"},
        tags=listed(asks("ce", "list_tags_for_resource", "ResourceTags", ResourceArn="@")),
        denied=("ce:CreateCostCategoryDefinition", "ce:TagResource", "ce:DescribeCostCategoryDefinition"),
        denied_later=("ce:UpdateCostCategoryDefinition", "ce:DeleteCostCategoryDefinition"),
        attributes=("EffectiveStart",),
    ),
)
