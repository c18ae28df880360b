"""MediaPackage, both versions: tags, and the changes that moto lacks.

Source: MediaPackage API reference, UpdateChannel, ConfigureLogs, TagResource; MediaPackage V2 API reference,
CreateChannelGroup, UpdateChannelGroup, UpdateChannel; Service Authorization Reference, for the ARNs.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.mediapackage import urls
from moto.mediapackage.exceptions import ClientError
from moto.mediapackage.models import Channel, MediaPackageBackend
from moto.mediapackage.responses import MediaPackageResponse
from moto.moto_api._internal import mock_random

from catalog.sandbox.services import tags_by_arn
from catalog.sandbox.services.keeping import complete, keep

CREATE = MediaPackageBackend.create_channel
CREATE_ENDPOINT = MediaPackageBackend.create_origin_endpoint
LOGS = ("egressAccessLogs", "ingressAccessLogs")


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for operation in (update_channel, configure_logs):
        setattr(MediaPackageResponse, operation.__name__, operation)
    for method in (create_channel, create_origin_endpoint):
        setattr(MediaPackageBackend, method.__name__, method)
    complete(Channel, "to_dict")
    urls.url_paths["{0}/channels/(?P<channelid>[^/.]+)/configure_logs$"] = urls.response.dispatch
    urls.url_paths["{0}/tags/(?P<arn>.+)$"] = urls.response.dispatch

    def targets(response: MediaPackageResponse) -> list[Any]:
        backend = response.mediapackage_backend
        return [*backend._channels.values(), *backend._origin_endpoints.values()]

    tags_by_arn.install(
        MediaPackageResponse, targets, lambda arn: ClientError("NotFoundException", f"Resource {arn} not found")
    )


def _arn(backend: MediaPackageBackend, kind: str) -> str:
    """An ARN, whose last part is made up by the service."""
    owner = f"{backend.region_name}:{backend.account_id}"
    return f"arn:{backend.partition}:mediapackage:{owner}:{kind}/{mock_random.get_random_hex(32)}"


def create_channel(backend: MediaPackageBackend, **given: Any) -> Channel:
    """CreateChannel, with the points where it takes video."""
    if given["channel_id"] in backend._channels:
        raise ClientError("UnprocessableEntityException", f"channel with id={given['channel_id']} already exists")
    channel = CREATE(backend, **given)
    channel.arn = _arn(backend, "channels")
    host = f"https://{mock_random.get_random_hex(16)}.mediapackage.{backend.region_name}.amazonaws.com/in/v2"
    points = [
        {
            "id": mock_random.get_random_hex(32),
            "url": f"{host}/{number}/channel",
            "username": mock_random.get_random_hex(32),
            "password": mock_random.get_random_hex(32),
        }
        for number in (1, 2)
    ]
    keep(channel, {"hlsIngest": {"ingestEndpoints": points}})
    return channel


def create_origin_endpoint(backend: MediaPackageBackend, **given: Any) -> Any:
    """CreateOriginEndpoint, of a channel that is there."""
    backend.describe_channel(given["channel_id"])
    endpoint = CREATE_ENDPOINT(backend, **given)
    endpoint.arn = _arn(backend, "origin_endpoints")
    return endpoint


def update_channel(response: MediaPackageResponse) -> str:
    """UpdateChannel of the API reference."""
    channel = response.mediapackage_backend.describe_channel(response.path.rpartition("/")[2])
    channel.description = response._get_param("description")
    return json.dumps(channel.to_dict())


def configure_logs(response: MediaPackageResponse) -> ActionResult:
    """ConfigureLogs of the API reference."""
    channel = response.mediapackage_backend.describe_channel(response.path.split("/")[-2])
    keep(channel, {name: response._get_param(name) for name in LOGS})
    return ActionResult(channel.to_dict())
