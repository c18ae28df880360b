"""Transfer Family: changes of servers and users, and tags, which moto lacks. No file is transferred.

Source: Transfer API reference, UpdateServer, UpdateUser, TagResource, TestIdentityProvider ("Unknown server").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.transfer import models
from moto.transfer.responses import TransferResponse

CREATE_SERVER, CREATE_USER = TransferResponse.create_server, TransferResponse.create_user
OWN_SERVER = ("server_id", "arn", "state", "tags", "user_count", "_users", "host_key_fingerprint")
OWN_USER = ("arn", "tags", "ssh_public_keys")


def install() -> None:
    """Add the operations to moto's."""
    for answer in (update_server, update_user, tag_resource, untag_resource, list_tags_for_resource):
        setattr(TransferResponse, answer.__name__, answer)
    setattr(models, "ServerNotFound", unknown_server)  # noqa: B010  # mypy allows no other form


def unknown_server(server_id: str) -> JsonRESTError:
    """The error about a server that does not exist, for which moto has a code that the API does not have."""
    return JsonRESTError("ResourceNotFoundException", "Unknown server")


def body(response: TransferResponse) -> dict[str, Any]:
    """The members of a request."""
    given: dict[str, Any] = json.loads(response.body)
    return given


def as_made(response: TransferResponse, shown: Mapping[str, Any]) -> None:
    """Let a request be one that makes what is shown, with what the request changes."""
    given = {name: value or None for name, value in body(response).items()}
    response.body = json.dumps({**shown, **given})


def change(target: Any, made: Any, own: tuple[str, ...]) -> None:
    """Take all from what has been made but what stays."""
    vars(target).update({name: value for name, value in vars(made).items() if name not in own})


def update_server(response: TransferResponse) -> str:
    """UpdateServer of the API reference."""
    backend = response.transfer_backend
    server = backend.describe_server(body(response)["ServerId"])
    as_made(response, server.to_dict())
    made = json.loads(CREATE_SERVER(response))["ServerId"]
    change(server, backend.servers.pop(made), OWN_SERVER)
    return json.dumps({"ServerId": server.server_id})


def update_user(response: TransferResponse) -> str:
    """UpdateUser of the API reference."""
    given, backend = body(response), response.transfer_backend
    server_id, user = backend.describe_user(given["ServerId"], given["UserName"])
    shown = {name: value for name, value in user.to_dict().items() if name != "PosixProfile" or user.posix_profile}
    as_made(response, {**shown, "ServerId": server_id})
    CREATE_USER(response)
    server = backend.servers[server_id]
    change(user, server._users.pop(), OWN_USER)
    server.user_count -= 1
    return json.dumps({"ServerId": server_id, "UserName": user.user_name})


def tagged(response: TransferResponse) -> Any:
    """The server, user or connector whose ARN a request has."""
    backend, arn = response.transfer_backend, body(response)["Arn"]
    users = [user for server in backend.servers.values() for user in server._users]
    targets: tuple[Any, ...] = (*backend.servers.values(), *users, *backend.connectors.values())
    for each in targets:
        if each.arn == arn:
            return each
    raise JsonRESTError("ResourceNotFoundException", f"Resource {arn} does not exist.")


def tag_resource(response: TransferResponse) -> str:
    """TagResource of the API reference."""
    target, added = tagged(response), body(response)["Tags"]
    keys = [tag["Key"] for tag in added]
    target.tags = [*(tag for tag in target.tags if tag["Key"] not in keys), *added]
    return "{}"


def untag_resource(response: TransferResponse) -> str:
    """UntagResource of the API reference."""
    target, keys = tagged(response), body(response)["TagKeys"]
    target.tags = [tag for tag in target.tags if tag["Key"] not in keys]
    return "{}"


def list_tags_for_resource(response: TransferResponse) -> str:
    """ListTagsForResource of the API reference."""
    target = tagged(response)
    return json.dumps({"Arn": target.arn, "Tags": target.tags})
