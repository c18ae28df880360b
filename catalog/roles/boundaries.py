"""Boundaries of the roles and users that a template makes, and launch roles that can become administrator.

Who can make a role and give it policies can do everything, unless IAM asks for a permissions boundary on each role
(IAM user guide, "Permissions boundaries for IAM entities", "Delegating responsibility to others"). When every role of
the template has a boundary that the template names, its actions get the condition `iam:PermissionsBoundary`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from catalog.model.definition import LaunchPermission
from catalog.roles.cover import covers_action
from catalog.roles.names import arn_texts
from catalog.roles.statements import Conditions
from catalog.roles.values import TemplateResource

KEY = "iam:PermissionsBoundary"
BOUNDED: Mapping[str, tuple[str, ...]] = {
    "AWS::IAM::Role": (
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
    ),
    "AWS::IAM::User": (
        "iam:AttachUserPolicy",
        "iam:CreateUser",
        "iam:DeleteUserPermissionsBoundary",
        "iam:DeleteUserPolicy",
        "iam:DetachUserPolicy",
        "iam:PutUserPermissionsBoundary",
        "iam:PutUserPolicy",
    ),
}
"""Type → its actions with the condition key (Service Authorization Reference, IAM)."""

MAKES_ADMINISTRATORS = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateLoginProfile",
    "iam:UpdateSAMLProvider",
    "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
    "sso:AttachManagedPolicyToPermissionSet",
    "sso:CreateAccountAssignment",
    "sso:PutInlinePolicyToPermissionSet",
)
"""Actions with which their holder can become administrator, unless a boundary limits what is made."""
ON_OTHER_ROLES = ("iam:UpdateAssumeRolePolicy", "sts:AssumeRole")
"""The same, when the action is allowed on roles that no product made. A role of a product is as powerful as the launch
role that made it could make it: without a boundary, that launch role is marked (ADR 25)."""
OF_PRODUCTS = ":role/SC-${AWS::AccountId}-pp-"
"""The roles that products make without a literal name."""
ADMINISTRATORS = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess", "SystemAdministrator")
"""Managed policies of AWS that allow everything, or IAM, or to pass any role: as a boundary, they limit nothing."""
PATH_OF_SERVICE_ROLES = ":role/aws-service-role/"
REQUIRES = re.compile(r"(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))")
"""Operators with which a condition on the boundary asks for one; with others it can hold without a boundary."""


def boundary_conditions(
    resource_type: str, action: str, resources: Sequence[TemplateResource]
) -> tuple[Conditions, ...]:
    """The conditions of an action, one for each boundary; a single empty one when a resource can have no boundary."""
    if action not in BOUNDED.get(resource_type, ()):
        return ({},)
    boundaries = {
        arn
        for resource in resources
        for node in resource.nodes("PermissionsBoundary")
        for arn in arn_texts(resource.view, node)
    }
    absent = any(resource.values("PermissionsBoundary").absent for resource in resources)
    if absent or not boundaries or not all("*" not in arn and bounds(arn) for arn in boundaries):
        return ({},)
    return tuple({"StringEquals": {KEY: arn}} for arn in sorted(boundaries))


def bounds(arn: str) -> bool:
    """Whether a boundary limits anything: it is a policy of the account, or one of AWS that gives no one all power."""
    name = arn.rpartition("/")[2]
    return "*" not in name and not (":iam::aws:policy/" in arn and name in ADMINISTRATORS)


def administrator_actions(permission: LaunchPermission) -> tuple[str, ...]:
    """The actions of a statement with which its holder can become administrator."""
    required = (keys for operator, keys in permission.conditions.items() if REQUIRES.fullmatch(operator))
    if any(key.lower() == KEY.lower() and bounds(arn) for keys in required for key, arn in keys.items()):
        return ()
    if all(PATH_OF_SERVICE_ROLES in arn for arn in permission.resources):
        return ()  # service-linked roles trust only their service
    dangerous = (*MAKES_ADMINISTRATORS, *(ON_OTHER_ROLES if any(map(reaches_others, permission.resources)) else ()))
    return tuple(action for action in permission.actions if any(covers_action(action, danger) for danger in dangerous))


def reaches_others(arn: str) -> bool:
    """Whether a pattern of ARNs reaches roles that no product made. A literal name is one role of a product."""
    return "*" in arn.partition(":role/")[2] and OF_PRODUCTS not in arn if ":role/" in arn else "*" in arn


def administrator_sids(permissions: Iterable[LaunchPermission]) -> tuple[str, ...]:
    """The Sids of the statements that are as good as administrator."""
    return tuple(permission.sid for permission in permissions if administrator_actions(permission))


def administrator_note(permissions: Iterable[LaunchPermission]) -> str:
    """What to say of a role that can become administrator, after its name; empty when it cannot."""
    actions = sorted({action for permission in permissions for action in administrator_actions(permission)})
    if not actions:
        return ""
    return (
        f"is administrator-equivalent: it has {', '.join(actions)} without a boundary. Write a PermissionsBoundary on "
        "each role and user of its templates (`catalog help permissions.md`)"
    )
