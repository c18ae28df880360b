"""The hub of Security Hub."""

from __future__ import annotations

from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks

CASES = (
    Case(
        "AWS::SecurityHub::Hub",
        {"AutoEnableControls": False},
        asks("securityhub", "describe_hub", HubArn="@"),
        {"AutoEnableControls": False, "ControlFindingGenerator": "SECURITY_CONTROL"},
        changed={"AutoEnableControls": None, "ControlFindingGenerator": "STANDARD_CONTROL"},
        then={"AutoEnableControls": True, "ControlFindingGenerator": "STANDARD_CONTROL"},
        tags=asks("securityhub", "list_tags_for_resource", "Tags", ResourceArn="@"),
        denied=(
            *("securityhub:EnableSecurityHub", "securityhub:UpdateSecurityHubConfiguration"),
            "securityhub:TagResource",
        ),
        denied_later=("securityhub:DescribeHub", "securityhub:DisableSecurityHub"),
        attributes=("ARN", "SubscribedAt"),
        map_tags=True,
    ),
)
