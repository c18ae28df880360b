"""An endpoint on this machine that answers as a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from urllib.parse import parse_qsl

Response = tuple[int, Mapping[str, str], bytes]
"""(status, headers, body). Content-Length is the length of the body unless the headers have another one."""


class QuietHandler(BaseHTTPRequestHandler):
    """A handler that logs nothing."""

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(server: HTTPServer) -> Iterator[str]:
    """The URL of a server that answers in the block."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def endpoint(respond: Callable[[], Response | None]) -> Iterator[str]:
    """The URL of an endpoint that calls `respond` for each request. None closes the connection without an answer."""

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # the name that http.server calls
            self.rfile.read(int(self.headers["Content-Length"]))
            response = respond()
            if response is None:
                self.close_connection = True
                return
            status, headers, body = response
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


@contextmanager
def fake_aws(answers: Mapping[str, Callable[[str], Response]]) -> Iterator[str]:
    """The URL of an endpoint that answers each operation, by its name, from the body of the request.

    A request of S3 has no name: `GET` and `HEAD` answer it. What has no answer is denied.
    """

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
            name = target or dict(parse_qsl(body)).get("Action", "")
            self.answer(answers[name](body) if name in answers else denied(as_json=bool(target)))

        def do_GET(self) -> None:
            self.answer(answers[self.command]("") if self.command in answers else denied(as_json=False))

        def do_HEAD(self) -> None:
            self.do_GET()

        def answer(self, response: Response) -> None:
            status, headers, body = response
            self.send_response_only(status)
            for key, value in {"Content-Length": str(len(body)), "Date": self.date_time_string(), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


def denied(*, as_json: bool) -> Response:
    """AWS's refusal of a caller who may not call an operation."""
    if as_json:
        return 400, {}, b'{"__type": "AccessDeniedException", "Message": "no"}'
    return 403, {}, b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
