"""The interface between the stack engine and resource types: create, update, delete and read a resource."""

from __future__ import annotations

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from moto.core.exceptions import ServiceException
from moto.moto_api._internal import mock_random
from werkzeug.exceptions import HTTPException

from catalog.cfn import TemplateError
from catalog.sandbox import identity
from catalog.sandbox.kms.conditions import Context
from catalog.sandbox.registry.calls import CallFailed
from catalog.sandbox.registry.checking import faults
from catalog.sandbox.registry.differing import Deviation
from catalog.sandbox.registry.schemas import type_schema

Properties = Mapping[str, Any]
log = logging.getLogger(__name__)
REFUSALS = (ServiceException, HTTPException)
"""The exceptions with which moto's backends refuse a call."""
REAL, MODELLED, STUB = "real", "modelled", "stub"
"""How far a resource is proven: a service of the sandbox has it, its schema alone decides, or a stub answers."""
NOTES = {MODELLED: "Modelled by its schema: no service of the sandbox has it", STUB: "Answered by a stub"}
"""How far a resource is proven → ResourceStatusReason of a resource without another reason."""
HANDLER_CODES = {
    "AlreadyExistsException": "AlreadyExists",
    "DuplicateResourceException": "AlreadyExists",
    "EntityAlreadyExists": "AlreadyExists",
    "BucketAlreadyExists": "AlreadyExists",
    "AccessDeniedException": "AccessDenied",
    "NotFoundException": "NotFound",
    "ResourceNotFoundException": "NotFound",
    "NoSuchEntity": "NotFound",
    "NoSuchBucket": "NotFound",
    "LimitExceededException": "ServiceLimitExceeded",
}
"""Error code of the service → HandlerErrorCode of the resource type contract; all others: InvalidRequest."""


