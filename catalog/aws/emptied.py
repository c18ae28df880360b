"""Whether AWS took the emptying of a text: no page says that UpdateProduct and UpdatePortfolio do.

Terraform's provider never sends an empty text (product.go), so nobody else's experience tells either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.errors import AwsError


def check_emptied(operation: str, fields: Mapping[str, str], view: Mapping[str, Any]) -> None:
    """`AwsError` when a field that was sent empty still has its text in the answer, which would come back each run."""
    for member in (member for member, value in fields.items() if not value):
        # A product's Description comes back under another name.
        text = view.get(member) or (view.get("ShortDescription") if member == "Description" else None)
        if text:
            raise AwsError(
                f"{operation}: AWS keeps {member} {text!r}, though it was sent empty",
                hint="Declare a text instead of none: AWS does not take this one away.",
            )
