"""What the permissions of a launch role can be derived from: types with handlers, and nothing that hides its calls.

Control W9006 says it of a template, and `catalog.roles` of the role itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.check.handlers import Handlers, resource_handlers
from catalog.check.schemas import CUSTOM

NO_PERMISSIONS: Mapping[str, str] = {
    "AWS::CDK::Metadata": "CloudFormation handles it itself and calls no service",
    "AWS::CloudFormation::WaitCondition": "CloudFormation handles it itself and calls no service",
    "AWS::CloudFormation::WaitConditionHandle": "CloudFormation handles it itself and calls no service",
}
"""Types without handlers that need no permission."""

MACRO = "its result is known only when it runs"
HIDDEN: Mapping[str, str] = {
    "AWS::CloudFormation::Macro": MACRO,
    "AWS::CloudFormation::Stack": "its resources are in another template",
    "AWS::CloudFormation::StackSet": "its resources are in another template",
}
"""Types that need more than their handlers: the product must declare it in its launch_permissions."""
NO_HANDLERS = "cfn-lint's schemas have no handlers for the type"
NEEDED = ("create", "delete")


def is_custom(resource_type: str) -> bool:
    """Whether a type is that of a custom resource: its role calls the function or topic of the ServiceToken."""
    return resource_type.startswith(CUSTOM)


def why_underivable(resource_type: str, regions: Sequence[str]) -> str:
    """Why the permissions for a type cannot be derived; empty when they can."""
    if is_custom(resource_type) or resource_type in NO_PERMISSIONS:
        return ""
    return HIDDEN.get(resource_type) or missing_handlers(resource_handlers(resource_type, regions))


def missing_handlers(handlers: Handlers | None) -> str:
    """What a type lacks for its permissions to be derived."""
    if handlers is None:
        return NO_HANDLERS
    if not handlers.permissions.get("create"):
        return "its schema does not list the permissions of its create handler"
    return ""
