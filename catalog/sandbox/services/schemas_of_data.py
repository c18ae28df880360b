"""Personalize: the tags of a schema, which moto lacks.

Source: Personalize API reference, TagResource, ListTagsForResource.
"""

from __future__ import annotations

from moto.personalize.exceptions import ResourceNotFoundException
from moto.personalize.responses import PersonalizeResponse

from catalog.sandbox.services import tags_by_arn


def install() -> None:
    """Add the operations to moto's."""
    tags_by_arn.install(
        PersonalizeResponse,
        lambda response: response.personalize_backend.schemas.values(),
        ResourceNotFoundException,
        names={"key": "tagKey", "value": "tagValue"},
    )
