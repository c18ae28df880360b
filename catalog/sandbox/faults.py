"""Faults on demand: errors, lost connections, shares that break, answers that lag behind.

`POST /catalog-sandbox/faults` adds one, `GET` lists them, `DELETE` and a reset of the sandbox take all away. Kinds, and
the members of each (which have a default unless the text says otherwise):

- `error`: the next `calls` (1) requests of one of `operations` (all; such as "CreateProduct") answer `code`
  ("ThrottlingException") and `message` ("Rate exceeded") and do nothing.
- `crash`: the answer to the mutating request number `after` (to be given, from 1 on) from now is lost, and the requests
  after it are dropped unread until the fault is taken away: as if the client had died there. Set `applied` false to
  drop that request too.
- `share`: the next `calls` (1) creations and updates of shares with an organization node end with ShareErrors of `code`
  ("ThrottlingException") and `message` for `accounts` (all of the node).
- `lag`: for `seconds` (to be given) after it was made, a new product is missing from SearchProductsAsAdmin, a product
  put into a portfolio and a principal from their listings, and CreateConstraint answers ResourceNotFoundException.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

LOCK = threading.Lock()


@dataclass
class ErrorFault:
    """Requests that are answered by an error."""

    operations: tuple[str, ...] = ()
    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    calls: int = 1


@dataclass
class CrashFault:
    """A client that dies at a mutating request."""

    after: int
    applied: bool = True


@dataclass
class ShareFault:
    """Shares with organization nodes whose creation or update has errors."""

    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    accounts: tuple[str, ...] = ()
    calls: int = 1


@dataclass
class LagFault:
    """How long new things stay unseen."""

    seconds: float


Fault = ErrorFault | CrashFault | ShareFault | LagFault
Kind = TypeVar("Kind", ErrorFault, CrashFault, ShareFault, LagFault)
KINDS: dict[str, type[Fault]] = {"error": ErrorFault, "crash": CrashFault, "share": ShareFault, "lag": LagFault}
TYPES: dict[str, tuple[type, ...]] = {
    "operations": (list,),
    "accounts": (list,),
    "code": (str,),
    "message": (str,),
    "calls": (int,),
    "after": (int,),
    "seconds": (int, float),
    "applied": (bool,),
}
_faults: list[Fault] = []


def add(text: bytes) -> None:
    """Add the fault that a JSON object describes; `ValueError` says what is wrong with it."""
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
        raise ValueError(f"{name} must be of type {' or '.join(each.__name__ for each in TYPES[name])}, got {value!r}")
    if isinstance(value, list) and not all(isinstance(each, str) for each in value):
        raise ValueError(f"{name} must list texts, got {value!r}")
    if name in ("calls", "after", "seconds") and isinstance(value, int | float) and not value > 0:
        raise ValueError(f"{name} must be more than 0, got {value}")


def listed() -> list[dict[str, Any]]:
    """The faults that are still to come, as they were asked for."""
    names: Mapping[type[Fault], str] = {each: name for name, each in KINDS.items()}
    with LOCK:
        return [{"kind": names[type(fault)], **asdict(fault)} for fault in _faults]


def clear() -> None:
    """Take all faults away."""
    with LOCK:
        _faults.clear()


def _of(kind: type[Kind]) -> list[Kind]:
    return [fault for fault in _faults if isinstance(fault, kind)]


def _spend(fault: ErrorFault | ShareFault) -> None:
    fault.calls -= 1
    if fault.calls < 1:
        _faults.remove(fault)


def take_error(operation: str) -> ErrorFault | None:
    """The error for a request of `operation`, counted as spent."""
    with LOCK:
        for fault in _of(ErrorFault):
            if not fault.operations or operation in fault.operations:
                _spend(fault)
                return fault
    return None


def take_crash(*, mutating: bool) -> CrashFault | None:
    """The crash that happens at this request, or that has happened before it: then its `after` is below 0."""
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
    """What lets the share fail that is being made, counted as spent."""
    with LOCK:
        for fault in _of(ShareFault):
            _spend(fault)
            return fault
    return None


def lag() -> float:
    """For how many seconds what is new stays unseen."""
    with LOCK:
        return max((fault.seconds for fault in _of(LagFault)), default=0.0)
