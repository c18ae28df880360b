"""Helpers: launches as a role whose permissions are enforced, and templates in S3."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from catalog.sandbox import custom_answers, stacks
from catalog.sandbox.stacks import StackOutcome
from catalog.testing.stubs import StubbedResource, StubServer

ACCOUNT, REGION = "123456789012", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/launch"
TOKEN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
ALL: Mapping[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.fixture
def stub() -> Any:
    custom_answers.clear()
    server = StubServer()

    def add(answer: Any) -> StubbedResource:
        made = StubbedResource("Custom::F", answer)
        custom_answers.add(json.dumps({"match": made.match, "url": server.add(made)}).encode())
        return made

    yield add
    server.stop()
    custom_answers.clear()


def custom(size: int, **resources: Any) -> dict[str, Any]:
    properties = {"ServiceToken": TOKEN, "Size": size}
    return {"Resources": {"F": {"Type": "Custom::F", "Properties": properties}, **resources}}


def allow(local: Any, *statements: Mapping[str, Any]) -> None:
    """Let the launch role do these things alone."""
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam = local.client("iam")
    if not any(role["RoleName"] == "launch" for role in iam.list_roles()["Roles"]):
        local.role("launch")
    iam.put_role_policy(RoleName="launch", PolicyName="launch", PolicyDocument=document)


def deny(local: Any, *actions: str) -> None:
    """Let the launch role do everything but these actions."""
    allow(local, ALL, {"Effect": "Deny", "Action": list(actions), "Resource": "*"})


def wanted(template: Mapping[str, Any], name: str, tags: Mapping[str, str]) -> stacks.WantedStack:
    """The stack of a launch."""
    return stacks.WantedStack(
        ACCOUNT,
        REGION,
        name=name,
        template=json.dumps(template),
        parameters={},
        tags=tags,
        role_arn=ROLE,
        caller_arn=ROLE,
    )


def launch(template: Mapping[str, Any], name: str = "SC-1", **tags: str) -> StackOutcome:
    """Create a stack as a launch does."""
    return stacks.create_stack(wanted(template, name, tags))


def relaunch(template: Mapping[str, Any], name: str = "SC-1", **tags: str) -> StackOutcome:
    """Update a stack as an update of a provisioned product does."""
    return stacks.update_stack(wanted(template, name, tags))


def terminate(name: str = "SC-1") -> StackOutcome:
    """Delete a stack as a termination does."""
    return stacks.delete_stack(ACCOUNT, REGION, name=name, role_arn=ROLE, caller_arn=ROLE)


def everything_said(local: Any, name: str) -> str:
    """All that CloudFormation says of a stack: description, events, resources, and the template."""
    formation = local.client("cloudformation")
    return json.dumps(
        [
            formation.describe_stacks(StackName=name)["Stacks"],
            formation.describe_stack_events(StackName=name)["StackEvents"],
            formation.describe_stack_resources(StackName=name)["StackResources"],
            formation.get_template(StackName=name)["TemplateBody"],
        ],
        default=str,
    )


def raw_call(local: Any, operation: str, **parameters: str) -> tuple[str, str]:
    """The error code, or the status, and the message of an operation with parameters that no client checks."""
    body = urlencode({"Action": operation, "Version": "2010-05-15", **parameters}).encode()
    key = "AWS4-HMAC-SHA256 Credential=AKIASANDBOXADMIN0000/20260101/us-east-1/cloudformation/aws4_request"
    headers = {"Authorization": key, "Content-Type": "application/x-www-form-urlencoded"}
    request = Request(local.url, body, headers)  # noqa: S310  # the sandbox's own address
    try:
        with urlopen(request, timeout=30) as response:  # noqa: S310  # the same
            return str(response.status), ""
    except HTTPError as error:
        text = error.read().decode()
        code, message = (re.search(f"<{name}>(.*?)</{name}>", text, re.DOTALL) for name in ("Code", "Message"))
        return code[1] if code else "", html.unescape(message[1]) if message else ""
