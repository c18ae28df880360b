"""Brokers of Amazon MQ and their configurations. Nothing is queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import at, by, plain, regional, tagged, taken

NETWORK = (
    *("ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:DescribeInternetGateways"),
    *("ec2:DescribeNetworkInterfaces", "ec2:DescribeNetworkInterfacePermissions", "ec2:DescribeRouteTables"),
    *("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
)
"""What the caller of CreateBroker needs too (developer guide, "API authentication and authorization for Amazon MQ")."""
SCHEMES = {
    "AmqpEndpoints": ("amqp+ssl", "amqps"),
    "MqttEndpoints": ("mqtt+ssl",),
    "OpenWireEndpoints": ("ssl",),
    "StompEndpoints": ("stomp+ssl",),
    "WssEndpoints": ("wss",),
}
"""Attribute → the schemes of its endpoints."""


def broker_values(it: ApiResource, shown: Any) -> Mapping[str, Any]:
    """The attributes of a broker."""
    instances = shown.get("BrokerInstances") or ()
    endpoints = [text for each in instances for text in each.get("Endpoints", ())]
    values = {
        name: [text for text in endpoints if text.partition(":")[0] in schemes] for name, schemes in SCHEMES.items()
    }
    current = at(shown, "Configurations.Current") or {}
    return {
        **values,
        "Arn": shown["BrokerArn"],
        "ConfigurationId": current.get("Id"),
        "ConfigurationRevision": current.get("Revision"),
        "ConsoleURLs": [each.get("ConsoleURL") for each in instances],
        "IpAddresses": [each.get("IpAddress") for each in instances],
        **({"EngineVersionCurrent": shown["EngineVersion"]} if shown.get("EngineVersion") else {}),
    }


def users(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The users of a broker by their names."""
    return {each["Username"]: each for each in properties.get("Users") or ()}


def changed_users(new: bool) -> Any:
    """CreateUser for each new user, or UpdateUser for each other one that has changed."""

    def parameters(it: ApiResource) -> list[dict[str, Any]]:
        old, wanted = users(it.old), users(it.properties)
        given = {
            name: each for name, each in wanted.items() if (name not in old if new else old.get(name, each) != each)
        }
        return [{**each, "BrokerId": it["Id"]} for each in given.values()]

    return parameters


def gone_users(it: ApiResource) -> list[dict[str, Any]]:
    """DeleteUser for each user that the template has no more."""
    wanted = users(it.properties)
    return [{"BrokerId": it["Id"], "Username": name} for name in users(it.old) if name not in wanted]


USERS = ("Users",)
BROKER_ID = by(BrokerId="Id")
BROKER = plain(
    "AWS::AmazonMQ::Broker",
    "mq",
    (),
    known=taken(Id="BrokerId", Arn="BrokerArn"),
    read=ApiCall("DescribeBroker", BROKER_ID),
    attributes=broker_values,
    settings=(
        Setting(USERS, ApiCall("DeleteUser", gone_users), on_create=False),
        Setting(USERS, ApiCall("UpdateUser", changed_users(False)), on_create=False),
        Setting(USERS, ApiCall("CreateUser", changed_users(True)), on_create=False),
    ),
    update=ApiCall("UpdateBroker", BROKER_ID, copies=True),
    delete=(ApiCall("DeleteBroker", BROKER_ID),),
    tagging=tagged("ResourceArn", "Arn", "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=lambda it: str(it["Arn"] or regional(it, "mq", f"broker:{it['BrokerName']}:*")),
    also={"create": NETWORK, "update": ("mq:RebootBroker",)},
    also_for={("create", "EncryptionOptions.KmsKeyId"): ("kms:CreateGrant", "kms:DescribeKey")},
    modelled=("DataReplicationMode", "DataReplicationPrimaryBrokerArn", "ResourceShareArns", "StorageSize"),
)


def revised(it: ApiResource) -> dict[str, Any] | None:
    """UpdateConfiguration, for a configuration with data of its own."""
    if "Data" not in it.properties:
        return None
    return {"ConfigurationId": it["Id"], **it.given("Data", "Description")}


CONFIGURATION_ID = by(ConfigurationId="Id")
CONFIGURATION = plain(
    "AWS::AmazonMQ::Configuration",
    "mq",
    (),
    known=taken(Id="Id", Arn="Arn"),
    read=ApiCall("DescribeConfiguration", CONFIGURATION_ID),
    attributes=taken(Arn="Arn", Revision="LatestRevision.Revision"),
    settings=(Setting(("Data", "Description"), ApiCall("UpdateConfiguration", revised)),),
    update=None,
    delete=(ApiCall("DeleteConfiguration", CONFIGURATION_ID),),
    tagging=tagged("ResourceArn", "Arn", "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=lambda it: str(it["Arn"] or regional(it, "mq", "configuration:*")),
    modelled=("AuthenticationStrategy",),
)

TYPES = (BROKER, CONFIGURATION)
