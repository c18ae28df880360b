"""MediaLive: inputs that are ready or not there, their ARNs, and tags. Channels keep what moto does with them.

Source: MediaLive API reference, CreateInput, DescribeInput, CreateTags; Service Authorization Reference, for the ARN.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.medialive import urls
from moto.medialive.models import Input, MediaLiveBackend
from moto.medialive.responses import MediaLiveResponse

from catalog.sandbox.services import tags_by_arn

CREATE, UPDATE = MediaLiveBackend.create_input, MediaLiveBackend.update_input
CREATE_IN, UPDATE_IN = MediaLiveResponse.create_input, MediaLiveResponse.update_input
MORE = {"srt_settings": "SrtSettings", "multicast_settings": "MulticastSettings"}
MORE |= {"input_network_location": "InputNetworkLocation"}


def install() -> None:
    """Complete moto's inputs, and add the operations on tags."""
    for method in (create_input, describe_input, delete_input, update_input):
        setattr(MediaLiveBackend, method.__name__, method)
    for name, operation in (("create_input", CREATE_IN), ("update_input", UPDATE_IN)):
        setattr(MediaLiveResponse, name, _with_more(operation))
    urls.url_paths["{0}/prod/tags/(?P<arn>.+)$"] = urls.response.dispatch

    def targets(response: MediaLiveResponse) -> list[Any]:
        return [*response.medialive_backend._inputs.values(), *response.medialive_backend._channels.values()]

    tags_by_arn.install(MediaLiveResponse, targets, lambda arn: _absent(), names={"tags": "Tags", "keys": "TagKeys"})
    for name, common in (("create_tags", "tag_resource"), ("delete_tags", "untag_resource")):
        setattr(MediaLiveResponse, name, getattr(MediaLiveResponse, common))


def _absent() -> JsonRESTError:
    error = JsonRESTError("NotFoundException", "The requested resource does not exist.")
    error.code = 404
    return error


def create_input(backend: MediaLiveBackend, **given: Any) -> Input:
    """CreateInput, after which nothing uses the input."""
    live = CREATE(backend, **given)
    live.arn = f"arn:{backend.partition}:medialive:{backend.region_name}:{backend.account_id}:input:{live.id}"
    live.security_groups = given.get("input_security_groups") or []
    live.state = "DETACHED"
    return live


def describe_input(backend: MediaLiveBackend, input_id: str) -> Input:
    """DescribeInput of an input that is there."""
    if input_id not in backend._inputs:
        raise _absent()
    return backend._inputs[input_id]


def delete_input(backend: MediaLiveBackend, input_id: str) -> None:
    """DeleteInput, after which it is gone."""
    describe_input(backend, input_id)
    del backend._inputs[input_id]


def update_input(backend: MediaLiveBackend, **given: Any) -> Input:
    """UpdateInput of an input that is there."""
    describe_input(backend, given["input_id"])
    return UPDATE(backend, **given)


def _with_more(operation: Any) -> Any:
    """An operation that keeps what moto does not read."""

    def changed(response: MediaLiveResponse) -> Any:
        answer = operation(response)
        for attribute, name in MORE.items():
            if response._get_param(name) is not None:
                setattr(answer.result["Input"], attribute, response._get_param(name))
        return answer

    return changed
