"""What moto cannot answer is an error in the form of the service's protocol, which names the call.

moto's own answer is a page in HTML: clients then say that they cannot parse it, and not what is missing. It has this
answer for an operation that it does not have, for a body that is not JSON, and for each of its failures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from werkzeug.exceptions import InternalServerError, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

from catalog.sandbox.faults import ErrorFault
from catalog.sandbox.faulty import Environ, StartResponse, error_answer
from catalog.sandbox.wire import RequestedOperation, requested_operation

REQUESTED: ContextVar[Environ] = ContextVar("REQUESTED")
"""The request that is answered; a handler of errors gets the exception alone."""
MISSING = "501 Not Implemented"
"""Clients do not try this status again."""


def answer_errors(app: Any) -> None:
    """Let an application of moto answer what it cannot do with errors of its service."""
    app.register_error_handler(InternalServerError, _failed)
    app.register_error_handler(NotFound, _no_address)
    app.register_error_handler(MethodNotAllowed, _no_address)


def no_service(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """WSGI application: the answer to a request for a service that moto does not have."""
    called = _called(environ)
    what = f"no service {called.service}" if called.service else "no service for a request without a signature"
    return error_answer(
        called, ErrorFault(code="NotImplemented", message=f"The sandbox has {what}."), start_response, MISSING
    )


def _failed(failure: InternalServerError) -> Response:
    """The answer to an exception; Flask has logged it."""
    cause = failure.original_exception
    environ = REQUESTED.get()
    called = _called(environ)
    if isinstance(cause, NotImplementedError):
        return _not_there(called)
    if called.json and not _is_json_object(environ, needed=called.named):
        message = "The body of the request is no JSON object."
        return _response(called, ErrorFault(code="SerializationException", message=message), "400 Bad Request")
    message = f"{_name(called)} failed in the sandbox: {type(cause).__name__}; see the log of the sandbox"
    return _response(called, ErrorFault(code="InternalFailure", message=message), "500 Internal Server Error")


def _no_address(_: Exception) -> Response:
    """The answer to an address that no operation of moto has."""
    return _not_there(_called(REQUESTED.get()))


def _not_there(called: RequestedOperation) -> Response:
    message = f"The sandbox does not have the operation {_name(called)}."
    return _response(called, ErrorFault(code="NotImplemented", message=message), MISSING)


def _called(environ: Environ) -> RequestedOperation:
    called: RequestedOperation = environ.get("catalog.request") or requested_operation(environ)
    return called


def _name(called: RequestedOperation) -> str:
    """For example ec2:RunInstances; of a service with REST, whose addresses are its operations, method and path."""
    if called.named or called.service == "s3":
        return f"{called.service}:{called.operation}"
    environ = REQUESTED.get()
    return f"{called.service}: {environ.get('REQUEST_METHOD')} {environ.get('PATH_INFO')}"


def _is_json_object(environ: Environ, *, needed: bool) -> bool:
    """Whether the body is one, or empty if it is not `needed`."""
    body = environ["wsgi.input"]
    if not body.seekable():
        return True  # read, and not kept: nothing is known of it
    body.seek(0)
    text = body.read()
    try:
        return not (text or needed) or isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _response(called: RequestedOperation, error: ErrorFault, status: str) -> Response:
    head: list[Any] = []
    body = error_answer(called, error, lambda *arguments: head.extend(arguments), status)
    return Response(b"".join(body), status=head[0], headers=head[1])
