"""Check the two roles of a stack set with self-managed permissions: whether they can be assumed.

Source: CloudFormation User Guide, "Grant self-managed permissions". The administration role trusts
cloudformation.amazonaws.com (optionally with conditions on aws:SourceAccount and aws:SourceArn, the ARN of the stack
set) and may call sts:AssumeRole for the execution role. The execution role exists in every account, trusts the
administrator account or its role, and may create the resources of the template. Messages:
hashicorp/terraform-provider-aws issue 15165, aws-solutions/aws-control-tower-customizations issue 109; the message
about the administration role is assumed.
"""

from __future__ import annotations

from catalog.sandbox import identity
from catalog.sandbox.servicecatalog.state import StackSet
from catalog.sandbox.settings import settings
from catalog.sandbox.trust import ASSUME, trusts, trusts_role


def administration_refusal(stack_set: StackSet) -> str:
    """The reason why CloudFormation cannot assume the administration role of the stack set; empty if it can."""
    context = {"aws:sourceaccount": stack_set.account, "aws:sourcearn": stack_set.arn}
    if trusts(stack_set.admin_role, "Service", {identity.CLOUDFORMATION}, context):
        return ""
    return (
        f"Account {stack_set.account} should have '{_name(stack_set.admin_role)}' role with trust relationship to "
        "CloudFormation service."
    )


def execution_role(stack_set: StackSet, account: str) -> str:
    """The ARN of the execution role of the stack set in an account."""
    partition = stack_set.admin_role.split(":")[1]
    return f"arn:{partition}:iam::{account}:role/{stack_set.execution_role}"


def execution_refusal(stack_set: StackSet, account: str) -> str:
    """The reason why the administration role cannot assume the execution role in an account; empty if it can."""
    target, admin = execution_role(stack_set, account), stack_set.admin_role
    allowed = not settings.enforce_launch_role or not identity.refusal(admin, ASSUME, target, {})
    if allowed and trusts_role(target, admin):
        return ""
    return (
        f"Account {account} should have '{stack_set.execution_role}' role with trust relationship to Role "
        f"'{_name(admin)}'."
    )


def _name(role_arn: str) -> str:
    return role_arn.partition(":role/")[2]
