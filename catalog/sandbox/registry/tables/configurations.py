"""Applications of AppConfig and what they configure. Nothing is deployed."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiResource
from catalog.sandbox.registry.rows import plain, regional, tagged, taken


def application_arn(it: ApiResource) -> str:
    """The ARN of an application."""
    return regional(it, "appconfig", f"application/{it['ApplicationId'] or '*'}")


TYPES = (
    plain(
        "AWS::AppConfig::Application",
        "appconfig",
        ("ApplicationId",),
        known=taken(ApplicationId="Id"),
        read="Get",
        tagging=tagged("ResourceArn", application_arn, "Tags"),
        arn=application_arn,
    ),
)
