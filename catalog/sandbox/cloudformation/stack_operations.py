"""The operations on a stack: what an event belongs to.

Source: API reference, DescribeEvents: also a rollback that a failure begins and the creation of a change set are
operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CREATE, UPDATE, DELETE = "CREATE_STACK", "UPDATE_STACK", "DELETE_STACK"
ROLLBACK, CONTINUE, REVIEW = "ROLLBACK", "CONTINUE_ROLLBACK", "CREATE_CHANGESET"


@dataclass(slots=True)
class StackOperation:
    """One operation on a stack."""

    operation_id: str
    kind: str
    """OperationType of the API."""
    first: int
    """How many events the stack had before it."""
    token: str
    started: datetime
    change_set_id: str = ""
    """Of the creation of a change set."""
    failed: bool = False
    """Whether a failure has begun another operation, a rollback, or the change set has FAILED."""
