"""AccessLevelFilter: select records and provisioned products by their owner.

Source: AccessLevelFilter in the API Reference, with the keys Account, Role and User and the value `self`.
"""

from __future__ import annotations

from typing import Protocol

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException


class OwnedByCaller(Protocol):
    """An object that a caller created."""

    user_arn: str
    user_arn_session: str


def visible(call: Call, item: OwnedByCaller, *, default: str) -> bool:
    """Whether the AccessLevelFilter of the request includes `item`; `default` is the key without such a filter."""
    level = call.request.get("AccessLevelFilter") or {}
    value = level.get("Value", "self")
    if value != "self":
        raise InvalidParametersException(f"AccessLevelFilter Value must be self, got {value}")
    key = level.get("Key", default)
    if key == "Account":
        return True
    if key == "Role":
        return item.user_arn == call.caller.arn
    return item.user_arn_session == call.caller.session_arn
