"""DHCP options, more address ranges of networks, and prefix lists.

The sandbox has no pools of IPAM: a range of one is in 100.64.0.0/10, and an IPv6 range is one of Amazon's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import by, taken
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_arn, ec2_type, tags_of
from catalog.sandbox.registry.tables.forms import added, call, dropped

DHCP_KEYS = {
    "DomainName": "domain-name",
    "DomainNameServers": "domain-name-servers",
    "NetbiosNameServers": "netbios-name-servers",
    "NetbiosNodeType": "netbios-node-type",
    "NtpServers": "ntp-servers",
}


def configurations(it: ApiResource) -> dict[str, Any]:
    """The options as the API takes them: a name and a list of texts each."""
    listed = [(key, it[name]) for name, key in DHCP_KEYS.items() if it[name] is not None]
    return {
        "DhcpConfigurations": [
            {"Key": key, "Values": [str(each) for each in (value if isinstance(value, list) else [value])]}
            for key, value in listed
        ]
    }


DHCP_OPTIONS = ec2_type(
    "AWS::EC2::DHCPOptions",
    "dhcp-options",
    "DhcpOptionsId",
    create=ApiCall("CreateDhcpOptions", configurations),
    answer=("DhcpOptions", "DhcpOptionsId"),
    describe=("DescribeDhcpOptions", "DhcpOptionsIds", "DhcpOptions"),
    delete=(by_id("DeleteDhcpOptions", "DhcpOptionsId"),),
    modelled=("Ipv6AddressPreferredLeaseTime",),
)


def the_reservation(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The reservation of the subnet with the id."""
    listed = [*answer.get("SubnetIpv4CidrReservations", ()), *answer.get("SubnetIpv6CidrReservations", ())]
    return next((each for each in listed if each["SubnetCidrReservationId"] == it["SubnetCidrReservationId"]), None)


RESERVATION_ID = "SubnetCidrReservationId"
RESERVATION = ApiType(
    "AWS::EC2::SubnetCidrReservation",
    "ec2",
    create=ApiCall("CreateSubnetCidrReservation", copies=True),
    known=taken(SubnetCidrReservationId=f"SubnetCidrReservation.{RESERVATION_ID}"),
    read=ApiCall("GetSubnetCidrReservations", lambda it: {"SubnetId": it["SubnetId"]}),
    shown=the_reservation,
    attributes=lambda it, shown: {
        "OwnerId": shown["OwnerId"],
        "Arn": ec2_arn(it, "subnet-cidr-reservation", it[RESERVATION_ID]),
    },
    delete=(by_id("DeleteSubnetCidrReservation", RESERVATION_ID),),
    tagging=tags_of(RESERVATION_ID),
    arn=lambda it: ec2_arn(it, "subnet-cidr-reservation", it[RESERVATION_ID]),
    modelled=("Description",),
)

OF_NETWORK = ApiCall("DescribeVpcs", lambda it: {"VpcIds": [it["VpcId"]]})
DHCP_ASSOCIATION = ApiType(
    "AWS::EC2::VPCDHCPOptionsAssociation",
    "ec2",
    create=call("AssociateDhcpOptions", "VpcId", "DhcpOptionsId"),
    read=OF_NETWORK,
    shown=lambda it, answer: [each for each in answer["Vpcs"] if each["DhcpOptionsId"] == it["DhcpOptionsId"]],
    delete=(ApiCall("AssociateDhcpOptions", lambda it: {"VpcId": it["VpcId"], "DhcpOptionsId": "default"}),),
    arn=lambda it: ec2_arn(it, "vpc", it["VpcId"]),
)


def new_range(it: ApiResource) -> dict[str, Any]:
    """AssociateVpcCidrBlock."""
    if it["CidrBlock"]:
        return {"VpcId": it["VpcId"], "CidrBlock": it["CidrBlock"]}
    if it["Ipv4IpamPoolId"]:
        return {"VpcId": it["VpcId"], "CidrBlock": f"100.64.0.0/{it['Ipv4NetmaskLength'] or 24}"}
    return {"VpcId": it["VpcId"], "AmazonProvidedIpv6CidrBlock": True}


