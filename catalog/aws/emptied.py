"""A check that AWS cleared the texts that were sent empty.

No page of AWS's documentation says whether UpdateProduct and UpdatePortfolio clear a text. Terraform's provider never
sends an empty one (product.go), so it does not show it either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.errors import AwsError


def check_emptied(operation: str, fields: Mapping[str, str], view: Mapping[str, Any]) -> None:
    """Raise `AwsError` when a field that was sent empty keeps its text: each run would plan the same update again."""
    for member in (member for member, value in fields.items() if not value):
        # A product's Description comes back under another name.
        text = view.get(member) or (view.get("ShortDescription") if member == "Description" else None)
        if text:
            raise AwsError(
                f"{operation}: AWS keeps {member} {text!r}, although it was sent empty",
                hint=f"Declare a text for {member}: AWS does not clear it.",
            )
