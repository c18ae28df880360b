"""Idempotency tokens: a retry after a crash cannot create an object twice."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def token_of(*parts: Any) -> str:
    """64 hex digits, the same for the same JSON-like parts (API: IdempotencyToken, 1 to 128 characters)."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
