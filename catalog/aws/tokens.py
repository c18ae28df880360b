"""Idempotency tokens that are derived from content: a retry after a crash cannot create an object twice."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def content_token(*content: Any) -> str:
    """64 hex digits, the same for the same JSON-like content (API: IdempotencyToken, 1 to 128 characters)."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
