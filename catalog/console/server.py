"""The server process of the console: HTTP on 127.0.0.1, until Ctrl-C."""

from __future__ import annotations

import hashlib
import socket
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from catalog.console.app import application
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.console.state import Console

HOST = "127.0.0.1"
PORT = 8750
"""The port without --port; another one if it is taken."""


class QuietHandler(WSGIRequestHandler):
    """Prints no line for each request: the address of the first one has the key."""

    disable_nagle_algorithm = True
    """Head and body are two packets: the second would wait for the first to be acknowledged."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def key_for(secret: str) -> str:
    """The key of the address: always the same for a sandbox, so that an address stays valid while it runs."""
    return hashlib.sha256(f"catalog console {secret}".encode()).hexdigest()[:32]


def listen(console: Console, port: int | None) -> BaseWSGIServer:
    """The server of a console, which listens and does not serve yet. Port 0 picks a free port, None PORT or a free one.

    `ContentError` if the port is taken.
    """
    listening = bound(PORT if port is None else port, or_free=port is None)
    console.port = listening.getsockname()[1]
    server = make_server(
        HOST,
        console.port,
        application(console),
        threaded=True,
        request_handler=QuietHandler,
        fd=listening.fileno(),
    )
    listening.close()  # the server has a descriptor of its own
    return server


def bound(port: int, *, or_free: bool) -> socket.socket:
    """A socket that listens on the port of 127.0.0.1."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except OSError as error:
        listening.close()
        if or_free:
            return bound(0, or_free=False)
        raise ContentError(
            f"port {port} of {HOST} cannot be used: {error.strerror}", hint="--port 0 picks a free one."
        ) from error
    return listening


def address(console: Console, path: str = "/") -> str:
    """What a person opens."""
    return f"http://{HOST}:{console.port}{path}?key={console.key}"
