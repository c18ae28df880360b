"""Fixtures: the sandbox over HTTP in this process, empty before each test, with boto3 clients for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer

from catalog.sandbox.install import install
from catalog.sandbox.server import web_server
from catalog.sandbox.settings import Settings, settings
from tests.contract.callers import TRUST, Statement, document

ACCOUNT = "123456789012"
ADMIN = {"aws_access_key_id": "AKIASANDBOXADMIN0000", "aws_secret_access_key": "sandbox"}


def key_policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """A key policy that allows everything to the account, with additional statements."""
    root = {
        "Sid": "Root",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [root, *statements]}


def deny(*actions: str, principal: Any = None, **more: Any) -> dict[str, Any]:
    """A statement that denies `actions` to all principals, or to `principal`."""
    return {
        "Effect": "Deny",
        "Principal": {"AWS": "*" if principal is None else principal},
        "Action": list(actions),
        "Resource": "*",
        **more,
    }


def topic(**resources: Any) -> dict[str, Any]:
    """A template with an SNS topic and other resources."""
    return {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, **resources}}


def refusal(call: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[str, str]:
    """The code and the message of the error that a call raises."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def new_client(url: str, service: str, region: str, **keys: str) -> Any:
    """A client without retries."""
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, region_name=region, endpoint_url=url, config=config, **keys)  # type: ignore[call-overload]  # its overloads take literal names


@cache
def client_of(url: str, service: str, region: str) -> Any:
    """A client of the administrator, which all tests share: to make one takes longer than most calls."""
    return new_client(url, service, region, **ADMIN)


@dataclass
class Sandbox:
    """Clients, and the operations that many tests need."""

    url: str

    def client(self, service: str, region: str = "us-east-1", **keys: str) -> Any:
        """A client without retries, as administrator or with other credentials."""
        return client_of(self.url, service, region) if not keys else new_client(self.url, service, region, **keys)

    def role(self, name: str) -> str:
        """Create a role and return its ARN."""
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        return str(self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"])

    def as_role(self, service: str, arn: str) -> Any:
        """A client with a session of the role."""
        credentials = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return self.client(
            service,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )

    def create(self, name: str, template: Any, parameters: Mapping[str, str] | None = None, **more: Any) -> Any:
        """Create a stack and return its description."""
        formation = self.client("cloudformation")
        identity = formation.create_stack(
            StackName=name, TemplateBody=body(template), Parameters=values(parameters), **more
        )["StackId"]
        return formation.describe_stacks(StackName=identity)["Stacks"][0]

    def update(self, name: str, template: Any, parameters: Mapping[str, str] | None = None, **more: Any) -> Any:
        """Update a stack and return its description."""
        formation = self.client("cloudformation")
        formation.update_stack(StackName=name, TemplateBody=body(template), Parameters=values(parameters), **more)
        return formation.describe_stacks(StackName=name)["Stacks"][0]

    def physical(self, stack: str, logical_id: str) -> str:
        """The physical id of a resource."""
        detail = self.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        return str(detail["StackResourceDetail"]["PhysicalResourceId"])

    def events(self, stack: str) -> list[tuple[str, str]]:
        """(logical id, status) of the events of a stack, oldest first."""
        events = self.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(events)]

    def reason(self, stack: str, logical_id: str, status: str) -> str:
        """The reason in the event of a resource with this status."""
        events = self.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
        return next(
            event.get("ResourceStatusReason", "")
            for event in events
            if (event["LogicalResourceId"], event["ResourceStatus"]) == (logical_id, status)
        )


def body(template: Any) -> str:
    """A template as JSON text."""
    return template if isinstance(template, str) else json.dumps(template)


def values(parameters: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Parameters in the format of the API."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()]


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    install()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def served_url() -> Iterator[str]:
    """The server of the sandbox with what stands in front of moto: faults, counts of calls, policies of callers."""
    server = web_server("token")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def no_latency() -> Iterator[None]:
    """The default settings, without latency; those of before return."""
    before = dict(vars(settings))
    vars(settings).update(vars(Settings(latency=0.0)))
    yield
    vars(settings).update(before)


@pytest.fixture
def local(moto_url: str) -> Sandbox:
    BackendDict.reset()
    return Sandbox(moto_url)


@pytest.fixture
def policy() -> Callable[..., dict[str, Any]]:
    return key_policy


@pytest.fixture
def denial() -> Callable[..., dict[str, Any]]:
    return deny


class Account(Sandbox):
    """The server, and what makes clients in sessions of a role or a user with policies."""

    def caller(self, *statements: Statement, **more: Any) -> Callable[[str], Any]:
        """What makes clients in a session of a new role with these statements."""
        iam = self.client("iam")
        arn = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=TRUST, **more)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName="caller", PolicyName="own", PolicyDocument=document(*statements))
        return lambda service: self.as_role(service, arn)

    def user(self, *statements: Statement) -> Callable[[str], Any]:
        """What makes clients of a new user with these statements, by its group."""
        iam = self.client("iam")
        iam.create_user(UserName="ann")
        iam.create_group(GroupName="people")
        iam.add_user_to_group(GroupName="people", UserName="ann")
        if statements:
            iam.put_group_policy(GroupName="people", PolicyName="own", PolicyDocument=document(*statements))
        given = iam.create_access_key(UserName="ann")["AccessKey"]
        keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
        return lambda service: self.client(service, **keys)


@pytest.fixture
def account(served_url: str, no_latency: None) -> Account:
    BackendDict.reset()
    return Account(served_url)