class ResourceFailed(Exception):  # noqa: N818 - describes the event
    """A resource could not be created, updated or deleted; `reason` is its ResourceStatusReason."""

    def __init__(self, reason: str, more: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.more = more
        """What is said of it besides, in no event: the failures inside of a nested stack."""


class ChildStacks(Protocol):
    """Nested stacks, as the handler of AWS::CloudFormation::Stack makes them."""

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Create the nested stack of a resource; raises `ResourceFailed`."""

    def update(self, context: StackContext, live: LiveResource, properties: Properties) -> LiveResource:
        """Update it, so that the update still can be taken back; raises `ResourceFailed`."""

    def delete(self, context: StackContext, live: LiveResource) -> None:
        """Delete it; raises `ResourceFailed`."""

    def output(self, stack_id: str, key: str) -> str | None:
        """An output of a nested stack; None if it has no such output."""

    def owner(self, type_name: str, physical_id: str) -> str:
        """The ARN of the stack that has a resource; empty without one."""


@dataclass(frozen=True, slots=True)
class StackContext:
    """The stack of a resource, and on whose behalf the engine acts."""

    account: str
    region: str
    partition: str
    stack_name: str
    stack_id: str
    logical_id: str
    caller: str
    """The ARN of the stack's role, or of the caller if the stack has no role."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The tags of the stack, which CloudFormation also sets on its resources; a resource's own tags win."""
    launch_role: str = ""
    """The ARN of the launch role whose policies must allow the calls; empty if permissions are not enforced."""
    children: ChildStacks | None = None
    """What makes nested stacks."""
    undoing: bool = False
    """Whether an update is being rolled back."""
    snapshot: bool = False
    """Whether the policy of the resource is Snapshot: the one of its deletion, or the one of what is under way."""

    def require(self, action: str, resource: str, context: Context | None = None) -> None:
        """Raise AccessDeniedException unless the identity policies of the launch role allow a call."""
        if self.launch_role:
            region = {"aws:requestedregion": self.region, "aws:resourceaccount": self.account}
            identity.require(self.launch_role, action, resource, {**identity.FORWARDED, **region, **(context or {})})


@dataclass(slots=True)
class LiveResource:
    """A resource that exists."""

    physical_id: str
    model: Any = None
    """What the handler knows of it besides its id."""


class ResourceHandler(ABC):
    """A resource type. Methods may raise any exception; the engine converts it into `ResourceFailed`."""

    type_name: ClassVar[str] = ""
    service: ClassVar[str] = ""
    """The name of the service in error messages."""
    attributes: ClassVar[frozenset[str]] = frozenset()
    properties: ClassVar[frozenset[str]] = frozenset()
    """The names of the properties; empty accepts all names."""
    required: ClassVar[frozenset[str]] = frozenset()
    create_only: ClassVar[frozenset[str]] = frozenset()
    """Properties whose change requires a replacement."""
    taggable: ClassVar[bool] = True
    """Whether it has tags, so that other tags of the stack update it."""

    checks_permissions: ClassVar[bool] = False
    """Whether it requires the permissions of its calls from the launch role."""
    secure_references: ClassVar[bool] = True
    """Whether its properties may have the values of secrets and secure strings."""
    always_updates: ClassVar[bool] = False
    """Whether an update of the stack updates it even if its properties stay."""

    def has_attribute(self, name: str) -> bool:
        """Whether Fn::GetAtt supports the attribute."""
        return name in self.attributes

    def check(self, logical_id: str, properties: Properties) -> None:
        """Raise `ResourceFailed` for unknown and missing properties, and for what the schema of the type refuses."""
        wrong = [f"#: extraneous key [{name}] is not permitted" for name in properties if name not in self.properties]
        wrong = wrong if self.properties else []
        wrong += [f"#: required key [{name}] not found" for name in sorted(self.required - properties.keys())]
        schema = type_schema(self.type_name)
        wrong += faults(schema, properties) if schema is not None else ()
        if wrong:
            raise ResourceFailed(invalid(logical_id, list(dict.fromkeys(wrong))))

    def replaces(
        self, live: LiveResource, old: Properties, new: Properties, policy: Mapping[str, Any] | None = None
    ) -> bool:
        """Whether the change from `old` to `new` requires a replacement, with the UpdatePolicy of the new resource.

        Without a `policy`, there is nothing that could have one (Cloud Control API).
        """
        return any(old.get(name) != new.get(name) for name in self.create_only)

    def default_deletion_policy(self, properties: Properties) -> str:
        """The DeletionPolicy of a resource that has none."""
        return "Delete"

    def check_replacement(self, old: Properties, new: Properties) -> None:  # noqa: B027  # most types allow all
        """Raise `ResourceFailed` if the resource cannot be replaced by one with the new properties."""

    @abstractmethod
    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Create the resource."""

    @abstractmethod
    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Update the resource in place."""

    @abstractmethod
    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Delete the resource; succeed if it does not exist."""

    def finish(self, live: LiveResource) -> None:  # noqa: B027  # most types have nothing left to do
        """The update of the stack has succeeded, or is rolled back."""

    proof_of_type: ClassVar[str] = REAL
    """How far resources of the type are proven, where that depends on nothing else."""

    def proof(self, live: LiveResource) -> str:
        """How far a resource is proven: `REAL`, `MODELLED` or `STUB`."""
        return self.proof_of_type

    def note(self, live: LiveResource) -> str:
        """What the description of a resource says of `proof`; nothing of one that is real."""
        return NOTES.get(self.proof(live), "")

    @property
    def imports(self) -> bool:
        """Whether a stack can take an existing resource of the type."""
        return type(self).adopt is not ResourceHandler.adopt

    def adopt(self, context: StackContext, properties: Properties, identifier: Mapping[str, str]) -> LiveResource:
        """An existing resource, found by its identifier, as one of the stack; nothing is changed."""
        raise ResourceFailed(f"Resource type {self.type_name} is not supported for import in the sandbox")

    def deviation(self, context: StackContext, live: LiveResource, applied: Properties) -> Deviation | None:
        """How the service differs from the last operation; None if the type cannot be looked at."""
        return None

    def secrets(self, live: LiveResource) -> Sequence[str]:
        """The values of its attributes that no event may have."""
        return ()

    def ref(self, live: LiveResource) -> Any:
        """The value of `Ref`."""
        return live.physical_id

    @abstractmethod
    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """The value of `Fn::GetAtt` for one of `attributes`."""


def invalid(logical_id: str, faults: Sequence[str]) -> str:
    """The reason for properties that the schema of a type does not allow."""
    return f"Properties validation failed for resource {logical_id} with message:\n" + "\n".join(faults)


def reason_of(service: str, error: Exception, type_name: str = "") -> str:
    """The ResourceStatusReason for an error of a service, in the format of AWS's resource handlers."""
    if isinstance(error, ResourceFailed):
        return error.reason
    if isinstance(error, TemplateError):
        return str(error)
    if not isinstance(error, REFUSALS):
        log.warning("a resource of type %s failed", type_name, exc_info=error)
        what = f"a resource of type {type_name}" if type_name else "this resource"
        why = str(error) if isinstance(error, CallFailed) else "it has no answer to these properties"
        return f"Internal Failure: the sandbox cannot make, change or delete {what}: {why}"
    code = getattr(error, "error_type", None) or getattr(error, "code", "")
    message = getattr(error, "message", None) or str(error)
    request_id = mock_random.uuid4()
    return (
        f'Resource handler returned message: "{message} (Service: {service}, Status Code: 400, '
        f'Request ID: {request_id})" '
        f"(RequestToken: {mock_random.uuid4()}, HandlerErrorCode: {HANDLER_CODES.get(str(code), 'InvalidRequest')})"
    )


def handler_failure(message: str, code: str) -> str:
    """The reason for what a resource handler itself refuses, with a code of the resource type contract."""
    return (
        f'Resource handler returned message: "{message}" '
        f"(RequestToken: {mock_random.uuid4()}, HandlerErrorCode: {code})"
    )


def tags_of(properties: Properties, context: StackContext) -> dict[str, str]:
    """The tags of the stack (with Service Catalog's AutoTags) and of the resource, which win.

    Source: Service Catalog administrator guide, "AutoTags": they are set on the provisioned resources.
    """
    own = {str(tag["Key"]): str(tag["Value"]) for tag in properties.get("Tags", [])}
    return {**context.tags, **own}


def is_true(value: Any) -> bool:
    """Whether a boolean property is true; templates may also write it as a string."""
    return value is True or str(value).lower() == "true"


def document_text(value: Any) -> str:
    """A policy document as JSON text, as the services store it."""
    return value if isinstance(value, str) else json.dumps(value)


def absent(type_name: str, identifier: Mapping[str, str]) -> ResourceFailed:
    """The failure of an import of what is not there."""
    named = ", ".join(f"{name}={value}" for name, value in identifier.items())
    return ResourceFailed(f"Resource of type '{type_name}' with identifier '{{{named}}}' was not found.")
