"""Network interfaces, what is attached to instances, and key pairs.

CloudFormation keeps the private key of a key pair that it creates in the SSM parameter `/ec2/keypair/<id>` (template
reference, AWS::EC2::KeyPair). The device of a volume whose template names none is [assumed].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.rows import by, taken
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_arn, ec2_type, truth
from catalog.sandbox.registry.tables.forms import added, call, dropped

FIRST_DEVICE = "/dev/sdf"


def interface(it: ApiResource, **attribute: Any) -> dict[str, Any]:
    """ModifyNetworkInterfaceAttribute, which takes one attribute."""
    return {"NetworkInterfaceId": it["Id"], **attribute}


def modified(name: str, parameter: str, convert: Any, *, on_create: bool = False) -> Setting:
    """A property that ModifyNetworkInterfaceAttribute changes."""
    return Setting(
        (name,),
        ApiCall("ModifyNetworkInterfaceAttribute", lambda it: interface(it, **{parameter: convert(it[name])})),
        on_create=on_create,
    )


def ipv6(members: Any) -> Any:
    """The IPv6 addresses that an update assigns or takes away; no call without any."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        addresses = [each["Ipv6Address"] for each in members(it, "Ipv6Addresses")]
        return interface(it, Ipv6Addresses=addresses) if addresses else None

    return parameters


