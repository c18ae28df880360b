"""Text that CloudFormation's answers can hold: XML 1.0 knows no control characters and no lone surrogates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is outside the production Char of XML 1.0, section 2.2."""


def holds_forbidden(value: Any) -> bool:
    """Whether a text somewhere in `value`, keys included, cannot be written as XML."""
    if isinstance(value, str):
        return FORBIDDEN.search(value) is not None
    if isinstance(value, Mapping):
        return any(holds_forbidden(key) or holds_forbidden(member) for key, member in value.items())
    return isinstance(value, list | tuple) and any(map(holds_forbidden, value))


def cleaned(value: Any) -> Any:
    """`value` without the characters that XML cannot hold; what is neither text nor made of it stays as it is."""
    if isinstance(value, str):
        return FORBIDDEN.sub("", value)
    if isinstance(value, dict):
        return {cleaned(key): cleaned(member) for key, member in value.items()}
    return [cleaned(member) for member in value] if isinstance(value, list) else value
