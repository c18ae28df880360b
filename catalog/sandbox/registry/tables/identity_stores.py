"""Users, groups and memberships of identity stores. A store of any id exists."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import ending, plain, taken


def operations(it: ApiResource) -> dict[str, Any]:
    """One operation for each attribute that an update changes; a null takes it away."""
    names = [name for name in {**it.old, **it.properties} if it.old.get(name) != it.properties.get(name)]
    return {
        "Operations": [
            {"AttributePath": name[:1].lower() + name[1:], "AttributeValue": it.properties.get(name)}
            for name in sorted(names)
        ]
    }


GROUP = ("IdentityStoreId", "GroupId")
MEMBERSHIP = ("IdentityStoreId", "MembershipId")
USER = ("IdentityStoreId", "UserId")


def store_arn(kind: str, name: str) -> Any:
    """The ARN of a kind of identity stores, which has no Region."""
    return lambda it: f"arn:{it.place.partition}:identitystore:::{kind}/{it[name] or '*'}"


TYPES = (
    plain(
        "AWS::IdentityStore::Group",
        "identitystore",
        GROUP,
        create=ApiCall("CreateGroup", copies=True),
        known=taken(GroupId="GroupId"),
        update=ApiCall("UpdateGroup", operations, identity=GROUP),
        arn=store_arn("group", "GroupId"),
    ),
    plain(
        "AWS::IdentityStore::GroupMembership",
        "identitystore",
        MEMBERSHIP,
        create=ApiCall("CreateGroupMembership", copies=True),
        known=taken(MembershipId="MembershipId"),
        update=None,
        arn=store_arn("membership", "MembershipId"),
    ),
    plain(
        "AWS::IdentityStore::User",
        "identitystore",
        USER,
        create=ApiCall("CreateUser", copies=True, identity=("UserName",)),
        known=taken(UserId="UserId", Arn="UserArn"),
        identified=ending("Arn", "/", "UserId"),
        attributes=taken(Arn="UserArn", UserId="UserId", UserStatus="UserStatus"),
        update=ApiCall("UpdateUser", operations, identity=USER),
        arn=store_arn("user", "UserId"),
    ),
)
