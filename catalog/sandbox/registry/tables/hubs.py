"""The hub of Security Hub. Nothing is checked."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import regional, tagged, taken


def hub_arn(it: ApiResource) -> str:
    """The ARN of the hub, of which an account has one in each Region."""
    return regional(it, "securityhub", "hub/default")


def settings(it: ApiResource) -> dict[str, Any]:
    """UpdateSecurityHubConfiguration; what the template does not say any more has its default again."""
    return {"AutoEnableControls": True, **it.given("AutoEnableControls", "ControlFindingGenerator")}


TYPES = (
    ApiType(
        "AWS::SecurityHub::Hub",
        "securityhub",
        create=ApiCall("EnableSecurityHub", copies=True),
        known=lambda it, answer: {"ARN": hub_arn(it)},
        read=ApiCall("DescribeHub", lambda it: {"HubArn": hub_arn(it)}, permissions=()),
        attributes=taken(SubscribedAt="SubscribedAt"),
        settings=(
            Setting(("AutoEnableControls",), ApiCall("UpdateSecurityHubConfiguration", settings)),
            Setting(("ControlFindingGenerator",), ApiCall("UpdateSecurityHubConfiguration", settings), on_create=False),
        ),
        delete=(ApiCall("DisableSecurityHub"),),
        tagging=tagged("ResourceArn", hub_arn, "Tags"),
        arn=hub_arn,
        also={"update": ("securityhub:DescribeHub",)},
        modelled=("EnableDefaultStandards",),
    ),
)
