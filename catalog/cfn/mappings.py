"""Check the section Mappings, whose names and values are literal.

Sources: template reference, "Mappings syntax"; CloudFormation quotas; of the messages: docs/messages.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.cfn.template import TemplateError

ELEMENT = re.compile(r"[A-Za-z0-9.-]{1,255}")
ATTRIBUTE = re.compile(r"[A-Za-z0-9]{1,255}")
MOST = 200
"""The attributes that a mapping may have."""


def check_mapping(name: str, mapping: Any) -> None:
    """Raise `TemplateError` unless a mapping has elements, which have attributes with a scalar or a list each."""
    elements = _members(name, mapping)
    _check_number(name, elements)
    for element, attributes in elements.items():
        if not ELEMENT.fullmatch(element):
            raise TemplateError(
                f"Template format error: Mappings element name '{element}' must be non-empty and can contain only "
                "alphanumerics, '-' or '.'"
            )
        members = _members(element, attributes)
        _check_number(f"{name}/{element}", members)
        for attribute, value in members.items():
            if not ATTRIBUTE.fullmatch(attribute):
                raise TemplateError(
                    f"Template format error: Mappings attribute name '{attribute}' must contain only alphanumeric "
                    "characters."
                )
            if isinstance(value, Mapping):
                raise TemplateError("Template format error: Every Mappings attribute must be a String or a List.")


def _members(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TemplateError(f"Template format error: Every Mappings member {name} must be a map")
    return value


def _check_number(name: str, members: Mapping[str, Any]) -> None:
    if len(members) > MOST:
        raise TemplateError(
            f"Template format error: Number of attributes of mapping {name}, {len(members)}, is greater than maximum "
            f"allowed, {MOST}"
        )
