"""Fixtures: one sandbox for all types, and launches as a role whose permissions are enforced."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict
from moto.iam.models import iam_backends

from catalog.sandbox import stacks
from catalog.sandbox.stacks import StackOutcome

ACCOUNT, REGION = "123456789012", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/launch"
TAGS = {"team": "payments", "aws:servicecatalog:productArn": "arn:aws:catalog:us-east-1:123456789012:product/prod-1"}
"""What Service Catalog gives a stack: launch tags or TagOptions, and its own."""
ALL: Mapping[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}

Read = Callable[["World", str], Any]
"""From the world and a Ref to what the service says of the resource; an error or nothing if it does not exist."""


@dataclass(frozen=True)
class Case:
    """One type: how it is made, changed and replaced, and how its service shows it."""

    type: str
    properties: Mapping[str, Any]
    read: Read
    shows: Mapping[str, Any]
    """What `read` says after the creation, at the least."""
    changed: Mapping[str, Any] = field(default_factory=dict)
    """Properties that an update in place changes; None takes one away."""
    then: Mapping[str, Any] = field(default_factory=dict)
    """What `read` says after the update."""
    replaced: Mapping[str, Any] = field(default_factory=dict)
    """Properties whose change replaces the resource."""
    tags: Read | None = None
    """The tags by the service's API, as a map; None for a type without tags."""
    denied: Sequence[str] = ()
    """IAM actions without which the creation fails."""
    denied_later: Sequence[str] = ()
    """IAM actions without which the update or the deletion fails."""
    around: Mapping[str, Any] = field(default_factory=dict)
    """Other resources of the template, by logical id."""
    attributes: Sequence[str] = ()
    """Attributes for Fn::GetAtt; each must have a value."""
    unread: Sequence[str] = ()
    """Attributes that only the creation shows, so that an import has no true value of them."""
    after: Sequence[str] = ()
    """What it depends on without a reference."""
    shared: bool = False
    """Whether the read shows the same thing for the replaced resource and the new one."""
    stays: bool = False
    """Whether AWS keeps what the service shows after the deletion of the resource."""
    own_tags: Any = (("own", "1"),)
    map_tags: bool = False
    in_tags: Mapping[str, Any] = field(default_factory=dict)
    """What an own tag has besides its key and value."""
    tag_property: str = "Tags"


@dataclass(eq=False)
class World:
    """The sandbox, with a client for each service."""

    url: str
    stack: str = ""
    """The name of the stack of the test, as Service Catalog gives it."""

    @cache  # noqa: B019  # one world lives as long as its tests
    def client(self, service: str) -> Any:
        """A client for a service."""
        config = Config(retries={"total_max_attempts": 1})
        keys = {"aws_access_key_id": "AKIASANDBOXADMIN0000", "aws_secret_access_key": "sandbox"}
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, config=config, **keys)

    def allow(self, *statements: Mapping[str, Any]) -> None:
        """Give the launch role everything, and these statements."""
        self.policy(json.dumps({"Version": "2012-10-17", "Statement": [ALL, *statements]}))

    def policy(self, document: str) -> None:
        """Give the launch role this policy."""
        iam_backends[ACCOUNT]["aws"].put_role_policy("launch", "launch", document)

    def failures(self) -> list[str]:
        """What failed in the last operation on a stack, also if the operation did not."""
        return list(stacks.sandbox_backend(ACCOUNT, REGION).existing(self.stack).failures)

    def deny(self, *actions: str) -> None:
        """Give the launch role everything but these actions."""
        self.allow({"Effect": "Deny", "Action": list(actions), "Resource": "*"})

    def create(self, template: Mapping[str, Any], name: str = "") -> StackOutcome:
        """Create a stack as a launch does."""
        return self._run(stacks.create_stack, template, name)

    def update(self, template: Mapping[str, Any], name: str = "", **tags: str) -> StackOutcome:
        """Update a stack as a launch does, with more tags."""
        return self._run(stacks.update_stack, template, name, **tags)

    def delete(self, name: str = "") -> StackOutcome:
        """Delete a stack as a termination does."""
        return stacks.delete_stack(ACCOUNT, REGION, name=name or self.stack, role_arn=ROLE, caller_arn=ROLE)

    def _run(self, operation: Any, template: Mapping[str, Any], name: str, **tags: str) -> StackOutcome:
        wanted = stacks.WantedStack(
            ACCOUNT,
            REGION,
            name=name or self.stack,
            template=json.dumps(template),
            parameters={},
            tags={**TAGS, **tags},
            role_arn=ROLE,
            caller_arn=ROLE,
        )
        outcome: StackOutcome = operation(wanted)
        return outcome

    def reference(self, logical_id: str = "It", name: str = "") -> str:
        """The Ref of a resource of a stack."""
        stack = stacks.sandbox_backend(ACCOUNT, REGION).existing(name or self.stack)
        return str(stack.resources[logical_id].live.physical_id)

    def shown(self, read: Read, reference: str) -> Any:
        """What the service shows; None if it says that there is no such thing."""
        try:
            return read(self, reference)
        except (ClientError, StopIteration, IndexError, KeyError, ValueError):
            return None


@pytest.fixture(scope="package")
def shared_world(moto_url: str) -> World:
    """One sandbox for all types: a reset would read moto's machine images again for each test."""
    BackendDict.reset()
    shared = World(moto_url)
    shared.client("iam").create_role(RoleName="launch", AssumeRolePolicyDocument="{}")
    from tests.contract.resource_types import cases_catalogue, cases_functions

    for cases in (cases_catalogue, cases_functions):
        cases.prepare(shared)
    return shared


@pytest.fixture
def world(shared_world: World, request: pytest.FixtureRequest) -> Iterator[World]:
    """A stack of its own for each test, which is deleted at the end, whatever happens."""
    shared_world.stack = f"SC-{ACCOUNT}-pp-{abs(hash(request.node.name)) % 10**13:013}"
    shared_world.allow()
    yield shared_world
    shared_world.allow()
    shared_world.delete()


def template(case: Case, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A template with the resource, what it needs around it, and its attributes as outputs."""
    own = {name: value for name, value in properties.items() if value is not None}
    if case.tags:
        own[case.tag_property] = (
            dict(case.own_tags) if case.map_tags else [{"Key": k, "Value": v, **case.in_tags} for k, v in case.own_tags]
        )
    outputs = {name: {"Value": {"Fn::GetAtt": ["It", name]}} for name in case.attributes}
    return {
        "Resources": {"It": {"Type": case.type, "Properties": own, "DependsOn": list(case.after)}, **case.around},
        "Outputs": {**{"".join(filter(str.isalnum, name)): body for name, body in outputs.items()}},
    }


def subset(actual: Any, wanted: Any) -> bool:
    """Whether everything that is wanted is there; lists must have the same length."""
    if isinstance(wanted, Mapping):
        return isinstance(actual, Mapping) and all(subset(actual.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(actual, list) and len(actual) == len(wanted) and all(map(subset, actual, wanted))
    return bool(actual == wanted)
