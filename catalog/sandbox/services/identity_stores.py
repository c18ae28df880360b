"""Identity stores: changes of users and groups, what else a user has, and members that go, which moto lacks.

Source: Identity Store API reference, UpdateUser and UpdateGroup (AttributePath: `displayName`, `name.givenName`; a null
value takes an attribute away), DescribeUser (UserArn, UserStatus), DeleteUser, DeleteGroup.
"""

from __future__ import annotations

import json
from typing import Any

from moto.identitystore.models import IdentityStoreBackend, IdentityStoreData, Name
from moto.identitystore.responses import IdentityStoreResponse
from moto.utilities.utils import get_partition

CREATE_USER, DESCRIBE_USER = IdentityStoreResponse.create_user, IdentityStoreResponse.describe_user
DELETE_USER, DELETE_GROUP = IdentityStoreBackend.delete_user, IdentityStoreBackend.delete_group
MORE = ("Photos", "Website", "Birthdate", "Roles")
"""What moto's users do not have."""


def install() -> None:
    """Add the operations to moto's, and replace its methods."""
    for answer in (create_user, describe_user, update_user, update_group):
        setattr(IdentityStoreResponse, answer.__name__, answer)
    setattr(IdentityStoreBackend, "delete_user", delete_user)  # noqa: B010  # mypy allows no other form
    setattr(IdentityStoreBackend, "delete_group", delete_group)  # noqa: B010


def store_of(backend: IdentityStoreBackend, given: Any) -> IdentityStoreData:
    """The identity store of a request, after a look that made it."""
    return backend.identity_stores[str(given)]


def others(store: IdentityStoreData, user: str) -> dict[str, Any]:
    """What a user has and moto does not keep."""
    kept: dict[str, Any] = vars(store).setdefault("sandbox_users", {}).setdefault(user, {})
    return kept


def user_arn(response: IdentityStoreResponse, user: str) -> str:
    """The ARN of a user, which has no Region."""
    return f"arn:{get_partition(response.region)}:identitystore::{response.current_account}:user/{user}"


def create_user(response: IdentityStoreResponse) -> str:
    """CreateUser, with all that a user has."""
    made = json.loads(CREATE_USER(response))
    store = store_of(response.identitystore_backend, made["IdentityStoreId"])
    given = {name: response._get_param(name) for name in MORE}
    others(store, made["UserId"]).update({name: value for name, value in given.items() if value})
    return json.dumps({**made, "UserArn": user_arn(response, made["UserId"])})


def describe_user(response: IdentityStoreResponse) -> str:
    """DescribeUser, with all that a user has."""
    shown = json.loads(DESCRIBE_USER(response))
    more = others(store_of(response.identitystore_backend, shown["IdentityStoreId"]), shown["UserId"])
    return json.dumps({**shown, **more, "UserArn": user_arn(response, shown["UserId"]), "UserStatus": "ENABLED"})


def changes(response: IdentityStoreResponse) -> dict[str, Any]:
    """The attributes that a request changes, with their names in capitals; those of parts by their path."""
    return {
        ".".join(step[:1].upper() + step[1:] for step in each["AttributePath"].split(".")): each.get("AttributeValue")
        for each in response._get_param("Operations") or ()
    }


def update_user(response: IdentityStoreResponse) -> str:
    """UpdateUser of the API reference."""
    backend, store_id = response.identitystore_backend, response._get_param("IdentityStoreId")
    user = backend.describe_user(store_id, response._get_param("UserId"))
    store, changed = store_of(backend, store_id), changes(response)
    name = dict(user.Name._asdict() if user.Name else {})
    for path, value in changed.items():
        whole, _, part = path.partition(".")
        if whole == "Name":
            name.update({part: value} if part else value or {})
        elif whole in MORE:
            others(store, user.UserId)[whole] = value
        else:
            user = user._replace(**{whole: value})
    store.users[user.UserId] = user._replace(Name=Name.from_dict(name))
    return "{}"


def update_group(response: IdentityStoreResponse) -> str:
    """UpdateGroup of the API reference."""
    backend, store_id = response.identitystore_backend, response._get_param("IdentityStoreId")
    group = backend.describe_group(store_id, response._get_param("GroupId"))
    store_of(backend, store_id).groups[group.GroupId] = group._replace(**changes(response))
    return "{}"


def delete_user(backend: IdentityStoreBackend, identity_store_id: str, user_id: str) -> None:
    """DeleteUser, with its memberships."""
    DELETE_USER(backend, identity_store_id, user_id)
    _leave(backend, identity_store_id, lambda each: each["MemberId"]["UserId"] == user_id)


def delete_group(backend: IdentityStoreBackend, identity_store_id: str, group_id: str) -> None:
    """DeleteGroup, with its memberships."""
    DELETE_GROUP(backend, identity_store_id, group_id)
    _leave(backend, identity_store_id, lambda each: each["GroupId"] == group_id)


def _leave(backend: IdentityStoreBackend, store_id: str, goes: Any) -> None:
    store = store_of(backend, store_id)
    store.group_memberships = {key: each for key, each in store.group_memberships.items() if not goes(each)}
