"""CloudFormation stacks of `catalog bootstrap`: read, created and updated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from catalog.aws.answers import untyped
from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.launched_stacks import ENDED
from catalog.aws.session import AwsSession
from catalog.aws.templates import TemplateStore, digest_of
from catalog.aws.waits import RECORD, retry_call, wait_for
from catalog.errors import AwsCallError, AwsError
from catalog.model.state import OWNER_TAG
from catalog.plan.kinds.stack import CreateStack, UpdateStack, bucket_stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import TagTypeDef


class TemplateSource(TypedDict, total=False):
    """Where CloudFormation gets a template from: the request, or S3."""

    TemplateBody: str
    TemplateURL: str


FAILED = ("FAILED", "ROLLBACK_COMPLETE")


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of an account and Region."""

    session: AwsSession

    def describe(self, name: str) -> dict[str, Any] | None:
        """DescribeStacks of a stack; None when it does not exist."""
        try:
            with aws_call("DescribeStacks"):
                return untyped(self.session.cloudformation.describe_stacks(StackName=name)["Stacks"][0])
        except AwsCallError as error:
            if error.code == "ValidationError" and "does not exist" in error.text:
                return None
            raise

    def template(self, name: str) -> Mapping[str, Any]:
        """The template of a stack of ours, as it was sent: JSON."""
        with aws_call("GetTemplate"):
            answer = self.session.cloudformation.get_template(StackName=name, TemplateStage="Original")
        body: Any = untyped(answer)["TemplateBody"]
        template: Mapping[str, Any] = json.loads(body) if isinstance(body, str) else body
        return template

    def create(self, name: str, source: TemplateSource, tags: Mapping[str, str]) -> None:
        """Create a stack and wait for it. `AwsError` with the reason of the first resource that failed.

        A stack with these tags that is there already, because another run or a lost request has created it, is waited
        for, and updated if it has another template.
        """
        try:
            with aws_call("CreateStack"):
                self.session.cloudformation.create_stack(
                    StackName=name,
                    **source,
                    Capabilities=["CAPABILITY_NAMED_IAM"],
                    Tags=stack_tags(tags),
                    EnableTerminationProtection=True,
                )
        except AwsCallError as error:
            stack = self.describe(name) if error.code == "AlreadyExistsException" else None
            if stack is None or not all(tag in stack.get("Tags", []) for tag in stack_tags(tags)):
                raise
            self.wait(name)
            self.update(name, source, tags)
            return
        self.wait(name)

    def update(self, name: str, source: TemplateSource, tags: Mapping[str, str]) -> None:
        """Update a stack and wait for it. It is not an error when there is nothing to update.

        While another run, or a request whose answer was lost, updates the stack, wait and try again.
        """

        def attempt() -> None:
            with aws_call("UpdateStack"):
                self.session.cloudformation.update_stack(
                    StackName=name,
                    **source,
                    Capabilities=["CAPABILITY_NAMED_IAM"],
                    Tags=stack_tags(tags),
                )

        try:
            retry_call("UpdateStack", attempt, is_in_progress, RECORD)
        except AwsCallError as error:
            if "No updates are to be performed" not in error.text:
                raise
            return
        self.wait(name)

    def wait(self, name: str) -> None:
        """Wait until the stack is no longer in progress. `AwsError` when it failed or rolled back."""

        def probe() -> str | None:
            stack = self.describe(name)
            status = stack["StackStatus"] if stack else ""
            return str(status) if status and not status.endswith("IN_PROGRESS") else None

        status = wait_for(f"stack {name}", probe, RECORD)
        if status.endswith(FAILED):
            raise AwsError(
                f"stack {name} ended as {status}: {self.first_failure(name)}", hint=after_failure(name, status)
            )

    def members(self, name: str, resource_type: str) -> frozenset[str]:
        """Physical ids of the stack's resources of one type."""
        with aws_call("ListStackResources"):
            pages = list(self.session.cloudformation.get_paginator("list_stack_resources").paginate(StackName=name))
        return frozenset(
            resource.get("PhysicalResourceId", "")
            for page in pages
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == resource_type and resource["ResourceStatus"] not in ENDED
        )

    def first_failure(self, name: str) -> str:
        """The reason of the resource that failed first."""
        with aws_call("DescribeStackEvents"):
            events = self.session.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
        if not failed:
            return "no resource has a reason"
        return f"{failed[-1].get('LogicalResourceId')}: {failed[-1].get('ResourceStatusReason', 'AWS gives no reason')}"


def is_in_progress(error: AwsCallError) -> bool:
    """Whether CloudFormation refuses an update because it works on the stack: "… is in UPDATE_IN_PROGRESS state"."""
    return error.code == "ValidationError" and "_IN_PROGRESS state" in error.text


def stack_tags(tags: Mapping[str, str]) -> list[TagTypeDef]:
    """A mapping as CloudFormation's list of Key and Value, in a stable order."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def after_failure(name: str, status: str) -> str:
    """The hint for a stack that failed. A stack whose creation failed can be deleted without loss; others cannot."""
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        return (
            f"Fix the cause, disable termination protection of the stack {name}, delete it, and run the command again."
        )
    if status == "UPDATE_ROLLBACK_FAILED":
        return (
            f"Fix the cause, run `aws cloudformation continue-update-rollback --stack-name {name}`, and then run this "
            "command again."
        )
    return f"Fix the cause and run the command again. The stack {name} keeps its previous state."


def source_of(executor: Executor, change: CreateStack | UpdateStack) -> TemplateSource:
    """The request itself for the stack that makes the template bucket, else an object of the bucket.

    A template in the request has at most 51,200 bytes, one in S3 a million.
    """
    if change.name == bucket_stack(executor.writer.owner):
        return {"TemplateBody": change.body}
    store, body = TemplateStore(executor.session, executor.bucket, "stacks"), change.body.encode()
    store.put(change.name, digest_of(body), body)
    return {"TemplateURL": store.url(change.name, digest_of(body))}


@handles(CreateStack)
def _(executor: Executor, change: CreateStack) -> None:
    Stacks(executor.session).create(change.name, source_of(executor, change), {OWNER_TAG: executor.writer.owner})


@handles(UpdateStack)
def _(executor: Executor, change: UpdateStack) -> None:
    Stacks(executor.session).update(change.name, source_of(executor, change), {OWNER_TAG: executor.writer.owner})
