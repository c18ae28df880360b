"""EC2: the size of managed prefix lists, which moto does not change (API reference, ModifyManagedPrefixList)."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.responses.vpcs import VPCs

MODIFY = VPCs.modify_managed_prefix_list


def install() -> None:
    """Replace moto's operation."""
    setattr(VPCs, "modify_managed_prefix_list", modify)  # noqa: B010  # mypy allows no other form


def modify(response: VPCs) -> ActionResult:
    """ModifyManagedPrefixList, with MaxEntries."""
    size = response._get_param("MaxEntries")
    if size:
        response.ec2_backend.managed_prefix_lists[response._get_param("PrefixListId")].max_entries = size
    return MODIFY(response)
