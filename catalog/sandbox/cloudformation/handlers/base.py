"""What the stack engine asks of a resource type: create, update, delete and read one."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from moto.core.exceptions import ServiceException
from moto.moto_api._internal import mock_random
from werkzeug.exceptions import HTTPException

from catalog.cfn import TemplateError
from catalog.sandbox import identity
from catalog.sandbox.kms.conditions import Context

Properties = Mapping[str, Any]

REFUSALS = (ServiceException, HTTPException)
"""How moto's backends say what AWS's API would have refused."""
HANDLER_CODES = {
    "AlreadyExistsException": "AlreadyExists",
    "EntityAlreadyExists": "AlreadyExists",
    "BucketAlreadyExists": "AlreadyExists",
    "AccessDeniedException": "AccessDenied",
    "NotFoundException": "NotFound",
    "NoSuchEntity": "NotFound",
    "NoSuchBucket": "NotFound",
    "LimitExceededException": "ServiceLimitExceeded",
}
"""Error code of the service → HandlerErrorCode of the resource type contract; others are InvalidRequest."""


class ResourceFailed(Exception):  # noqa: N818 - the word says what happened
    """A resource could not be made, changed or deleted; `reason` is its ResourceStatusReason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class StackContext:
    """Where a resource lives and on whose behalf."""

    account: str
    region: str
    partition: str
    stack_name: str
    stack_id: str
    logical_id: str
    caller: str
    """ARN of the stack's role, else of who called CloudFormation."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The stack's tags, which CloudFormation puts on its resources; the resource's own win."""
    launch_role: str = ""
    """ARN of the launch role of Service Catalog whose policies the handlers' calls must pass; empty: not checked."""

    def ask(self, action: str, resource: str, context: Context | None = None) -> None:
        """Raise AccessDeniedException unless the launch role's identity policies allow a call."""
        if self.launch_role:
            region = {"aws:requestedregion": self.region, "aws:resourceaccount": self.account}
            identity.require(self.launch_role, action, resource, {**identity.FORWARDED, **region, **(context or {})})


@dataclass(slots=True)
class Live:
    """A resource that exists."""

    physical_id: str
    model: Any = None
    """moto's object, for types that moto makes."""


class ResourceHandler(ABC):
    """A resource type. Methods raise what moto raises, or `ResourceFailed`; the engine makes the latter of both."""

    type_name: ClassVar[str] = ""
    service: ClassVar[str] = ""
    """As error messages name it."""
    attributes: ClassVar[frozenset[str]] = frozenset()
    properties: ClassVar[frozenset[str]] = frozenset()
    """Names of the properties; empty accepts every name."""
    required: ClassVar[frozenset[str]] = frozenset()
    create_only: ClassVar[frozenset[str]] = frozenset()
    """Properties whose change means another resource."""

    def has_attribute(self, name: str) -> bool:
        """Whether Fn::GetAtt may ask for `name`."""
        return name in self.attributes

    def check(self, properties: Properties) -> None:
        """Raise `ResourceFailed` on properties that the type does not have or that are missing."""
        faults = [f"#: extraneous key [{name}] is not permitted" for name in properties if name not in self.properties]
        faults = faults if self.properties else []
        faults += [f"#: required key [{name}] not found" for name in sorted(self.required - properties.keys())]
        if faults:
            raise ResourceFailed("Properties validation failed for resource with message:\n" + "\n".join(faults))

    def replaces(self, live: Live, old: Properties, new: Properties) -> bool:
        """Whether the change from `old` to `new` needs another resource."""
        return any(old.get(name) != new.get(name) for name in self.create_only)

    @abstractmethod
    def create(self, context: StackContext, properties: Properties) -> Live:
        """Make the resource."""

    @abstractmethod
    def update(self, context: StackContext, live: Live, old: Properties, new: Properties) -> Live:
        """Change the resource in place."""

    @abstractmethod
    def delete(self, context: StackContext, live: Live, properties: Properties) -> None:
        """Delete the resource; one that is gone already is no error."""

    def ref(self, live: Live) -> Any:
        """What `Ref` gives."""
        return live.physical_id

    @abstractmethod
    def attribute(self, context: StackContext, live: Live, name: str) -> Any:
        """What `Fn::GetAtt` gives for one of `attributes`."""


@contextmanager
def undone_by(undo: Callable[[], object]) -> Iterator[None]:
    """Run `undo` when the rest of a creation fails: the engine only deletes what a handler has returned."""
    try:
        yield
    except Exception:
        undo()
        raise


def reason_of(service: str, error: Exception) -> str:
    """ResourceStatusReason for an error of a service, in the form that AWS's resource handlers give it."""
    if isinstance(error, ResourceFailed):
        return error.reason
    if isinstance(error, TemplateError):
        return str(error)
    if not isinstance(error, REFUSALS):
        return f"Internal Failure: the sandbox cannot make this resource: {type(error).__name__}: {error}"
    code = getattr(error, "error_type", None) or getattr(error, "code", "")
    message = getattr(error, "message", None) or str(error)
    request_id = mock_random.uuid4()
    return (
        f'Resource handler returned message: "{message} (Service: {service}, Status Code: 400, '
        f'Request ID: {request_id})" '
        f"(RequestToken: {mock_random.uuid4()}, HandlerErrorCode: {HANDLER_CODES.get(str(code), 'InvalidRequest')})"
    )


def tags_of(properties: Properties, context: StackContext) -> dict[str, str]:
    """The resource's own tags over the stack's, among which are the AutoTags of Service Catalog.

    Source: Service Catalog administrator guide, "AutoTags": they are applied to the provisioned resources.
    """
    own = {str(tag["Key"]): str(tag["Value"]) for tag in properties.get("Tags", [])}
    return {**context.tags, **own}


def is_true(value: Any) -> bool:
    """A boolean property, which templates may also write as text."""
    return value is True or str(value).lower() == "true"


def document_text(value: Any) -> str:
    """A policy document as the services keep it: JSON text."""
    return value if isinstance(value, str) else json.dumps(value)
