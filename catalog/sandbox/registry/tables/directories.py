"""Directories of AWS Directory Service: Simple AD and Microsoft AD. Nobody logs in."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.naming import LETTERS, SUFFIX, characters
from catalog.sandbox.registry.rows import by, inside, plain, regional, tagged, taken

MADE = (
    *("ec2:DescribeSubnets", "ec2:DescribeVpcs", "ec2:CreateSecurityGroup", "ec2:CreateNetworkInterface"),
    *("ec2:DescribeNetworkInterfaces", "ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"),
)
GONE = (
    *("ec2:DescribeNetworkInterfaces", "ec2:DeleteSecurityGroup", "ec2:DeleteNetworkInterface"),
    *("ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"),
)
"""What Directory Service does in the network with the permissions of the caller (its administration guide)."""
ALIAS_LIMIT = 62
DIRECTORY = by("DirectoryId")


def wanted(it: ApiResource, name: str) -> bool:
    """Whether a setting is on."""
    return it.text(name, "false") == "true"


def alias(it: ApiResource) -> dict[str, Any] | None:
    """CreateAlias, with an alias that is made up."""
    if not wanted(it, "CreateAlias"):
        return None
    made_up = f"{it.place.stack_name}-{it.place.logical_id}"[: ALIAS_LIMIT - SUFFIX - 1]
    return {**DIRECTORY(it), "Alias": f"{made_up}-{characters(SUFFIX, LETTERS)}".lower()}


def sign_on(enable: bool) -> ApiCall:
    """The operation that enables single sign-on, or the one that disables it again."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        before = str(it.old.get("EnableSso", False)).lower() == "true"
        return DIRECTORY(it) if wanted(it, "EnableSso") is enable is not before else None

    return ApiCall("EnableSso" if enable else "DisableSso", parameters)


def directory(last: str, operation: str, **more: Any) -> ApiType:
    """A kind of directory."""
    return plain(
        f"AWS::DirectoryService::{last}",
        "ds",
        (),
        create=ApiCall(operation, copies=True),
        known=taken(DirectoryId="DirectoryId"),
        read=ApiCall("DescribeDirectories", lambda it: {"DirectoryIds": [it["DirectoryId"]]}),
        shown=inside("DirectoryDescriptions.0"),
        attributes=taken(Alias="Alias", DnsIpAddresses="DnsIpAddrs"),
        settings=(
            Setting(("CreateAlias",), ApiCall("CreateAlias", alias)),
            Setting(("EnableSso",), sign_on(True)),
            Setting(("EnableSso",), sign_on(False)),
        ),
        update=None,
        delete=(ApiCall("DeleteDirectory", DIRECTORY),),
        arn=lambda it: regional(it, "ds", f"directory/{it['DirectoryId'] or '*'}"),
        also={"create": MADE, "delete": GONE},
        **more,
    )


TYPES = (
    directory("MicrosoftAD", "CreateMicrosoftAD"),
    directory(
        "SimpleAD",
        "CreateDirectory",
        tagging=tagged("ResourceId", "DirectoryId", "Tags", tag="AddTagsToResource", untag="RemoveTagsFromResource"),
    ),
)
