"""Split lists into pages; a page token is valid only for the request that returned it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException

Item = TypeVar("Item")
PAGING_MEMBERS = ("PageToken", "PageSize", "AcceptLanguage")


def page(call: Call, items: Sequence[Item], *, member: str = "NextPageToken") -> tuple[list[Item], dict[str, str]]:
    """One page of `items`, and the members to add to the response: the token if there are more pages.

    PageSize defaults to the maximum of the operation (20 or 100). The token in the response is `PageToken` for
    ListTagOptions and ListResourcesForTagOption, and `NextPageToken` for all others (API model).
    """
    assert call.operation.input_shape is not None  # noqa: S101  # every list operation has one
    maximum = call.operation.input_shape.members["PageSize"].metadata["max"]
    size = call.request.get("PageSize") or maximum
    start = _start(call)
    end = start + size
    more = {member: _encode(call, end)} if end < len(items) else {}
    return list(items[start:end]), more


def _start(call: Call) -> int:
    token = call.text("PageToken")
    if not token:
        return 0
    try:
        decoded: Any = json.loads(base64.urlsafe_b64decode(token.encode()))
        fingerprint, start = decoded["for"], decoded["from"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidParametersException("Invalid page token.") from error
    if fingerprint != _fingerprint(call) or type(start) is not int or start < 0:
        raise InvalidParametersException("Invalid page token.")
    return int(start)


def _encode(call: Call, start: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"for": _fingerprint(call), "from": start}).encode()).decode()


def _fingerprint(call: Call) -> str:
    request = {name: value for name, value in call.request.items() if name not in PAGING_MEMBERS}
    return hashlib.sha256(json.dumps([call.operation.name, request], sort_keys=True).encode()).hexdigest()[:16]
