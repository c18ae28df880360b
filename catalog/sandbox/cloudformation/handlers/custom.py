"""Custom resources: Custom::NAME and AWS::CloudFormation::CustomResource.

CloudFormation sends each request to the function or topic of the ServiceToken. In the sandbox no function runs: a stub
that the user's test declares answers (`catalog.sandbox.custom_answers`), and without one the answer is modelled.

Sources: CloudFormation user guide, "Custom resource request and response objects", "Create custom provisioning logic
with custom resources" (a new PhysicalResourceId in an update replaces the resource: the old one gets a Delete in the
clean-up; a failed creation gets a Delete too; all scalars are sent as texts; a response has at most 4,096 bytes). The
words of failures are those of public issues: "Received response status [FAILED] from custom resource. Message
returned", "CustomResource attribute error: Vendor response doesn't contain … key in object" (live-streaming-on-aws#8),
"Invalid Response object" (aws-elb-autoscaling#23).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

from moto.moto_api._internal import mock_random

from catalog.sandbox import custom_answers
from catalog.sandbox.cloudformation.handlers.base import (
    MODELLED,
    NOTES,
    STUB,
    LiveResource,
    Properties,
    ResourceFailed,
    ResourceHandler,
    StackContext,
    invalid,
)
from catalog.sandbox.registry.permissions import texts_in
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.settings import now

TYPE = "AWS::CloudFormation::CustomResource"
NAME = re.compile(r"Custom::[A-Za-z0-9_@-]+")
"""Template reference, AWS::CloudFormation::CustomResource: "alphanumeric characters and the following: _@-"."""
MADE_UP = re.compile(r"modelled-([A-Za-z0-9]+)-[\w.]+")
"""An attribute that no stub has answered."""
TOKEN = re.compile(r"arn:aws[a-z-]*:(lambda|sns):[a-z0-9-]+:\d{12}:.+")
ACTIONS = {"lambda": "lambda:InvokeFunction", "sns": "sns:Publish"}
RESPONSE_LIMIT = 4096
PHYSICAL_ID_LIMIT = 1024
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
TIMEOUT = 3600
"""The default ServiceTimeout in seconds."""


def made_up_words(properties: Properties) -> str:
    """What to add to the failure of a resource that has attributes which no stub has answered; usually nothing."""
    made_up = {match[1]: match[0] for text in texts_in(properties) if (match := MADE_UP.search(text))}
    return "".join(
        f" (the sandbox made up {value}: declare a stub that answers for {logical_id}, "
        "`catalog help testing-products.md`)"
        for logical_id, value in made_up.items()
    )


def is_custom(type_name: str) -> bool:
    """Whether a type is that of a custom resource."""
    return type_name == TYPE or NAME.fullmatch(type_name) is not None


@dataclass(slots=True)
class CustomState:
    """What the last answer said."""

    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    stubbed: bool = False
    """Whether a stub has answered."""
    no_echo: bool = False
    token: str = ""
    """The ServiceToken, which stays for life."""


class CustomResourceHandler(ResourceHandler):
    """A custom resource of one type."""

    service: ClassVar[str] = "CloudFormation"
    taggable = False
    checks_permissions = True
    secure_references = False

    def __init__(self, type_name: str) -> None:
        self.custom_type = type_name

    def has_attribute(self, name: str) -> bool:
        """Any: the answer says which there are."""
        return True

    def check(self, logical_id: str, properties: Properties) -> None:
        """Raise `ResourceFailed` without a ServiceToken, or with one that names no function and no topic."""
        if "ServiceToken" not in properties:
            raise ResourceFailed(invalid(logical_id, ["#: required key [ServiceToken] not found"]))
        if not TOKEN.fullmatch(str(properties["ServiceToken"])):
            raise ResourceFailed("Invalid service token.")
        timeout = str(properties.get("ServiceTimeout", TIMEOUT))
        if not timeout.isdecimal() or not 1 <= int(timeout) <= TIMEOUT:
            raise ResourceFailed(f"Invalid ServiceTimeout {timeout}: it must be from 1 to {TIMEOUT} seconds")

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Send Create; after a failure Delete."""
        try:
            return self._ask(context, "Create", properties, "")
        except CustomFailed as failure:
            self._ask_quietly(context, properties, failure.physical_id or _default_id(context))
            raise

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Send Update; another physical id in the answer is a replacement."""
        if live.model.token != str(new["ServiceToken"]):
            raise ResourceFailed("Modifying service token is not allowed.")
        return self._ask(context, "Update", new, live.physical_id, old)

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Send Delete."""
        self._ask(context, "Delete", properties, live.physical_id)

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """A value of Data; without a stub, a made-up one that says so."""
        state: CustomState = live.model
        if name in state.data:
            return state.data[name]
        if not state.stubbed:
            return f"modelled-{context.logical_id}-{name}"  # `made_up_words` knows it
        where = f"{context.stack_id}|{context.logical_id}|{mock_random.uuid4()}"
        bucket = f"cloudformation-custom-resource-storage-{context.region.replace('-', '')}"
        raise ResourceFailed(
            f"CustomResource attribute error: Vendor response doesn't contain {name} key in object {where} "
            f"in S3 bucket {bucket}"
        )

    def proof(self, live: LiveResource) -> str:
        """Whether a stub has answered."""
        return STUB if isinstance(live.model, CustomState) and live.model.stubbed else MODELLED

    def note(self, live: LiveResource) -> str:
        """How it was answered."""
        return NOTES[STUB] if self.proof(live) == STUB else "Modelled: no stub answers for its ServiceToken"

    def secrets(self, live: LiveResource) -> list[str]:
        """With NoEcho, all values of Data."""
        state: CustomState = live.model
        return [as_text(value) for value in state.data.values()] if state.no_echo else []

    def _ask(
        self,
        context: StackContext,
        request: str,
        properties: Properties,
        physical_id: str,
        old: Properties | None = None,
    ) -> LiveResource:
        token = str(properties["ServiceToken"])
        context.require(ACTIONS[token.split(":")[2]], token)
        stub = custom_answers.find(self.custom_type, token)
        if stub is None:
            return LiveResource(physical_id or _default_id(context), CustomState(token=token))
        event, begun = self._event(context, request, properties, physical_id, old), now()
        try:
            answer = custom_answers.ask(stub, event)
        except custom_answers.NoAnswer as error:
            raise _unanswered(event, str(error)) from error
        if now() - begun > int(str(properties.get("ServiceTimeout", TIMEOUT))):
            raise _unanswered(event, "its ServiceTimeout was over")
        return _result(answer, event, physical_id or _default_id(context))

    def _ask_quietly(self, context: StackContext, properties: Properties, physical_id: str) -> None:
        """Send Delete after a failed creation; CloudFormation has failed already."""
        with suppress(Exception):
            self._ask(context, "Delete", properties, physical_id)

    def _event(
        self, context: StackContext, request: str, properties: Properties, physical_id: str, old: Properties | None
    ) -> dict[str, Any]:
        event: dict[str, Any] = {
            "RequestType": request,
            "ServiceToken": str(properties["ServiceToken"]),
            "ResponseURL": "https://cloudformation-custom-resource-response.invalid/",
            "StackId": context.stack_id,
            "RequestId": str(mock_random.uuid4()),
            "LogicalResourceId": context.logical_id,
            "ResourceType": self.custom_type,
            "ResourceProperties": _texts(properties),
        }
        if physical_id:
            event["PhysicalResourceId"] = physical_id
        if old is not None:
            event["OldResourceProperties"] = _texts(old)
        return event


