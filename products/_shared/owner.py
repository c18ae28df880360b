"""Who owns the products of this catalogue, and where people get help."""

from __future__ import annotations

from typing import Any

from catalog import Retention


def owned(key: str) -> dict[str, Any]:
    """Owner, support, examples and retention of the product with this key."""
    return {
        "owner": "Platform Security",
        "distributor": "Platform Security",
        "support_description": f"The guide to this product is docs/products/{key}.md in the catalogue's repository.",
        "support_email": "platform-security@example.com",
        "examples": (f"examples/{key}-dev.yaml", f"examples/{key}-prod.yaml"),
        "retention": Retention(keep=3),
    }
