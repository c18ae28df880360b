"""Servers, users and connectors of Transfer Family."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_iam import TRUST
from tests.contract.resource_types.conftest import Case, Read, World
from tests.contract.resource_types.reading import asks, listed

ROLE: dict[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}
SERVER = {"Type": "AWS::Transfer::Server"}
FIRST, SECOND = "ssh-rsa AAAAB3NzaC1yc2E= first", "ssh-rsa AAAAB3NzaC1yc2E= second"


def by_id(kind: str) -> Read:
    """A server or a connector, which is read by the id at the end of its ARN."""

    def read(world: World, reference: str) -> Any:
        name, operation = f"{kind}Id", f"describe_{kind.lower()}"
        return getattr(world.client("transfer"), operation)(**{name: reference.rpartition("/")[2]})[kind]

    return read


def user(world: World, arn: str) -> Any:
    _, server, name = arn.split("/")
    return world.client("transfer").describe_user(ServerId=server, UserName=name)["User"]


tags = listed(asks("transfer", "list_tags_for_resource", "Tags", Arn="@"))

CASES = (
    Case(
        "AWS::Transfer::Server",
        {"Protocols": ["SFTP"], "LoggingRole": ROLE_ARN, "PreAuthenticationLoginBanner": "Welcome."},
        by_id("Server"),
        {"Protocols": ["SFTP"], "PreAuthenticationLoginBanner": "Welcome.", "State": "ONLINE"},
        changed={
            "LoggingRole": None,
            "PreAuthenticationLoginBanner": None,
            "SecurityPolicyName": "TransferSecurityPolicy-2024-01",
        },
        then={
            "Protocols": ["SFTP"],
            "LoggingRole": None,
            "PreAuthenticationLoginBanner": None,
            "SecurityPolicyName": "TransferSecurityPolicy-2024-01",
        },
        replaced={"Domain": "EFS"},
        tags=tags,
        denied=("transfer:CreateServer", "transfer:TagResource", "transfer:DescribeServer", "iam:PassRole"),
        denied_later=("transfer:UpdateServer", "transfer:DeleteServer"),
        around={"Role": ROLE},
        attributes=("Arn", "ServerId", "State"),
    ),
    Case(
        "AWS::Transfer::User",
        {
            "ServerId": {"Fn::GetAtt": ["Server", "ServerId"]},
            "UserName": "carol",
            "Role": ROLE_ARN,
            "HomeDirectory": "/files",
            "SshPublicKeys": [FIRST],
        },
        user,
        {"HomeDirectory": "/files", "SshPublicKeys": [{"SshPublicKeyBody": FIRST}]},
        changed={
            "HomeDirectory": "/more",
            "PosixProfile": {"Uid": 1000, "Gid": 1000},
            "SshPublicKeys": [SECOND],
        },
        then={
            "HomeDirectory": "/more",
            "PosixProfile": {"Uid": 1000, "Gid": 1000},
            "SshPublicKeys": [{"SshPublicKeyBody": SECOND}],
        },
        replaced={"UserName": "dave"},
        tags=tags,
        denied=(
            *("transfer:CreateUser", "transfer:TagResource", "transfer:DescribeUser", "transfer:ImportSshPublicKey"),
            "iam:PassRole",
        ),
        denied_later=("transfer:UpdateUser", "transfer:DeleteSshPublicKey", "transfer:DeleteUser"),
        around={"Role": ROLE, "Server": SERVER},
        attributes=("Arn",),
    ),
    Case(
        "AWS::Transfer::Connector",
        {
            "AccessRole": ROLE_ARN,
            "Url": "sftp://shop.example",
            "SftpConfig": {"UserSecretId": "login", "TrustedHostKeys": ["ssh-rsa AAAAB3NzaC1yc2E="]},
        },
        by_id("Connector"),
        {"Url": "sftp://shop.example", "SftpConfig": {"UserSecretId": "login"}},
        changed={"Url": "sftp://other.example", "SftpConfig": {"UserSecretId": "other"}},
        then={"Url": "sftp://other.example", "SftpConfig": {"UserSecretId": "other"}},
        tags=lambda world, reference: tags(world, by_id("Connector")(world, reference)["Arn"]),
        denied=("transfer:CreateConnector", "transfer:TagResource", "transfer:DescribeConnector", "iam:PassRole"),
        denied_later=("transfer:UpdateConnector", "transfer:DeleteConnector"),
        around={"Role": ROLE},
        attributes=("Arn",),
    ),
)
