"""A proxy on this machine that adds a delay to each request, as the way to AWS does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 65_536


class Connection:
    """One connection of a client, and one to the server. A request begins when bytes follow an answer."""

    def __init__(self, client: socket.socket, server: socket.socket, seconds: float) -> None:
        self.client = client
        self.server = server
        self.seconds = seconds
        self.is_answered = True

    def carry(self) -> None:
        """Pass on answers in this thread and requests in another, until one side ends."""
        with self.client, self.server:
            asking = threading.Thread(target=self.requests, daemon=True)
            asking.start()
            self.answers()
            asking.join()

    def requests(self) -> None:
        """Pass on what the client sends, each request after the delay."""
        while data := receive(self.client):
            if self.is_answered:
                self.is_answered = False
                time.sleep(self.seconds)
            with suppress(OSError):
                self.server.sendall(data)
        close(self.server)

    def answers(self) -> None:
        """Pass on what the server sends."""
        while data := receive(self.server):
            self.is_answered = True
            with suppress(OSError):
                self.client.sendall(data)
        close(self.client)


def receive(connection: socket.socket) -> bytes:
    """The next bytes; none at the end of the connection."""
    try:
        return connection.recv(CHUNK)
    except OSError:
        return b""


def close(connection: socket.socket) -> None:
    """End a connection in both directions, so that a thread that reads from it ends."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def delayed(url: str, seconds: float) -> Iterator[str]:
    """The URL of a proxy for `url`; without a delay `url` itself."""
    if not seconds:
        yield url
        return
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        threading.Thread(target=serve, args=(listener, (host, int(port)), seconds), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        close(listener)


def serve(listener: socket.socket, address: tuple[str, int], seconds: float) -> None:
    """Accept connections until the listener is closed."""
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            pair = (client, socket.create_connection(address))
            for end in pair:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Connection(*pair, seconds).carry, daemon=True).start()
