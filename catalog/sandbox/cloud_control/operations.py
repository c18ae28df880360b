"""The operations of Cloud Control API on modelled resources.

A type that a service of the sandbox has is read and changed by the API of that service, as the refusal says. Sources:
Cloud Control API reference (errors, ProgressEvent); user guide, "Using Cloud Control API" (a create-only property does
not change: NotUpdatable; a patch is a JSON Patch, RFC 6902); resource type handler contract (which handlers there are).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import jsonpatch

from catalog.sandbox.cloud_control.models import CloudControlBackend, ResourceRequest
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.any_type import AnyTypeHandler
from catalog.sandbox.cloudformation.handlers.base import LiveResource, ResourceFailed, StackContext
from catalog.sandbox.cloudformation.handlers.existing import Existing
from catalog.sandbox.cloudformation.modelled import Modelled, ModelledResource, has_handler, modelled_of, tags_in
from catalog.sandbox.registry.checking import faults

PAGE = 100
ERRORS = ("AlreadyExists", "NotUpdatable", "NotFound", "AccessDenied", "InvalidRequest")
"""Codes of the resource type contract that a reason of a handler may end with."""


class CloudControlError(Exception):
    """An error of the API's model."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class CloudControl:
    """One call."""

    def __init__(self, backend: CloudControlBackend, caller: str, request: Mapping[str, Any]) -> None:
        self.backend, self.caller, self.request = backend, caller, request
        self.modelled: Modelled = modelled_of(backend.account_id, backend.region_name)

    # Reading

    def get_resource(self) -> dict[str, Any]:
        """GetResource."""
        resource = self._existing(self._handler("read"))
        return {"TypeName": resource.schema.name, "ResourceDescription": _description(resource)}

    def list_resources(self) -> dict[str, Any]:
        """ListResources, in pages; the token is the number of the next one."""
        handler = self._handler("list")
        every = [_description(each) for (name, _), each in self.modelled.items() if name == handler.schema.name]
        size, start = int(self.request.get("MaxResults") or PAGE), self.request.get("NextToken") or "0"
        if not start.isdecimal():
            raise CloudControlError("InvalidRequestException", "The NextToken is invalid.")
        end = int(start) + size
        more = {"NextToken": str(end)} if end < len(every) else {}
        return {"TypeName": handler.schema.name, "ResourceDescriptions": every[int(start) : end], **more}

    def get_resource_request_status(self) -> dict[str, Any]:
        """GetResourceRequestStatus."""
        return {"ProgressEvent": self._requested().event(answered=True)}

    def cancel_resource_request(self) -> dict[str, Any]:
        """CancelResourceRequest: each request is done already, and stays as it is."""
        return {"ProgressEvent": self._requested().event(answered=True)}

    def list_resource_requests(self) -> dict[str, Any]:
        """ListResourceRequests, the newest first."""
        wanted = self.request.get("ResourceRequestStatusFilter") or {}
        events = [each.event(answered=True) for each in reversed(self.backend.requests.values())]
        chosen = [
            event
            for event in events
            if event["Operation"] in (wanted.get("Operations") or [event["Operation"]])
            and event["OperationStatus"] in (wanted.get("OperationStatuses") or [event["OperationStatus"]])
        ]
        return {"ResourceRequestStatusSummaries": chosen[: int(self.request.get("MaxResults") or PAGE)]}

    # Changing

    def create_resource(self) -> dict[str, Any]:
        """CreateResource."""
        handler, wanted = self._handler("create"), self._json("DesiredState")
        self._check(handler, wanted)

        def act(context: StackContext) -> str:
            live = handler.create(context, wanted)
            return handler.identifier(live)

        return self._change(handler, "CREATE", "", act, json.dumps(wanted, sort_keys=True))

    def update_resource(self) -> dict[str, Any]:
        """UpdateResource: a patch of what a stack or a client has set."""
        handler = self._handler("update")
        existing, text = self._existing(handler), str(self.request["PatchDocument"])
        old = existing.shown() | {
            name: value for name, value in existing.properties.items() if name in handler.schema.write_only
        }
        settable = {name: value for name, value in old.items() if name in handler.schema.settable}
        try:
            wanted = jsonpatch.apply_patch(settable, json.loads(text))
        except (ValueError, TypeError, jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
            raise _invalid(f"The PatchDocument cannot be applied: {error}") from error
        self._check(handler, wanted)

        def act(context: StackContext) -> str:
            tags = tags_in(existing.properties.get(handler.schema.tag_property)) if handler.taggable else {}
            live = LiveResource("", Existing(existing.values, tags, existing.properties))
            if handler.replaces(live, settable, wanted):
                raise ResourceFailed("(HandlerErrorCode: NotUpdatable) Create-only properties cannot be updated.")
            handler.update(context, live, settable, wanted)
            return existing.identifier

        return self._change(handler, "UPDATE", existing.identifier, act, text)

    def delete_resource(self) -> dict[str, Any]:
        """DeleteResource."""
        handler = self._handler("delete")
        existing = self._existing(handler)

        def act(context: StackContext) -> str:
            live = LiveResource("", Existing(existing.values, {}, existing.properties))
            handler.delete(context, live, existing.properties)
            return existing.identifier

        return self._change(handler, "DELETE", existing.identifier, act, "")

    def _change(
        self, handler: AnyTypeHandler, operation: str, identifier: str, act: Callable[[StackContext], str], content: str
    ) -> dict[str, Any]:
        """Carry out a change; the same ClientToken again is the same request."""
        asked = (handler.schema.name, operation, identifier, content)
        token = str(self.request.get("ClientToken") or "")
        earlier = [each for each in self.backend.requests.values() if token and each.client_token == token]
        if earlier and earlier[0].asked != asked:
            raise CloudControlError("ClientTokenConflictException", f"ClientToken {token} is of another request.")
        if earlier:
            return {"ProgressEvent": earlier[0].event(answered=False)}
        made = ResourceRequest(handler.schema.name, operation, identifier, token, asked)
        try:
            made.identifier = act(self._context(handler))
        except ResourceFailed as failed:
            made.message = failed.reason
            made.error = _code(failed.reason)
        self.backend.requests[made.token] = made
        return {"ProgressEvent": made.event(answered=False)}

    # Helpers

    def _context(self, handler: AnyTypeHandler) -> StackContext:
        name = handler.schema.name.rpartition("::")[2]
        backend = self.backend
        return StackContext(backend.account_id, backend.region_name, backend.partition, "", "", name, self.caller)

    def _handler(self, action: str) -> AnyTypeHandler:
        """The handler of the type; raises an error for a type that has no such handler, or that is not modelled."""
        name = str(self.request.get("TypeName"))
        handler = find_handler(name)
        if handler is None:
            raise CloudControlError("TypeNotFoundException", f"The type '{name}' cannot be found.")
        if not isinstance(handler, AnyTypeHandler) or handler.row is not None:
            raise CloudControlError(
                "UnsupportedActionException",
                f"A service of the sandbox has resources of type {name}: call its own API. Cloud Control API of the "
                "sandbox has modelled types alone.",
            )
        if not has_handler(handler.schema, action):
            raise CloudControlError(
                "UnsupportedActionException", f"Resource type {name} does not support {action.upper()} action"
            )
        return handler

    def _existing(self, handler: AnyTypeHandler) -> ModelledResource:
        name, identifier = handler.schema.name, str(self.request["Identifier"])
        existing = self.modelled.get((name, identifier))
        if existing is None:
            raise CloudControlError(
                "ResourceNotFoundException", f"Resource of type '{name}' with identifier '{identifier}' was not found."
            )
        return existing

    def _requested(self) -> ResourceRequest:
        token = str(self.request["RequestToken"])
        if token not in self.backend.requests:
            raise CloudControlError("RequestTokenNotFoundException", f"Request with token {token} was not found.")
        return self.backend.requests[token]

    def _json(self, name: str) -> dict[str, Any]:
        try:
            value = json.loads(str(self.request[name]))
        except ValueError as error:
            raise CloudControlError("InvalidRequestException", f"{name} is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise CloudControlError("InvalidRequestException", f"{name} must be a JSON object")
        return value

    def _check(self, handler: AnyTypeHandler, properties: Mapping[str, Any]) -> None:
        if wrong := faults(handler.schema, properties):
            raise CloudControlError("ValidationException", f"Model validation failed ({', '.join(wrong)})")


def _invalid(message: str) -> CloudControlError:
    return CloudControlError("InvalidRequestException", message)


def _code(reason: str) -> str:
    """The code of the resource type contract in the reason of a handler."""
    return next((code for code in ERRORS if f"HandlerErrorCode: {code}" in reason), "InvalidRequest")


def _description(resource: ModelledResource) -> dict[str, str]:
    return {"Identifier": resource.identifier, "Properties": json.dumps(resource.shown(), default=str)}
