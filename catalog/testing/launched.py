"""What a launch made, as a test looks at it: resources, outputs, events and policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from catalog.aws.launched_stacks import LaunchedResource, LaunchEvent, events_of, every_resource, resources_of
from catalog.aws.live_policies import read_policies
from catalog.aws.provisioning import STACK_OUTPUT, Provisioning, Record
from catalog.aws.session import AwsSession
from catalog.content.render import Rendered
from catalog.errors import AwsError
from catalog.testing.brief import briefly

__all__ = ["LaunchEvent", "LaunchFailedError", "LaunchedProduct", "LaunchedResource", "launched_product"]


@dataclass
class LaunchedProduct:
    """A provisioned product that a test has launched."""

    name: str
    id: str
    product: str
    """The key of the product in the repository."""
    version: str
    record: Record
    """How the launch, or the termination, ended."""
    outputs: Mapping[str, str]
    """The outputs of the template by their names."""
    stack: str
    """The ARN of the stack; empty for a product with a STACKSET constraint."""
    administrator: AwsSession = field(repr=False)
    caller: AwsSession = field(repr=False)

    @cached_property
    def resources(self) -> dict[str, LaunchedResource]:
        """The resources that the stack has now, by logical id."""
        return resources_of(self.administrator, self.stack) if self.stack else {}

    @property
    def modelled(self) -> dict[str, str]:
        """The types of the resources that were only modelled, by logical id; in a nested stack `Nested/Queue`.

        No service of the sandbox shows them, and custom resources among them had no stub.
        """
        every = every_resource(self.administrator, self.stack) if self.stack else ()
        return {path: resource.type for path, resource in every if resource.proof == "modelled"}

    @property
    def events(self) -> list[LaunchEvent]:
        """The events of the stack so far, the oldest first."""
        return events_of(self.administrator, self.stack) if self.stack else []

    @cached_property
    def policies(self) -> dict[str, dict[str, Any]]:
        """The policies of what was made, as the services have them now, by logical id.

        A role has its trust policy as `Role`, and each inline policy as `Role/NAME`.
        """
        return read_policies(self.administrator, self.resources)

    @briefly
    def terminate(self, *, retain: bool = False, ignore_errors: bool = False) -> None:
        """Terminate it as the caller that launched it, and wait; `LaunchFailedError` with the events when that fails.

        With `retain`, the stack and its resources stay. With `ignore_errors`, Service Catalog forgets it in any case.
        """
        provisioning = Provisioning(self.caller)
        started = provisioning.terminate(self.id, retain=retain, ignore_errors=ignore_errors)
        self.record = provisioning.follow(started, lambda _: None)
        self.__dict__.pop("resources", None)
        self.__dict__.pop("policies", None)
        if self.record.status == "FAILED":
            raise LaunchFailedError("termination", self)


class LaunchFailedError(AwsError):
    """A launch or a termination failed. `launched` is what it was, `reasons` what AWS said, `events` the stack's."""

    def __init__(self, what: str, launched: LaunchedProduct) -> None:
        self.launched = launched
        self.events = launched.events
        self.reasons = launched.record.errors
        lines = [
            f"the {what} of {launched.product} {launched.version} failed: {'; '.join(self.reasons) or 'no reason'}",
            *(f"  {event}" for event in self.events),
        ]
        super().__init__("\n".join(lines))


def launched_product(
    administrator: AwsSession, caller: AwsSession, record: Record, rendered: Rendered
) -> LaunchedProduct:
    """The provisioned product of a record that is done."""
    return LaunchedProduct(
        name=record.provisioned_product_name,
        id=record.provisioned_product_id,
        product=rendered.product,
        version=rendered.version,
        record=record,
        outputs=record.template_outputs,
        stack=stack_of(administrator, record),
        administrator=administrator,
        caller=caller,
    )


def stack_of(session: AwsSession, record: Record) -> str:
    """The ARN of the stack of a provisioned product; its name when the record does not have it."""
    if record.type == "CFN_STACKSET":
        return ""
    named = f"SC-{session.identity.account}-{record.provisioned_product_id}"
    return record.outputs.get(STACK_OUTPUT, named)
