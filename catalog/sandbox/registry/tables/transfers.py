"""Servers, users and connectors of Transfer Family. No file is transferred.

Sources: template reference of each type; Transfer API reference, UpdateServer (an empty text or list takes a banner, a
logging role or workflows away).
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import ending, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.forms import added, call, dropped

SERVICE = "transfer"
EMPTY: dict[str, Any] = {
    "LoggingRole": "",
    "PostAuthenticationLoginBanner": "",
    "PreAuthenticationLoginBanner": "",
    "StructuredLogDestinations": [],
    "WorkflowDetails": {"OnUpload": [], "OnPartialUpload": []},
}
"""What takes a property away."""
IN_VPC = {
    ("create", "EndpointDetails.VpcId"): ("ec2:CreateVpcEndpoint", "ec2:DescribeVpcEndpoints"),
    ("delete", "EndpointDetails.VpcId"): ("ec2:DeleteVpcEndpoints",),
}
SERVER = plain(
    "AWS::Transfer::Server",
    SERVICE,
    ("ServerId",),
    create=ApiCall("CreateServer", copies=True),
    known=lambda it, answer: {**answer, "Arn": regional(it, SERVICE, f"server/{answer['ServerId']}")},
    identified=ending("Arn", "/", "ServerId"),
    shown=inside("Server"),
    attributes=taken(State="State", As2ServiceManagedEgressIpAddresses="As2ServiceManagedEgressIpAddresses"),
    update=ApiCall(
        "UpdateServer",
        lambda it: {name: value for name, value in EMPTY.items() if name in it.old and name not in it.properties},
        copies=True,
        identity=("ServerId",),
    ),
    in_place=("EndpointDetails", "IpAddressType"),
    tagging=tagged("Arn", "Arn", "Tags"),
    arn=lambda it: str(it["Arn"] or regional(it, SERVICE, "server/*")),
    also_for=IN_VPC,
    modelled=("CreateWithHostKey", "IpAddressType"),
)
USER_OF = ("ServerId", "UserName")


def user_arn(it: ApiResource) -> str:
    """The ARN of a user, also before there is one."""
    return regional(it, SERVICE, f"user/{it['ServerId']}/{it['UserName']}")


def user_in(it: ApiResource) -> dict[str, Any]:
    """The server and the name in the ARN of a user."""
    return dict(zip(USER_OF, str(it["Arn"]).split("/")[1:], strict=True))


def policy(it: ApiResource) -> dict[str, Any]:
    """The policy of a user as text; an empty one takes it away."""
    gone = "" if "Policy" in it.old else None
    return {"Policy": as_text(it["Policy"]) if it["Policy"] else gone}


def keys_of(it: ApiResource) -> list[dict[str, Any]]:
    """DeleteSshPublicKey for each key that an update drops."""
    gone = dropped(it, "SshPublicKeys")
    user = it.ask("DescribeUser", {name: it[name] for name in USER_OF})["User"] if gone else {}
    return [
        {"ServerId": it["ServerId"], "UserName": it["UserName"], "SshPublicKeyId": each["SshPublicKeyId"]}
        for each in user.get("SshPublicKeys") or ()
        if each["SshPublicKeyBody"] in gone
    ]


def new_keys(it: ApiResource) -> list[dict[str, Any]]:
    """ImportSshPublicKey for each new key."""
    return [
        {"ServerId": it["ServerId"], "UserName": it["UserName"], "SshPublicKeyBody": each}
        for each in added(it, "SshPublicKeys")
    ]


KEYS = ("SshPublicKeys",)
USER = ApiType(
    "AWS::Transfer::User",
    SERVICE,
    create=ApiCall("CreateUser", policy, copies=True, omitted=KEYS),
    known=lambda it, answer: {"Arn": user_arn(it)},
    identified=user_in,
    read=call("DescribeUser", *USER_OF),
    shown=inside("User"),
    settings=(
        Setting(KEYS, ApiCall("DeleteSshPublicKey", keys_of), on_create=False),
        Setting(KEYS, ApiCall("ImportSshPublicKey", new_keys)),
    ),
    update=ApiCall("UpdateUser", policy, copies=True, omitted=KEYS),
    delete=(call("DeleteUser", *USER_OF),),
    tagging=tagged("Arn", user_arn, "Tags"),
    arn=user_arn,
)

CONNECTOR = plain(
    "AWS::Transfer::Connector",
    SERVICE,
    ("ConnectorId",),
    create=ApiCall("CreateConnector", copies=True),
    known=lambda it, answer: {**answer, "Arn": regional(it, SERVICE, f"connector/{answer['ConnectorId']}")},
    shown=inside("Connector"),
    attributes=taken(Arn="Arn", ServiceManagedEgressIpAddresses="ServiceManagedEgressIpAddresses"),
    tagging=tagged("Arn", lambda it: regional(it, SERVICE, f"connector/{it['ConnectorId']}"), "Tags"),
    arn=lambda it: regional(it, SERVICE, f"connector/{it['ConnectorId'] or '*'}"),
    modelled=("EgressConfig", "EgressType", "IpAddressType"),
)

TYPES = (SERVER, USER, CONNECTOR)
