"""REST APIs of API Gateway: their tags, where moto has those of stages alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import unquote

from moto.apigateway.models import RestAPI
from moto.apigateway.responses import APIGatewayResponse

GET, TAG, UNTAG = APIGatewayResponse.get_tags, APIGatewayResponse.tag_resource, APIGatewayResponse.untag_resource
Answer = Callable[[APIGatewayResponse], str]


def install() -> None:
    """Replace moto's operations."""
    for name, answer in (("get_tags", get_tags), ("tag_resource", tag_resource), ("untag_resource", untag_resource)):
        setattr(APIGatewayResponse, name, answer)


def get_tags(response: APIGatewayResponse) -> str:
    """GetTags of the API reference."""
    api = rest_api(response)
    return json.dumps({"tags": api.tags or {}}) if api else GET(response)


def tag_resource(response: APIGatewayResponse) -> str:
    """TagResource of the API reference."""
    api = rest_api(response)
    if api is None:
        return TAG(response)
    api.tags = {**(api.tags or {}), **response._get_param("tags")}
    return "{}"


def untag_resource(response: APIGatewayResponse) -> str:
    """UntagResource of the API reference."""
    api = rest_api(response)
    if api is None:
        return UNTAG(response)
    removed = response.querystring.get("tagKeys") or ()
    api.tags = {key: value for key, value in (api.tags or {}).items() if key not in removed}
    return "{}"


def rest_api(response: APIGatewayResponse) -> RestAPI | None:
    """The API of the request's ARN; None for something in an API."""
    _, _, resource = unquote(response.path.split("/tags/")[1]).partition("/restapis/")
    api: RestAPI | None = response.backend.get_rest_api(resource) if resource and "/" not in resource else None
    return api
