"""IVS: tags of channels, and their format, which moto lacks (API reference, TagResource, CreateChannel)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partialmethod
from typing import Any
from urllib.parse import unquote

from moto.ivs import urls
from moto.ivs.responses import IVSResponse

MORE = {"containerFormat": "TS", "multitrackInputConfiguration": None}
"""What moto's channels do not have → its default."""


def install() -> None:
    """Add the operations to moto's."""
    urls.url_paths["{0}/tags/(?P<arn>.+)$"] = IVSResponse.dispatch
    for answer in (tag_resource, untag_resource, list_tags_for_resource):
        setattr(IVSResponse, answer.__name__, answer)
    for name in ("create_channel", "update_channel"):
        setattr(IVSResponse, name, partialmethod(_with_more, getattr(IVSResponse, name)))


def _with_more(response: IVSResponse, change: Callable[[IVSResponse], str]) -> str:
    """A creation or update, with the format of the channel."""
    answer = json.loads(change(response))
    channel = response.ivs_backend.get_channel(answer["channel"]["arn"])
    for name, default in MORE.items():
        channel[name] = response._get_param(name) or channel.get(name) or default
    return json.dumps({**answer, "channel": channel})


def tags_of(response: IVSResponse) -> dict[str, str]:
    """The tags of the channel whose ARN the path ends with."""
    channel = response.ivs_backend.get_channel(unquote(response.path.partition("/tags/")[2]))
    tags: dict[str, str] = channel["tags"]
    return tags


def tag_resource(response: IVSResponse) -> str:
    """TagResource of the API reference."""
    tags_of(response).update(response._get_param("tags"))
    return "{}"


def untag_resource(response: IVSResponse) -> str:
    """UntagResource of the API reference."""
    tags = tags_of(response)
    for key in response.querystring.get("tagKeys", []):
        tags.pop(key, None)
    return "{}"


def list_tags_for_resource(response: IVSResponse) -> str:
    """ListTagsForResource of the API reference."""
    shown: dict[str, Any] = {"tags": tags_of(response)}
    return json.dumps(shown)
