"""Stubs of custom resources: a server in the test's process that answers the sandbox as the user's function would."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from catalog.errors import SandboxError

if TYPE_CHECKING:
    from catalog.sandbox.control import Sandbox

TIMEOUT = 30

Event = dict[str, Any]
"""A request of CloudFormation: RequestType, ResourceProperties, PhysicalResourceId and so on."""
Answer = Mapping[str, Any] | Callable[[Event], Mapping[str, Any] | None]
"""What a function sends to the ResponseURL, or a function that returns it. `Status` is SUCCESS if it is left out."""


@dataclass
class StubbedResource:
    """A stub of a test, with the requests that it got."""

    match: str
    answer: Answer = field(repr=False)
    requests: list[Event] = field(default_factory=list)
    """The requests of CloudFormation so far, the oldest first."""

    def respond(self, event: Event) -> Mapping[str, Any]:
        """The answer to a request; an exception of the test's function is FAILED, with its text."""
        self.requests.append(event)
        try:
            answer = self._answer(event)
            json.dumps(answer)  # a function in AWS could not send anything else
        except Exception as error:  # noqa: BLE001  # whatever it is, the function has failed
            return {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"}
        return answer

    def _answer(self, event: Event) -> Mapping[str, Any]:
        answer = self.answer if isinstance(self.answer, Mapping) else self.answer(event)
        if not isinstance(answer, Mapping | None):
            raise TypeError(f"the stub of {self.match} must return a mapping, got {answer!r}")
        return dict(answer or {})


def tell(server: Sandbox, path: str, body: Mapping[str, Any]) -> None:
    """Send something to the sandbox itself, as its administrator; raises `SandboxError` if it refuses."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    connection = HTTPConnection(host, int(port), timeout=TIMEOUT)
    try:
        headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={server.key}/"}
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
        answer = response.read()
    except OSError as error:
        raise SandboxError(f"the sandbox at {server.url} does not answer: {error}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise SandboxError(f"the sandbox refused {path}: {answer.decode(errors='replace')}")


class StubServer:
    """A server on 127.0.0.1 with a secret address for each stub. It starts with the first one."""

    def __init__(self) -> None:
        self.stubs: dict[str, StubbedResource] = {}
        self._server: ThreadingHTTPServer | None = None

    def add(self, stub: StubbedResource) -> str:
        """The address at which a stub answers."""
        if self._server is None:
            self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.stubs))
            threading.Thread(target=self._server.serve_forever, daemon=True).start()
        path = f"/{secrets.token_hex(16)}"
        self.stubs[path] = stub
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def stop(self) -> None:
        """End the server."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


def _handler(stubs: Mapping[str, StubbedResource]) -> type[BaseHTTPRequestHandler]:
    class StubHandler(BaseHTTPRequestHandler):
        """Answers the request of the stub whose address it has."""

        def do_POST(self) -> None:
            stub = stubs.get(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = stub.respond(json.loads(body)) if stub else {}
            self.send_response(200 if stub else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the name is the base class's
            """Write nothing into the test's output."""

    return StubHandler
