"""Find and remove characters that XML 1.0 does not allow, such as control characters and lone surrogates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters outside the production Char of XML 1.0, section 2.2."""


def holds_forbidden(value: Any) -> bool:
    """Whether a string anywhere in `value`, including keys, contains characters that XML does not allow."""
    if isinstance(value, str):
        return FORBIDDEN.search(value) is not None
    if isinstance(value, Mapping):
        return any(holds_forbidden(key) or holds_forbidden(member) for key, member in value.items())
    return isinstance(value, list | tuple) and any(map(holds_forbidden, value))


def cleaned(value: Any) -> Any:
    """`value` without the characters that XML does not allow; values other than strings stay unchanged."""
    if isinstance(value, str):
        return FORBIDDEN.sub("", value)
    if isinstance(value, dict):
        return {cleaned(key): cleaned(member) for key, member in value.items()}
    return [cleaned(member) for member in value] if isinstance(value, list) else value
