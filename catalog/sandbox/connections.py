"""The HTTP side of the sandbox's server: connections that stay open, and moto's look-up of a service, remembered.

werkzeug's own handler closes the connection after each answer. A client then connects again for every call, and the
server starts a thread for it: together they took longer than most operations.
"""

from __future__ import annotations

import functools
import io
import traceback
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app

from catalog.sandbox.unanswered import REQUESTED, answer_errors, no_service

IDLE_SECONDS = 300
"""How long a connection may be silent. Clients notice that it was closed, and connect again."""
WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class ConnectionHandler(MotoRequestHandler):
    """Serves the requests of one connection, one after the other; logs errors of the server, but no requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the head and the body of an answer are two packets: the second must not wait
    timeout = IDLE_SECONDS

    def run_wsgi(self) -> None:
        """Answer one request. It is read to its end before, so that the next one begins at the right byte."""
        self.environ = environ = self.make_environ()
        self.head: tuple[str, list[tuple[str, str]]] = ("", [])
        try:
            environ["wsgi.input"] = io.BytesIO(self.read_body(environ))
            environ["wsgi.input_terminated"] = True
            self.send(self.carry_out(environ))
        except ConnectionError as error:
            self.close_connection = True
            self.connection_dropped(error, environ)
        except Exception:  # noqa: BLE001  # as in every server: one bad request must not end the others
            self.close_connection = True  # the rest of the request may be unread
            self.log_error("%s", traceback.format_exc())
            self.head = ("500 Internal Server Error", [("Content-Type", "text/plain")])
            self.send(b"the sandbox failed; its log has the traceback\n")

    def read_body(self, environ: dict[str, Any]) -> bytes:
        """The body of the request."""
        if environ.get("wsgi.input_terminated"):  # it came in chunks
            body: bytes = environ["wsgi.input"].read()
            environ["CONTENT_LENGTH"] = str(len(body))
            return body
        size = int(environ.get("CONTENT_LENGTH") or 0)
        return self.rfile.read(size) if size > 0 else b""

    def carry_out(self, environ: dict[str, Any]) -> bytes:
        """Run the application; its whole answer."""
        answer: Iterable[bytes] = self.server.app(environ, self.start_response)
        try:
            return b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close:
                close()

    def start_response(self, status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
        """What WSGI calls with the head of the answer. Flask's applications never use the function `write`."""
        self.head = (status, headers)
        return None

    def send(self, body: bytes) -> None:
        """Send the answer, with its length."""
        status, headers = self.head
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        names = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names and int(code) not in WITHOUT_BODY:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body and self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log server errors only."""
        if str(code).startswith("5"):
            super().log_request(code, size)


class Dispatcher(DomainDispatcherApplication):
    """moto's application, which finds the service of a request by its signature."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request."""
        REQUESTED.set(environ)
        return super().__call__(environ, start_response)

    @functools.cache  # noqa: B019  # one dispatcher lives as long as its process
    def get_backend_for_host(self, host: str | None) -> Any:
        """The service of a host name. moto lists its folder and tries 200 patterns, at every request."""
        return super().get_backend_for_host(host)


def quiet_app(service: Any) -> Any:
    """Moto's Flask application of one service, without the debug mode that would show tracebacks to clients.

    `service` is None for one that moto does not have.
    """
    if service is None:
        return no_service
    app = create_backend_app(service)
    app.debug = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer_errors(app)
    return app
