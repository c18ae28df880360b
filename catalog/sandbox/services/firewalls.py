"""WAF: an update takes away what it does not name, which moto keeps.

Source: WAF API reference, UpdateWebACL, UpdateRuleGroup, UpdateIPSet, UpdateRegexPatternSet ("This operation completely
replaces the mutable specifications that you already have").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from moto.wafv2.models import FakeIPSet, FakeRegexPatternSet, FakeRuleGroup, FakeWebACL

NONE: Mapping[str, Any] = {"description": "", "custom_response_bodies": None, "rules": []}
OF_ACL: Mapping[str, Any] = dict.fromkeys(("association_config", "captcha_config", "challenge_config", "token_domains"))
WITHOUT: Mapping[type, Mapping[str, Any]] = {
    FakeWebACL: {**NONE, **OF_ACL},
    FakeRuleGroup: NONE,
    FakeIPSet: {"description": ""},
    FakeRegexPatternSet: {"description": ""},
}
"""Class of moto → what its objects have without a value."""


def install() -> None:
    """Replace moto's methods."""
    for kind, empty in WITHOUT.items():
        setattr(kind, "update", _replacing(getattr(kind, "update"), empty))  # noqa: B009, B010  # mypy allows no other


def _replacing(update: Callable[..., Any], empty: Mapping[str, Any]) -> Callable[..., Any]:
    def replaced(target: Any, *arguments: Any, **options: Any) -> Any:
        for name, value in empty.items():
            setattr(target, name, copy(value))
        return update(target, *arguments, **options)

    return replaced