def of_interface(_: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an interface."""
    addresses = shown.get("PrivateIpAddresses", [])
    return {
        "PrimaryPrivateIpAddress": shown.get("PrivateIpAddress", ""),
        "SecondaryPrivateIpAddresses": [each["PrivateIpAddress"] for each in addresses if not each.get("Primary")],
        "VpcId": shown.get("VpcId", ""),
    }


NETWORK_INTERFACE = ec2_type(
    "AWS::EC2::NetworkInterface",
    "network-interface",
    "Id",
    create=ApiCall("CreateNetworkInterface", copies=True, renamed={"GroupSet": "Groups"}),
    answer=("NetworkInterface", "NetworkInterfaceId"),
    describe=("DescribeNetworkInterfaces", "NetworkInterfaceIds", "NetworkInterfaces"),
    settings=(
        modified("Description", "Description", lambda value: {"Value": str(value or "")}),
        modified("GroupSet", "Groups", lambda value: list(value or [])),
        modified(
            "SourceDestCheck", "SourceDestCheck", lambda value: truth(True if value is None else value), on_create=True
        ),
        Setting(("Ipv6Addresses",), ApiCall("UnassignIpv6Addresses", ipv6(dropped)), on_create=False),
        Setting(("Ipv6Addresses",), ApiCall("AssignIpv6Addresses", ipv6(added)), on_create=False),
    ),
    attributes=of_interface,
    delete=(by_id("DeleteNetworkInterface", "Id", "NetworkInterfaceId"),),
    modelled=(
        "ConnectionTrackingSpecification",
        "EnablePrimaryIpv6",
        "InterfaceType",
        "Ipv4PrefixCount",
        "Ipv4Prefixes",
        "Ipv6AddressCount",
        "Ipv6PrefixCount",
        "Ipv6Prefixes",
        "PublicIpDnsHostnameTypeSpecification",
        "SecondaryPrivateIpAddressCount",
    ),
)

INTERFACE_ATTACHMENT = ApiType(
    "AWS::EC2::NetworkInterfaceAttachment",
    "ec2",
    create=ApiCall("AttachNetworkInterface", copies=True),
    known=taken(AttachmentId="AttachmentId"),
    read=ApiCall("DescribeNetworkInterfaces", lambda it: {"NetworkInterfaceIds": [it["NetworkInterfaceId"]]}),
    shown=lambda it, answer: next(
        (
            each["Attachment"]
            for each in answer["NetworkInterfaces"]
            if (each.get("Attachment") or {}).get("AttachmentId") == it["AttachmentId"]
        ),
        None,
    ),
    delete=(call("DetachNetworkInterface", "AttachmentId"),),
    arn=lambda it: ec2_arn(it, "network-interface", it["NetworkInterfaceId"]),
    modelled=("DeleteOnTermination", "EnaQueueCount", "EnaSrdSpecification"),
)


def address(it: ApiResource) -> dict[str, Any]:
    """The address, by its allocation or by itself."""
    return {"AllocationIds": [it["AllocationId"]]} if it["AllocationId"] else {"PublicIps": [it["EIP"]]}


EIP_ASSOCIATION = ApiType(
    "AWS::EC2::EIPAssociation",
    "ec2",
    create=ApiCall("AssociateAddress", by(PublicIp="EIP"), copies=True),
    known=taken(Id="AssociationId"),
    read=ApiCall("DescribeAddresses", address),
    shown=lambda it, answer: next(
        (each for each in answer["Addresses"] if each.get("AssociationId") == it["Id"]), None
    ),
    delete=(call("DisassociateAddress", AssociationId="Id"),),
    arn=lambda it: ec2_arn(it, "elastic-ip", it["AllocationId"]),
)


def mounted(it: ApiResource) -> dict[str, Any]:
    """The volume, the instance and the device."""
    return {**by("VolumeId", "InstanceId")(it), "Device": it.text("Device", FIRST_DEVICE)}


VOLUME_ATTACHMENT = ApiType(
    "AWS::EC2::VolumeAttachment",
    "ec2",
    create=ApiCall("AttachVolume", mounted),
    read=ApiCall("DescribeVolumes", lambda it: {"VolumeIds": [it["VolumeId"]]}),
    shown=lambda it, answer: next(
        (
            each
            for volume in answer["Volumes"]
            for each in volume.get("Attachments", ())
            if each["InstanceId"] == it["InstanceId"]
        ),
        None,
    ),
    delete=(ApiCall("DetachVolume", mounted),),
    arn=lambda it: ec2_arn(it, "volume", it["VolumeId"]),
    modelled=("EbsCardIndex",),
)


def new_pair(it: ApiResource) -> dict[str, Any] | None:
    """CreateKeyPair, if the template has no public key."""
    return None if it["PublicKeyMaterial"] else by("KeyName", "KeyType", "KeyFormat")(it)


def stored_key(it: ApiResource) -> str:
    """The name of the parameter with the private key."""
    return f"/ec2/keypair/{pair_id(it)}"


def keep_key(it: ApiResource) -> dict[str, Any] | None:
    """PutParameter with the private key, which nothing else keeps."""
    material = it.values.pop("KeyMaterial", None)
    return {"Name": stored_key(it), "Value": material, "Type": "SecureString"} if material else None


def pair_id(it: ApiResource) -> str:
    """The id of the key pair."""
    return str(it["KeyPairId"] or it.ask("DescribeKeyPairs", {"KeyNames": [it["KeyName"]]})["KeyPairs"][0]["KeyPairId"])


TAGGED = ApiCall("CreateTags", lambda it: {"Resources": [pair_id(it)]})
KEY_PAIR = ApiType(
    "AWS::EC2::KeyPair",
    "ec2",
    create=ApiCall("CreateKeyPair", new_pair),
    known=taken(KeyMaterial="KeyMaterial"),
    read=ApiCall("DescribeKeyPairs", lambda it: {"KeyNames": [it["KeyName"]]}),
    shown=lambda it, answer: next(iter(answer["KeyPairs"]), None),
    attributes=taken(KeyPairId="KeyPairId", KeyFingerprint="KeyFingerprint"),
    settings=(
        Setting(("PublicKeyMaterial",), call("ImportKeyPair", "KeyName", "PublicKeyMaterial")),
        Setting(("KeyName",), ApiCall("PutParameter", keep_key, service="ssm")),
    ),
    delete=(
        call("DeleteKeyPair", "KeyName"),
        ApiCall(
            "DeleteParameter",
            lambda it: None if it["PublicKeyMaterial"] else {"Name": stored_key(it)},
            service="ssm",
        ),
    ),
    tagging=Tagging(TAGGED, ApiCall("DeleteTags", lambda it: {"Resources": [pair_id(it)]}), keys_in="Tags"),
    arn=lambda it: ec2_arn(it, "key-pair", it["KeyName"]),
    ref="KeyName",
)

TYPES = (NETWORK_INTERFACE, INTERFACE_ATTACHMENT, EIP_ASSOCIATION, VOLUME_ATTACHMENT, KEY_PAIR)
