"""A WSGI application in front of moto that injects the requested faults and counts calls.

Its own paths need no access key for GET (127.0.0.1 only, no web page): they show no content of the account:

- `/catalog-sandbox/faults`: POST adds a fault, GET lists the pending faults, DELETE removes them all;
  `catalog.sandbox.faults` describes their members. Answers are `{"faults": […]}`, or 400 with `{"message": …}`.
- `/catalog-sandbox/calls`: GET returns `{"calls": {"servicecatalog:ListPortfolios": 2, …}, "mutating": 0}`: the number
  of calls of each operation since the last DELETE or reset, and the number of calls that could change something.
- `/catalog-sandbox/launch-roles`: GET returns whether the permissions of launch roles are `enforced`, the
  `checked_types` that were launched since the last reset with a check of each call of their handlers, and the
  `unchecked_types` that were launched without, because their schemas list no permissions.
- `/catalog-sandbox/stubs`: POST declares the answer to a custom resource, GET lists the answers, DELETE removes them
  all; `catalog.sandbox.custom_answers` describes their members. All three need the access key.
- `/catalog-sandbox/signals/…`: PUT is a signal for the wait condition whose handle has this URL
  (`catalog.sandbox.signals`).
- `/catalog-sandbox/clock`: POST `{"seconds": 60}` moves the clock of the sandbox's waits ahead. It needs the key, too.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

from moto.iam.models import get_account_id_from, iam_backends

from catalog.sandbox import custom_answers, faults, signals
from catalog.sandbox.control import CALLS_PATH, CLOCK_PATH, FAULTS_PATH, LAUNCH_ROLES_PATH, RESET_PATH, STUBS_PATH
from catalog.sandbox.json_text import read_json
from catalog.sandbox.resource_policies import DENYING
from catalog.sandbox.servicecatalog import launch_permissions
from catalog.sandbox.settings import advance, settings
from catalog.sandbox.wire import RequestedOperation, requested_operation

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
BODY_LIMIT = 64 * 1024


def is_issued(key: str) -> bool:
    """Whether a user or a session of any account has the key."""
    accounts: Any = iam_backends
    backends = [backend for account in list(accounts.values()) for backend in list(account.values())]
    return bool(key) and any(key in backend.access_keys for backend in backends)


def answer(start_response: StartResponse, status: str, body: dict[str, Any]) -> Iterable[bytes]:
    """A JSON answer."""
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]


class FaultyService:
    """WSGI application: moto with fault injection."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.calls: Counter[str] = Counter()
        self.mutating = 0
        self.lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        path, method = str(environ.get("PATH_INFO", "")), str(environ.get("REQUEST_METHOD", ""))
        if path == FAULTS_PATH:
            return _faults(method, environ, start_response)
        if path == CLOCK_PATH:
            return _clock(method, environ, start_response)
        if path == CALLS_PATH:
            return self._calls(method, start_response)
        if path == LAUNCH_ROLES_PATH:
            return answer(start_response, "200 OK", launch_permissions.report())
        if path == RESET_PATH:
            faults.clear()
            custom_answers.clear()
            signals.clear()
            settings.ahead = 0.0
            launch_permissions.forget()
            self._forget()
        if path.startswith(("/moto-api/", signals.SIGNALS_PATH)) or path == STUBS_PATH:
            return self.application(environ, start_response)
        request = environ["catalog.request"] = requested_operation(environ)
        return self._serve(request, environ, start_response)

    def _serve(self, request: RequestedOperation, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        crash = faults.take_crash(mutating=request.mutating)
        if crash and not (crash.after == 0 and crash.applied):
            return _drop(environ, start_response)
        with self.lock:
            self.calls[f"{request.service}:{request.operation}"] += 1
            self.mutating += request.mutating
        if crash:
            _carry_out(self.application, environ)
            return _drop(environ, start_response)
        error = faults.take_error(request.operation) or faults.take_rate(
            request.operation, lambda: get_account_id_from(request.access_key), request.region, time.monotonic()
        )
        if error:
            return error_answer(request, error, start_response)
        if refused := _refusal(request, environ):
            status = "400 Bad Request" if request.named and (request.json or request.cbor) else "403 Forbidden"
            return error_answer(request, refused, start_response, status)
        return self.application(environ, start_response)

    def _calls(self, method: str, start_response: StartResponse) -> Iterable[bytes]:
        if method == "DELETE":
            self._forget()
        with self.lock:
            return answer(start_response, "200 OK", {"calls": dict(self.calls), "mutating": self.mutating})

    def _forget(self) -> None:
        with self.lock:
            self.calls.clear()
            self.mutating = 0


class Stubs:
    """WSGI application: moto with answers of custom resources, which are part of the state as what moto has."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        path, method = str(environ.get("PATH_INFO", "")), str(environ.get("REQUEST_METHOD", ""))
        if path == STUBS_PATH:
            return _stubs(method, environ, start_response)
        if path.startswith(signals.SIGNALS_PATH):
            return _signal(method, path, environ, start_response)
        return self.application(environ, start_response)


def _refusal(request: RequestedOperation, environ: Environ) -> faults.ErrorFault | None:
    """The error for a request that its caller may not make."""
    issued = is_issued(request.access_key)
    if not (issued and settings.enforce_iam != "0") and request.service not in DENYING:
        return None
    from catalog.sandbox import caller_policies  # what it imports, a start does not need

    return caller_policies.refusal(request, environ, issued=issued)


def _faults(method: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if method == "DELETE":
        faults.clear()
    elif method == "POST":
        try:
            faults.add(_body(environ))
        except ValueError as error:
            return answer(start_response, "400 Bad Request", {"message": str(error)})
    return answer(start_response, "200 OK", {"faults": faults.listed()})


def _stubs(method: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if method == "DELETE":
        custom_answers.clear()
    elif method == "POST":
        try:
            custom_answers.add(_body(environ))
        except ValueError as error:
            return answer(start_response, "400 Bad Request", {"message": str(error)})
    return answer(start_response, "200 OK", {"stubs": custom_answers.listed()})


def _signal(method: str, path: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if method != "PUT":
        return answer(start_response, "405 Method Not Allowed", {"message": "a signal is a PUT"})
    try:
        known = signals.receive(path, _body(environ))
    except ValueError as error:
        return answer(start_response, "400 Bad Request", {"message": str(error)})
    return answer(start_response, "200 OK" if known else "403 Forbidden", {})


def _clock(method: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if method == "POST":
        try:
            advance(read_json(_body(environ)))
        except ValueError as error:
            return answer(start_response, "400 Bad Request", {"message": str(error)})
    return answer(start_response, "200 OK", {"ahead": settings.ahead})


def _body(environ: Environ) -> bytes:
    size = min(int(environ.get("CONTENT_LENGTH") or 0), BODY_LIMIT)
    return bytes(environ["wsgi.input"].read(size))


def _carry_out(application: Application, environ: Environ) -> None:
    """Run a request and discard its answer."""
    body = application(environ, lambda *_, **__: lambda _data: None)
    for _ in body:
        pass
    close = getattr(body, "close", None)
    if close:
        close()


def _drop(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Close the connection: when werkzeug then writes the answer, it assumes that the client has gone."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    start_response("503 Service Unavailable", [])
    return []


def error_answer(
    request: RequestedOperation,
    error: faults.ErrorFault,
    start_response: StartResponse,
    status: str = "400 Bad Request",
) -> Iterable[bytes]:
    """An error in the format of the service's protocol; by default with the status that AWS returns for throttling."""
    members = {"__type": error.code, "message": error.message}
    if request.cbor:
        start_response(status, [("Content-Type", "application/cbor"), ("Smithy-Protocol", "rpc-v2-cbor")])
        return [b"\xbf", *(_cbor(text) for member in members.items() for text in member), b"\xff"]
    if request.json:
        kind = "application/x-amz-json-1.1" if request.named else "application/json"
        start_response(status, [("Content-Type", kind), ("x-amzn-ErrorType", error.code)])
        return [json.dumps(members).encode()]
    inner = f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error>"
    if request.service == "ec2":
        inner = f"<Response><Errors>{inner}</Errors><RequestID>fault</RequestID></Response>"
    elif request.service != "s3":
        inner = f"<ErrorResponse>{inner}<RequestId>fault</RequestId></ErrorResponse>"
    start_response(status, [("Content-Type", "text/xml")])
    return [inner.encode()]


def _cbor(text: str) -> bytes:
    """A text in CBOR (RFC 8949), with a length of four bytes."""
    return b"\x7a" + len(text.encode()).to_bytes(4, "big") + text.encode()
