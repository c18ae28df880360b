"""The CloudFormation backend that `install` puts into moto's registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from moto.cloudformation.models import cloudformation_backends

from catalog.sandbox.cloudformation import operations
from catalog.sandbox.cloudformation.definition import EVERY_CAPABILITY
from catalog.sandbox.cloudformation.state import Stack
from catalog.sandbox.cloudformation.store import StackStore


class SandboxCloudFormationBackend(StackStore):
    """The stacks of one account and Region; moto's stack sets create and delete their instances with it."""

    def create_stack(  # type: ignore[override]  # our Stack is not moto's
        self,
        name: str,
        template: str,
        parameters: Mapping[str, Any],
        notification_arns: list[str] | None = None,
        tags: Mapping[str, str] | None = None,
        role_arn: str | None = None,
        **_: object,
    ) -> Stack:
        """Called by moto's stack sets; all capabilities are acknowledged."""
        request = operations.StackRequest(
            name,
            template,
            {key: str(value) for key, value in parameters.items()},
            tags or {},
            caller=f"arn:{self.partition}:iam::{self.account_id}:root",
            role_arn=role_arn or "",
            capabilities=EVERY_CAPABILITY,
            notification_arns=tuple(notification_arns or ()),
        )
        return operations.create(self, request)

    def delete_stack(self, name_or_stack_id: str) -> None:
        """Called by moto's stack sets."""
        operations.delete(self, name_or_stack_id, caller=f"arn:{self.partition}:iam::{self.account_id}:root")

    def get_stack(self, name_or_stack_id: str) -> Stack:  # type: ignore[override]  # our Stack is not moto's
        """Called by moto's other services."""
        return self.described(name_or_stack_id)


def sandbox_backend(account: str, region: str) -> SandboxCloudFormationBackend:
    """The stacks of an account and Region; `install` must have run before."""
    return cast(SandboxCloudFormationBackend, cloudformation_backends[account][region])
