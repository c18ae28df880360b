"""EC2: the size of managed prefix lists, which moto does not change, and the states of IPv6 ranges of subnets.

Sources: EC2 API reference, ModifyManagedPrefixList, SubnetIpv6CidrBlockAssociation.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.vpcs import VPCs

MODIFY = VPCs.modify_managed_prefix_list
RANGES = "ipv6_cidr_block_association_set"
SHOWN = vars(Subnet)[RANGES].fget


def install() -> None:
    """Replace moto's operation and attribute."""
    setattr(VPCs, "modify_managed_prefix_list", modify)  # noqa: B010  # mypy allows no other form
    setattr(Subnet, RANGES, property(associations))


def modify(response: VPCs) -> ActionResult:
    """ModifyManagedPrefixList, with MaxEntries."""
    size = response._get_param("MaxEntries")
    if size:
        response.ec2_backend.managed_prefix_lists[response._get_param("PrefixListId")].max_entries = size
    return MODIFY(response)


def associations(subnet: Subnet) -> list[dict[str, Any]]:
    """The IPv6 ranges of a subnet, with their states as words."""
    return [{**each, "ipv6CidrBlockState": each["ipv6CidrBlockState"]["state"]} for each in SHOWN(subnet)]
