"""Fn::GetStackOutput: an output of another stack, also of another Region or account, without an export.

Source: CloudFormation template reference, "Fn::GetStackOutput": it is read when a stack is created or updated, with
cloudformation:DescribeStacks of the stack's role, or of RoleArn, which the stack's role must be able to assume. Later
changes of the output reach nobody, and the other stack may be deleted. The words around a missing output are assumed.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation.models import cloudformation_backends

from catalog.cfn.references import StackOutputReference
from catalog.sandbox import identity
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed, StackContext
from catalog.sandbox.trust import ASSUME, trusts_role


def value_of_output(context: StackContext, wanted: StackOutputReference) -> str:
    """The value; raises `ResourceFailed` if there is no such output, and AccessDeniedException."""
    account, region = context.account, wanted.region or context.region
    if wanted.role_arn:
        _check_assumed(context, wanted.role_arn)
        account = wanted.role_arn.split(":")[4]
    backends: Any = cloudformation_backends[account]
    if region not in backends:
        raise ResourceFailed(f"Fn::GetStackOutput: {region} is not a Region")
    stack = backends[region].find(wanted.stack)
    arn = f"arn:{context.partition}:cloudformation:{region}:{account}:stack/{wanted.stack}/*"
    if context.launch_role:
        keys = {"aws:requestedregion": region, "aws:resourceaccount": account}
        reader = wanted.role_arn or context.launch_role
        identity.require(
            reader, "cloudformation:DescribeStacks", stack.stack_id if stack else arn, {**identity.FORWARDED, **keys}
        )
    if stack is None:
        raise ResourceFailed(f"Stack with id {wanted.stack} does not exist")
    value = next((output.value for output in stack.outputs if output.key == wanted.output), None)
    if value is None:
        raise ResourceFailed(f"Output {wanted.output} of stack {wanted.stack} does not exist")
    return str(value)


def _check_assumed(context: StackContext, role_arn: str) -> None:
    """Raise `ResourceFailed` unless the stack's role may assume another role."""
    parts = role_arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
        raise ResourceFailed(f"Fn::GetStackOutput: {role_arn} is not the ARN of a role")
    if context.launch_role:
        context.require(ASSUME, role_arn)
        if not trusts_role(role_arn, context.launch_role):
            raise ResourceFailed(
                f"User: {identity.session_arn(context.launch_role)} is not authorized to perform: {ASSUME} on "
                f"resource: {role_arn}"
            )
