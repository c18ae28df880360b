"""Security Hub: one hub for an account and Region, its settings and tags, which moto lacks. Nothing is checked.

Source: Security Hub API reference, EnableSecurityHub, UpdateSecurityHubConfiguration, TagResource.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.securityhub import urls
from moto.securityhub.exceptions import SecurityHubClientError
from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse

from catalog.sandbox.services.keeping import complete, keep

ENABLE = SecurityHubResponse.enable_security_hub
SHOWN = SecurityHubBackend.describe_hub
PATH = "{0}/tags/(?P<ResourceArn>.+)$"
SETTINGS = {"AutoEnableControls": True, "ControlFindingGenerator": "SECURITY_CONTROL"}


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for answer in (
        *(enable_security_hub, update_security_hub_configuration),
        *(tag_resource, untag_resource, list_tags_for_resource),
    ):
        setattr(SecurityHubResponse, answer.__name__, answer)
    urls.url_paths[PATH] = SecurityHubResponse.dispatch
    complete(SecurityHubBackend, "describe_hub")


def body(response: SecurityHubResponse) -> dict[str, Any]:
    """The members of a request."""
    given: dict[str, Any] = json.loads(response.body or "{}")
    return given


def enable_security_hub(response: SecurityHubResponse) -> str:
    """EnableSecurityHub, once."""
    if response.securityhub_backend.enabled:
        raise SecurityHubClientError("ResourceConflictException", "Account is already subscribed to Security Hub")
    keep(response.securityhub_backend, {**SETTINGS, **_settings(response)})
    return ENABLE(response)


def update_security_hub_configuration(response: SecurityHubResponse) -> str:
    """UpdateSecurityHubConfiguration of the API reference."""
    response.securityhub_backend.describe_hub()
    keep(response.securityhub_backend, _settings(response))
    return "{}"


def _settings(response: SecurityHubResponse) -> dict[str, Any]:
    return {name: value for name, value in body(response).items() if name in SETTINGS}


def hub(response: SecurityHubResponse) -> SecurityHubBackend:
    """The hub whose ARN a request has."""
    backend = response.securityhub_backend
    SHOWN(backend, unquote(response._get_param("ResourceArn")))
    return backend


def tag_resource(response: SecurityHubResponse) -> str:
    """TagResource of the API reference."""
    backend = hub(response)
    backend.tags = {**(backend.tags or {}), **body(response)["Tags"]}
    return "{}"


def untag_resource(response: SecurityHubResponse) -> str:
    """UntagResource of the API reference."""
    backend, keys = hub(response), response.querystring.get("tagKeys", [])
    backend.tags = {key: value for key, value in (backend.tags or {}).items() if key not in keys}
    return "{}"


def list_tags_for_resource(response: SecurityHubResponse) -> str:
    """ListTagsForResource of the API reference."""
    return json.dumps({"Tags": hub(response).tags or {}})