def of_range(_: ApiResource, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The id of the association."""
    association = answer.get("CidrBlockAssociation") or answer.get("Ipv6CidrBlockAssociation") or {}
    return {"Id": association["AssociationId"]}


def shown_range(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The range, as long as the network has it."""
    for name, state in (
        ("CidrBlockAssociationSet", "CidrBlockState"),
        ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState"),
    ):
        for network in answer["Vpcs"]:
            for each in network.get(name, ()):
                if each["AssociationId"] == it["Id"] and each[state]["State"] == "associated":
                    return each
    return None


CIDR_BLOCK = ApiType(
    "AWS::EC2::VPCCidrBlock",
    "ec2",
    create=ApiCall("AssociateVpcCidrBlock", new_range),
    known=of_range,
    read=OF_NETWORK,
    shown=shown_range,
    delete=(call("DisassociateVpcCidrBlock", AssociationId="Id"),),
    arn=lambda it: ec2_arn(it, "vpc", it["VpcId"]),
    ref="Id",
    modelled=(
        "Ipv4IpamPoolId",
        "Ipv4NetmaskLength",
        "Ipv6CidrBlock",
        "Ipv6CidrBlockNetworkBorderGroup",
        "Ipv6IpamPoolId",
        "Ipv6NetmaskLength",
        "Ipv6Pool",
    ),
)

SUBNET_RANGE = ApiType(
    "AWS::EC2::SubnetCidrBlock",
    "ec2",
    create=call("AssociateSubnetCidrBlock", "SubnetId", "Ipv6CidrBlock"),
    known=taken(Id="Ipv6CidrBlockAssociation.AssociationId"),
    read=ApiCall("DescribeSubnets", lambda it: {"SubnetIds": [it["SubnetId"]]}),
    shown=lambda it, answer: next(
        (
            each
            for subnet in answer["Subnets"]
            for each in subnet.get("Ipv6CidrBlockAssociationSet", ())
            if each["AssociationId"] == it["Id"] and each["Ipv6CidrBlockState"]["State"] == "associated"
        ),
        None,
    ),
    delete=(call("DisassociateSubnetCidrBlock", AssociationId="Id"),),
    arn=lambda it: ec2_arn(it, "subnet", it["SubnetId"]),
    ref="Id",
    modelled=("Ipv6IpamPoolId", "Ipv6NetmaskLength"),
)


def changed_list(it: ApiResource) -> dict[str, Any]:
    """ModifyManagedPrefixList: the name, and entries that come and go."""
    entries = [{"Cidr": each["Cidr"]} for each in dropped(it, "Entries")]
    more = [dict(each) for each in added(it, "Entries")]
    return {
        "PrefixListId": it["PrefixListId"],
        "CurrentVersion": int(it["Version"]) if entries or more else None,
        "PrefixListName": it["PrefixListName"],
        "AddEntries": more or None,
        "RemoveEntries": entries or None,
    }


PREFIX_LIST = replace(
    ec2_type(
        "AWS::EC2::PrefixList",
        "prefix-list",
        "PrefixListId",
        create=ApiCall(
            "CreateManagedPrefixList",
            lambda it: {"MaxEntries": int(it["MaxEntries"] or len(it["Entries"] or "1"))},
            copies=True,
        ),
        answer=("PrefixList", "PrefixListId"),
        describe=("DescribeManagedPrefixLists", "PrefixListIds", "PrefixLists"),
        settings=(
            Setting(
                ("MaxEntries",),
                ApiCall("ModifyManagedPrefixList", lambda it: by("PrefixListId", "PrefixListName", "MaxEntries")(it)),
                on_create=False,
            ),
            Setting(("PrefixListName", "Entries"), ApiCall("ModifyManagedPrefixList", changed_list), on_create=False),
        ),
        attributes=taken(Arn="PrefixListArn", OwnerId="OwnerId", Version="Version"),
        delete=(by_id("DeleteManagedPrefixList", "PrefixListId"),),
        modelled=("AddressFamily",),
    ),
    shown=lambda it, answer: next(
        (each for each in answer.get("PrefixLists", ()) if not each["State"].startswith("delete")), None
    ),
)

TYPES = (DHCP_OPTIONS, DHCP_ASSOCIATION, CIDR_BLOCK, SUBNET_RANGE, PREFIX_LIST, RESERVATION)
