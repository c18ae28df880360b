"""A proxy on 127.0.0.1 between the command and AWS, which does something to one call, or to all.

Calls are numbered in the order in which they arrive, so a number means the same when calls run side by side: "the call
that came k-th", whichever it was.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from catalog.sandbox.wire import RequestedOperation, requested_operation

HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "expect")
"""Headers of one connection, which are not passed on."""


@dataclass
class Answer:
    """An answer on its way to the command."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    announced: int | None = None
    """The length that is announced, if it is another one than the body's."""


@dataclass(frozen=True)
class Call:
    """A request that has arrived."""

    number: int
    """Counted from 0."""
    operation: RequestedOperation
    body: bytes
    path: str


class Interference:
    """What is done to the calls: this one does nothing."""

    def before(self, call: Call) -> Answer | None:
        """Done before the call reaches AWS: an answer in AWS's place, or None. `DroppedError` cuts the connection."""
        return None

    def after(self, call: Call, answer: Answer) -> Answer:
        """Done to the answer of AWS. `DroppedError` cuts the connection."""
        return answer


class DroppedError(Exception):
    """The connection is cut without an answer."""


@dataclass
class Proxy:
    """A proxy to `upstream` (host:port), with the calls that it has seen."""

    upstream: str
    interference: Interference = field(default_factory=Interference)
    calls: list[Call] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = QuietServer(("127.0.0.1", 0), handler_of(self))

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def start(self) -> None:
        """Answer requests, in threads."""
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Answer no more requests."""
        self.server.shutdown()
        self.server.server_close()

    def numbered(self, operation: RequestedOperation, body: bytes, path: str) -> Call:
        """A request that arrives."""
        with self.lock:
            call = Call(len(self.calls), operation, body, path)
            self.calls.append(call)
        return call

    def forget(self) -> None:
        """Number calls from 0 again, and leave them alone."""
        with self.lock:
            self.calls = []
            self.interference = Interference()


class QuietServer(ThreadingHTTPServer):
    """A server that says nothing of clients that have gone."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client has gone, as killed ones do."""


def handler_of(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    """The class of the handlers of a proxy."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def handle_call(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = proxy.numbered(requested_operation(environ_of(self, body)), body, self.path)
            interference = proxy.interference
            try:
                answer = interference.before(call)
                if answer is None:
                    answer = interference.after(call, forward(proxy.upstream, self, body))
            except DroppedError:
                self.close_connection = True
                return
            self.send_answer(answer)

        def send_answer(self, answer: Answer) -> None:
            length = len(answer.body) if answer.announced is None else answer.announced
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            if length != len(answer.body):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """The command says what happens."""

    for method in ("GET", "PUT", "POST", "DELETE", "HEAD"):
        setattr(Handler, f"do_{method}", Handler.handle_call)
    return Handler


def environ_of(handler: BaseHTTPRequestHandler, body: bytes) -> dict[str, object]:
    """What the sandbox reads of a request, to name its operation."""
    parts = urlsplit(handler.path)
    headers = handler.headers
    return {
        "HTTP_AUTHORIZATION": headers.get("Authorization", ""),
        "HTTP_X_AMZ_TARGET": headers.get("X-Amz-Target", ""),
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "QUERY_STRING": parts.query,
        "PATH_INFO": parts.path,
        "REQUEST_METHOD": handler.command,
    }


def forward(upstream: str, handler: BaseHTTPRequestHandler, body: bytes) -> Answer:
    """AWS's answer to a request."""
    connection = http.client.HTTPConnection(upstream, timeout=60)
    try:
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP}
        connection.request(handler.command, handler.path, body, headers)
        response = connection.getresponse()
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP]
        announced = int(response.headers.get("Content-Length") or 0) if handler.command == "HEAD" else None
        return Answer(response.status, kept, response.read(), announced)
    finally:
        connection.close()
