"""CodePipeline: the tags of AWS (`aws:…`), which CloudFormation sets and moto takes from nobody."""

from __future__ import annotations

from moto.codepipeline.models import CodePipeline

from catalog.sandbox.registry.calls import OWN_CALL

VALIDATE = CodePipeline.validate_tags


def install() -> None:
    """Replace moto's check."""
    setattr(CodePipeline, "validate_tags", validate)  # noqa: B010  # mypy allows no other form


def validate(pipeline: CodePipeline, tags: list[dict[str, str]]) -> None:
    """Take the tags of AWS from CloudFormation alone."""
    own = [{**tag, "key": tag["key"].removeprefix("aws:")} for tag in tags] if OWN_CALL.get() else tags
    VALIDATE(pipeline, own)
