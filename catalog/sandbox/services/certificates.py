"""Certificates: the tags of AWS (`aws:…`), which CloudFormation sets and moto takes from nobody."""

from __future__ import annotations

from moto.acm.models import TagHolder

from catalog.sandbox.registry.calls import OWN_CALL

VALIDATE = TagHolder._validate_kv


def install() -> None:
    """Replace moto's check."""
    setattr(TagHolder, "_validate_kv", validate)  # noqa: B010  # mypy allows no other form


def validate(holder: TagHolder, key: str, value: str | None, index: int) -> None:
    """Take the tags of AWS from CloudFormation alone."""
    own = key.removeprefix("aws:") if OWN_CALL.get() else key
    VALIDATE(holder, own, value, index)
