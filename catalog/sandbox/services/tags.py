"""The tags of AWS (`aws:…`), which CloudFormation sets, and which the common check of moto's services refuses."""

from __future__ import annotations

from moto.utilities.tagging_service import TaggingService

from catalog.sandbox.registry.calls import OWN_CALL

VALIDATE = TaggingService.validate_tags


def install() -> None:
    """Replace moto's check."""
    setattr(TaggingService, "validate_tags", validate)  # noqa: B010  # mypy allows no other form


def validate(tagger: TaggingService, tags: list[dict[str, str]], limit: int = 0) -> str:
    """Take the tags of AWS from CloudFormation alone."""
    if OWN_CALL.get():
        key = tagger.key_name
        tags = [{**tag, key: str(tag.get(key, "")).removeprefix("aws:")} for tag in tags]
    return VALIDATE(tagger, tags, limit)
