"""MediaPackage V2: descriptions, settings and tags of groups and channels, and their changes, which moto lacks.

Source: MediaPackage V2 API reference, CreateChannelGroup, CreateChannel, UpdateChannelGroup, UpdateChannel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.mediapackagev2 import urls
from moto.mediapackagev2.exceptions import ChannelNotFound
from moto.mediapackagev2.responses import mediapackagev2Response as MediaGroupResponse

from catalog.sandbox.services import tags_by_arn

MEMBERS = {
    "description": "Description",
    "input_type": "InputType",
    "input_switch_configuration": "InputSwitchConfiguration",
    "output_header_configuration": "OutputHeaderConfiguration",
    "tags": "tags",
}
"""Attribute → parameter."""


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for name in ("create_channel_group", "create_channel"):
        setattr(MediaGroupResponse, name, _with_members(getattr(MediaGroupResponse, name)))
    for name in ("channel_group", "channel"):
        setattr(MediaGroupResponse, f"update_{name}", _with_members(getattr(MediaGroupResponse, f"get_{name}")))
    urls.url_paths["{0}/tags/(?P<arn>.+)$"] = MediaGroupResponse.dispatch

    def targets(response: MediaGroupResponse) -> list[Any]:
        groups = response.mediapackagev2_backend.channel_groups.values()
        return [*groups, *(channel for group in groups for channel in group.channels.values())]

    tags_by_arn.install(MediaGroupResponse, targets, lambda arn: ChannelNotFound())


def _with_members(operation: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """An operation that sets what is given of a group or a channel."""

    def changed(response: MediaGroupResponse) -> ActionResult:
        answer = operation(response)
        target: Any = answer.result
        for attribute, name in MEMBERS.items():
            if response._get_param(name) is not None:
                setattr(target, attribute, response._get_param(name))
        target.modified_at = utcnow()
        target.created_at = vars(target).get("created_at", target.modified_at)
        return answer

    return changed
