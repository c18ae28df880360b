"""Direct Connect: ids and tags of connections in AWS's form, and the group of a connection.

Source: Direct Connect API reference, CreateConnection (`dxcon-…`), TagResource (by ARN), AssociateConnectionWithLag,
DisassociateConnectionFromLag.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.directconnect.exceptions import LAGNotFound
from moto.directconnect.models import Connection, DirectConnectBackend
from moto.directconnect.responses import DirectConnectResponse
from moto.moto_api._internal import mock_random

CREATE, TAGS, TAGGED = (
    DirectConnectBackend.create_connection,
    DirectConnectBackend.list_tags_for_resource,
    DirectConnectBackend.iter_tagged_resources,
)


def install() -> None:
    """Replace moto's methods, and add operations."""
    for method in (create_connection, list_tags_for_resource, iter_tagged_resources):
        setattr(DirectConnectBackend, method.__name__, method)
    for answer in (associate_connection_with_lag, disassociate_connection_from_lag):
        setattr(DirectConnectResponse, answer.__name__, answer)


def arn_of(backend: DirectConnectBackend, identifier: str) -> str:
    """The ARN of a connection, by which it is tagged."""
    return f"arn:{backend.partition}:directconnect:{backend.region_name}:{backend.account_id}:dxcon/{identifier}"


def create_connection(backend: DirectConnectBackend, **given: Any) -> Connection:
    """CreateConnection of the API reference."""
    tags = given.pop("tags", None)
    connection = CREATE(backend, **given, tags=None)
    del backend.connections[connection.connection_id]
    connection.connection_id = f"dxcon-{mock_random.get_random_hex(8)}"
    backend.connections[connection.connection_id] = connection
    backend.tagger.tag_resource(arn_of(backend, connection.connection_id), tags)
    return connection


def list_tags_for_resource(backend: DirectConnectBackend, resource_arn: str) -> list[dict[str, str]]:
    """The tags of an ARN, or of a connection by its id."""
    return TAGS(backend, arn_of(backend, resource_arn) if resource_arn.startswith("dxcon-") else resource_arn)


def iter_tagged_resources(backend: DirectConnectBackend) -> Iterator[TaggedResource]:
    """What the tagging API shows."""
    for each in TAGGED(backend):
        if each.arn.startswith("dxcon-"):
            arn = arn_of(backend, each.arn)
            tags = backend.tagger.get_tag_dict_for_resource(arn)
            yield TaggedResource(arn=arn, tags=tags, resource_type=each.resource_type, extra=each.extra)
        else:
            yield each


def associate_connection_with_lag(response: DirectConnectResponse) -> str:
    """AssociateConnectionWithLag of the API reference."""
    return _grouped(response, json.loads(response.body)["lagId"])


def disassociate_connection_from_lag(response: DirectConnectResponse) -> str:
    """DisassociateConnectionFromLag of the API reference."""
    return _grouped(response, None)


def _grouped(response: DirectConnectResponse, group: str | None) -> str:
    backend = response.directconnect_backend
    if group is not None and group not in backend.lags:
        raise LAGNotFound(group, response.region)
    (connection,) = backend.describe_connections(json.loads(response.body)["connectionId"])
    connection.lag_id = group
    return json.dumps(connection.to_dict())
