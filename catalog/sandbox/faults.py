"""Fault injection: errors, lost connections, failing shares and eventually consistent lists.

`POST /catalog-sandbox/faults` adds a fault, `GET` lists the faults, `DELETE` and a reset of the sandbox remove them
all. The kinds and their members (defaults in parentheses):

- `error`: the next `calls` (1) requests of one of `operations` (all; for example "CreateProduct") return `code`
  ("ThrottlingException") and `message` ("Rate exceeded") and change nothing.
- `rate`: each operation in `operations` (all) gets `per_second` (required) requests from an account in a Region, and
  `burst` (1) at once; the others return ThrottlingException and change nothing. It stays until the faults are removed.
- `crash`: the answer to mutating request number `after` (required, counted from 1) is lost, and all later requests are
  dropped until the fault is removed, as if the client had crashed. With `applied` false, that request is dropped too.
- `share`: the next `calls` (1) creations and updates of shares with an organization node end with ShareErrors with
  `code` ("ThrottlingException") and `message` for `accounts` (all accounts of the node).
- `lag`: for `seconds` (required) after its creation, a new portfolio, product, version, constraint, service action or
  TagOption is missing from the lists, and a product added to a portfolio or a new principal is missing from its list;
  CreateConstraint returns ResourceNotFoundException. Describe operations return the new object at once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

LOCK = threading.Lock()


@dataclass
class ErrorFault:
    """An error as the answer to requests."""

    operations: tuple[str, ...] = ()
    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    calls: int = 1


@dataclass
class RateFault:
    """A rate at which an account and Region may call an operation."""

    per_second: float
    operations: tuple[str, ...] = ()
    burst: float = 1


@dataclass
class CrashFault:
    """A client that crashes at a mutating request."""

    after: int
    applied: bool = True


@dataclass
class ShareFault:
    """Errors in the creation or update of shares with organization nodes."""

    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    accounts: tuple[str, ...] = ()
    calls: int = 1


@dataclass
class LagFault:
    """A delay before new objects appear in lists."""

    seconds: float


Fault = ErrorFault | RateFault | CrashFault | ShareFault | LagFault
Kind = TypeVar("Kind", ErrorFault, RateFault, CrashFault, ShareFault, LagFault)
KINDS: dict[str, type[Fault]] = {
    "error": ErrorFault,
    "rate": RateFault,
    "crash": CrashFault,
    "share": ShareFault,
    "lag": LagFault,
}
TYPES: dict[str, tuple[type, ...]] = {
    "operations": (list,),
    "accounts": (list,),
    "code": (str,),
    "message": (str,),
    "calls": (int,),
    "after": (int,),
    "seconds": (int, float),
    "per_second": (int, float),
    "burst": (int, float),
    "applied": (bool,),
}
POSITIVE = ("calls", "after", "seconds", "per_second", "burst")
_faults: list[Fault] = []
_tokens: dict[tuple[str, ...], tuple[float, float]] = {}
"""(operation, account, Region) → the requests that it may send at once, and when that was."""


def add(text: bytes) -> None:
    """Add the fault that a JSON object describes; raises `ValueError` if it is invalid."""
    try:
        request = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("the body is not JSON") from error
    if not isinstance(request, dict) or request.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    members = {name: value for name, value in request.items() if name != "kind"}
    for name, value in members.items():
        _check(name, value)
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in members.items()
    }
    try:
        fault = KINDS[request["kind"]](**plain)
    except TypeError as error:
        raise ValueError(f"{request['kind']}: {str(error).partition('() ')[2]}") from error
    with LOCK:
        _faults.append(fault)


def _check(name: str, value: object) -> None:
    if type(value) not in TYPES.get(name, (type(value),)):
        raise ValueError(
            f"{name} must be of type {' or '.join(type_.__name__ for type_ in TYPES[name])}, got {value!r}"
        )
    if isinstance(value, list) and not all(isinstance(member, str) for member in value):
        raise ValueError(f"{name} must be a list of strings, got {value!r}")
    if name in POSITIVE and isinstance(value, int | float) and not value > 0:
        raise ValueError(f"{name} must be greater than 0, got {value}")


def listed() -> list[dict[str, Any]]:
    """The pending faults, as JSON objects."""
    names: Mapping[type[Fault], str] = {kind: name for name, kind in KINDS.items()}
    with LOCK:
        return [{"kind": names[type(fault)], **asdict(fault)} for fault in _faults]


def clear() -> None:
    """Remove all faults."""
    with LOCK:
        _faults.clear()
        _tokens.clear()


def _of(kind: type[Kind]) -> list[Kind]:
    return [fault for fault in _faults if isinstance(fault, kind)]


def _spend(fault: ErrorFault | ShareFault) -> None:
    fault.calls -= 1
    if fault.calls < 1:
        _faults.remove(fault)


def take_error(operation: str) -> ErrorFault | None:
    """The error for a request of `operation`, if one is pending; uses up one of its calls."""
    with LOCK:
        for fault in _of(ErrorFault):
            if not fault.operations or operation in fault.operations:
                _spend(fault)
                return fault
    return None


def take_rate(operation: str, account: Callable[[], str], region: str, now: float) -> ErrorFault | None:
    """The error for a request of `operation` that is sent too soon, if its rate is limited; else it uses up a token."""
    with LOCK:
        for fault in _of(RateFault):
            if fault.operations and operation not in fault.operations:
                continue
            key = (operation, account(), region)
            tokens, filled = _tokens.get(key, (fault.burst, now))
            tokens = min(fault.burst, tokens + (now - filled) * fault.per_second)
            _tokens[key] = (tokens - 1 if tokens >= 1 else tokens, now)
            return None if tokens >= 1 else ErrorFault()
    return None


def take_crash(*, mutating: bool) -> CrashFault | None:
    """The crash that happens at this request, or happened before it (then its `after` is negative)."""
    with LOCK:
        for fault in _of(CrashFault):
            if fault.after <= 0:
                fault.after = -1
                return fault
            if mutating:
                fault.after -= 1
                if fault.after == 0:
                    return fault
    return None


def take_share_fault() -> ShareFault | None:
    """The fault for the share that is being created or updated, if one is pending; uses up one of its calls."""
    with LOCK:
        for fault in _of(ShareFault):
            _spend(fault)
            return fault
    return None


def lag() -> float:
    """The number of seconds for which new objects are missing from lists."""
    with LOCK:
        return max((fault.seconds for fault in _of(LagFault)), default=0.0)
