"""Rules of AWS Config. Nothing is evaluated."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain, regional, taken
from catalog.sandbox.registry.shaping import copied

NAME = ("ConfigRuleName",)


def rule(it: ApiResource) -> dict[str, Any]:
    """The whole rule."""
    shape = operation_model("config", "PutConfigRule").input_shape
    return copied({"ConfigRule": {**it.properties, "ConfigRuleName": it.name}}, shape, {})


TYPES = (
    plain(
        "AWS::Config::ConfigRule",
        "config",
        NAME,
        create=ApiCall("PutConfigRule", rule),
        read=ApiCall("DescribeConfigRules", lambda it: {"ConfigRuleNames": [it["ConfigRuleName"]]}),
        shown=inside("ConfigRules.0"),
        attributes=taken(Arn="ConfigRuleArn", ConfigRuleId="ConfigRuleId"),
        update=ApiCall("PutConfigRule", rule),
        arn=lambda it: str(it["Arn"] or regional(it, "config", "config-rule/*")),
        modelled=("Compliance",),
    ),
)
