"""Check the calls that Service Catalog makes with a launch role, and report resource types without such checks.

Source: Service Catalog Administrator Guide, "Step 6: Add a launch constraint to assign an IAM role": the role needs
these eight CloudFormation actions, and s3:GetObject on objects that are tagged servicecatalog:provisioning=true. The
guide lists them together; which operation needs which action is assumed from their names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from catalog.sandbox import identity
from catalog.sandbox.settings import settings
from catalog.sandbox.stacks import StackRefused, checks_permissions

READ_TEMPLATE = "s3:GetObject"
ON_TEMPLATES = ("cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate")
WATCH = ("cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents")
ON_STACKS = {
    "create": ("cloudformation:CreateStack", "cloudformation:SetStackPolicy", *WATCH),
    "update": ("cloudformation:UpdateStack", "cloudformation:SetStackPolicy", *WATCH),
    "delete": ("cloudformation:DeleteStack", *WATCH),
    "plan": ("cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet"),
    "execute": ("cloudformation:ExecuteChangeSet", "cloudformation:SetStackPolicy", *WATCH),
    "discard": ("cloudformation:DeleteChangeSet",),
}
"""The last three are of plans: SageMaker Developer Guide, "Update an MLOps Project", which lets a launch role create,
describe and delete change sets of stacks SC-*. That a plan is executed as a change set is assumed."""
READING_THE_TEMPLATE = ("create", "update", "plan")
log = logging.getLogger(__name__)
_checked_types: set[str] = set()
_unchecked_types: set[str] = set()


def check_service_calls(role_arn: str, verb: str, region: str, stack_name: str) -> None:
    """Raise `StackRefused` with CloudFormation's message for the first call that the role may not make.

    `verb` is create, update or delete; for a plan plan, execute or discard.
    """
    if not role_arn or not settings.enforce_launch_role:
        return
    _, partition, _, _, account, _ = role_arn.split(":", 5)
    common = {"aws:requestedregion": region}
    if verb in READING_THE_TEMPLATE:
        tagged = {**common, **identity.FORWARDED, "s3:existingobjecttag/servicecatalog:provisioning": "true"}
        template = f"arn:{partition}:s3:::sandbox-servicecatalog-{region}/template"
        if identity.refusal(role_arn, READ_TEMPLATE, template, tagged):
            raise StackRefused("S3 error: Access Denied")
        for action in ON_TEMPLATES:
            _require(role_arn, action, "*", common)
    stack = f"arn:{partition}:cloudformation:{region}:{account}:stack/{stack_name}/*"
    for action in ON_STACKS[verb]:
        _require(role_arn, action, stack, common)


def check_stack_set_calls(role_arn: str, action: str, region: str, stack_name: str) -> None:
    """Raise `StackRefused` unless the execution role of a stack set may perform `action` and DescribeStacks."""
    if settings.enforce_launch_role:
        _, partition, _, _, account, _ = role_arn.split(":", 5)
        stack = f"arn:{partition}:cloudformation:{region}:{account}:stack/{stack_name}/*"
        for iam_action in (action, "cloudformation:DescribeStacks"):
            _require(role_arn, iam_action, stack, {"aws:requestedregion": region})


def _require(role_arn: str, action: str, resource: str, context: dict[str, str]) -> None:
    reason = identity.refusal(role_arn, action, resource, context)
    if reason:
        raise StackRefused(reason, "AccessDenied")


def log_unchecked_types(types: Iterable[str]) -> None:
    """Log, once per type, the resource types of a launch whose permissions are not checked."""
    for type_name in sorted(set(types) - _checked_types - _unchecked_types):
        if checks_permissions(type_name):
            _checked_types.add(type_name)
            continue
        _unchecked_types.add(type_name)
        log.warning(
            "launch roles: the sandbox does not check permissions for %s, because its schema lists none", type_name
        )


def report() -> dict[str, Any]:
    """Whether permissions are enforced, and the types that were launched with and without checks."""
    return {
        "enforced": settings.enforce_launch_role,
        "checked_types": sorted(_checked_types),
        "unchecked_types": sorted(_unchecked_types),
    }


def forget() -> None:
    """Clear the lists of launched types."""
    _checked_types.clear()
    _unchecked_types.clear()
