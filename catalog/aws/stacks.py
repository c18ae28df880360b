"""L3. CloudFormation stacks of `catalog bootstrap`: read, create, update, wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.aws.tokens import content_token
from catalog.aws.waits import RECORD, wait_for
from catalog.errors import AwsCallError, AwsError

FAILED = ("FAILED", "ROLLBACK_COMPLETE")


@dataclass(frozen=True, slots=True)
class Stacks:
    """Stacks of one account and Region."""

    session: AwsSession

    def describe(self, name: str) -> dict[str, Any] | None:
        """The stack, None when there is none of this name."""
        try:
            with aws_call("DescribeStacks"):
                return dict(self.session.cloudformation.describe_stacks(StackName=name)["Stacks"][0])
        except AwsCallError as error:
            if error.code == "ValidationError" and "does not exist" in error.text:
                return None
            raise

    def create(self, name: str, body: str, tags: Mapping[str, str]) -> None:
        """Create a stack and wait for it; `AwsError` with the first failed resource's reason."""
        with aws_call("CreateStack"):
            self.session.cloudformation.create_stack(
                StackName=name,
                TemplateBody=body,
                Capabilities=["CAPABILITY_NAMED_IAM"],
                Tags=[{"Key": key, "Value": value} for key, value in sorted(tags.items())],
                ClientRequestToken=content_token("CreateStack", name, body),
                EnableTerminationProtection=True,
            )
        self.wait(name)

    def update(self, name: str, body: str) -> None:
        """Update a stack and wait for it; that there is nothing to update is fine."""
        try:
            with aws_call("UpdateStack"):
                self.session.cloudformation.update_stack(
                    StackName=name,
                    TemplateBody=body,
                    Capabilities=["CAPABILITY_NAMED_IAM"],
                    ClientRequestToken=content_token("UpdateStack", name, body),
                )
        except AwsCallError as error:
            if "No updates are to be performed" not in error.text:
                raise
            return
        self.wait(name)

    def wait(self, name: str) -> None:
        """Until the stack is no longer in progress; `AwsError` when it failed or rolled back."""

        def probe() -> str | None:
            stack = self.describe(name)
            status = stack["StackStatus"] if stack else ""
            return str(status) if status and not status.endswith("IN_PROGRESS") else None

        status = wait_for(f"stack {name}", probe, RECORD)
        if status.endswith(FAILED):
            raise AwsError(
                f"stack {name} ended as {status}: {self.first_failure(name)}",
                hint=f"Mend the cause, delete the stack {name}, and run the command again.",
            )

    def first_failure(self, name: str) -> str:
        """The reason of the earliest failed resource."""
        with aws_call("DescribeStackEvents"):
            events = self.session.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
        if not failed:
            return "no resource says why"
        return f"{failed[-1].get('LogicalResourceId')}: {failed[-1].get('ResourceStatusReason', 'no reason given')}"