class CustomFailed(ResourceFailed):
    """A request of a custom resource failed; `physical_id` is what its answer named."""

    def __init__(self, reason: str, physical_id: str = "") -> None:
        super().__init__(reason)
        self.physical_id = physical_id


def _unanswered(event: Mapping[str, Any], reason: str) -> CustomFailed:
    return CustomFailed(
        "CloudFormation did not receive a response from your Custom Resource. Please check your logs for "
        f"requestId [{event['RequestId']}]. ({reason})"
    )


def _result(answer: Mapping[str, Any], event: Mapping[str, Any], default_id: str) -> LiveResource:
    """The resource that an answer describes; raises `CustomFailed`."""
    physical_id = str(answer.get("PhysicalResourceId") or default_id)
    status = str(answer.get("Status", "SUCCESS"))
    if len(json.dumps(answer).encode()) > RESPONSE_LIMIT:
        raise CustomFailed("Response object is too long.", physical_id)
    if status == "FAILED":
        reason = answer.get("Reason")
        if not reason:
            raise CustomFailed("Invalid Response object: Reason is required for FAILED", physical_id)
        raise CustomFailed(
            f"Received response status [FAILED] from custom resource. Message returned: {reason} "
            f"(RequestId: {event['RequestId']})",
            physical_id,
        )
    if status != "SUCCESS":
        raise CustomFailed(f"Invalid Response object: '{status}' is not a valid ResponseStatus", physical_id)
    data = answer.get("Data") or {}
    if not isinstance(data, Mapping):
        raise CustomFailed("Invalid Response object: Data must be an object", physical_id)
    if not 0 < len(physical_id.encode()) <= PHYSICAL_ID_LIMIT:
        raise CustomFailed("Invalid PhysicalResourceId", default_id)
    no_echo = str(answer.get("NoEcho", "")).lower() == "true"
    return LiveResource(
        physical_id, CustomState(dict(data), stubbed=True, no_echo=no_echo, token=str(event["ServiceToken"]))
    )


def _texts(value: Any) -> Any:
    """Properties as a request has them: every scalar is a text."""
    if isinstance(value, Mapping):
        return {str(name): _texts(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(member) for member in value]
    return as_text(value)


def _default_id(context: StackContext) -> str:
    """A physical id for an answer without one; the same name in each stack begins alike."""
    suffix = "".join(mock_random.choice(CAPITALS) for _ in range(12))
    return f"{context.stack_name}-{context.logical_id}-{suffix}"
