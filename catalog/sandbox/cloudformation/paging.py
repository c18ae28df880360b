"""Pages of lists, as the answers of CloudFormation have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from catalog.sandbox.cloudformation.errors import StackRefused

PAGE = 100
TOKEN = re.compile(r"[0-9]{1,9}")


def page(name: str, members: Sequence[object], token: str, size: int) -> dict[str, Any]:
    """One page of a list; the token is the index of the next member. Raises `StackRefused` for another token."""
    if not TOKEN.fullmatch(token or "0"):
        raise StackRefused("The specified token is invalid.")
    start, end = int(token or "0"), int(token or "0") + (size or PAGE)
    answer: dict[str, Any] = {name: list(members[start:end])}
    return {**answer, "NextToken": str(end)} if len(members) > end else answer
