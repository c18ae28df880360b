"""The server process of the sandbox: moto over HTTP on 127.0.0.1, described by `server.json` in its directory."""

from __future__ import annotations

import gc
import hmac
import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from catalog.errors import SandboxError
from catalog.sandbox.access_keys import is_known, refuse
from catalog.sandbox.control import (
    CALLS_PATH,
    FAULTS_PATH,
    HEALTH_PATH,
    LAUNCH_ROLES_PATH,
    RESET_PATH,
    TOKEN_HEADER,
    administrator_key,
    birth_of,
    remove_record,
    write_record,
)
from catalog.sandbox.faulty import Application, Environ, FaultyService, StartResponse, Stubs, answer
from catalog.sandbox.install import install
from catalog.sandbox.journal import Journal
from catalog.sandbox.settings import settings
from catalog.sandbox.signals import SIGNALS_PATH

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

HOST = "127.0.0.1"
"""The only address served: moto checks no signature."""
LOCAL_NAMES = ("127.0.0.1", "localhost")


OWN_SITES = ("none", "same-origin")
"""Values of Sec-Fetch-Site for an address that a person typed, and for a page of the sandbox itself (W3C, Fetch
Metadata Request Headers). Browsers send this header also where they send no Origin, as for an image."""
OWN_PATHS = (CALLS_PATH, FAULTS_PATH, LAUNCH_ROLES_PATH)
"""Paths of the sandbox itself, whose answers to GET show no content of the account."""
MOTO_PAGES = "moto-api"
"""The first part of the paths of moto's own pages."""


class Guard:
    """WSGI application: answers the health check, refuses requests from browsers, and passes the rest to moto.

    Otherwise a web page whose name resolves to 127.0.0.1 could control the sandbox (DNS rebinding), and any web page
    could send it requests. Of moto's own pages, only the reset is served, to those who have the sandbox's token: the
    dashboard shows the content, and the recorder would write all requests with their headers to a file. With `key`, AWS
    answers only clients that have this access key, or one that the sandbox has issued.
    """

    def __init__(self, application: Application, token: str, key: str = "") -> None:
        self.application = FaultyService(application)
        self.token = token
        self.key = key

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        if _from_web_page(environ) or not _is_local(str(environ.get("HTTP_HOST", ""))):
            return answer(start_response, "403 Forbidden", {"message": "the sandbox serves local clients only"})
        path = str(environ.get("PATH_INFO", ""))
        if path == HEALTH_PATH:
            ours = self._has_token(environ)
            return answer(start_response, "200 OK" if ours else "403 Forbidden", {"status": "ok" if ours else "no"})
        if path.lstrip("/").lower().startswith(MOTO_PAGES) or path == "/favicon.ico":
            if path != RESET_PATH or environ.get("REQUEST_METHOD") != "POST":
                return answer(start_response, "404 Not Found", {"message": "the sandbox does not serve moto's pages"})
            if not self._has_token(environ):
                message = f"a reset needs the sandbox's token in {TOKEN_HEADER}: run `catalog sandbox reset`"
                return answer(start_response, "403 Forbidden", {"message": message})
        open_to_all = path == RESET_PATH or (path in OWN_PATHS and environ.get("REQUEST_METHOD") == "GET")
        open_to_all = open_to_all or path.startswith(SIGNALS_PATH)  # the address itself is the secret
        if self.key and not open_to_all and not is_known(environ, self.key):
            return refuse(environ, _signed(start_response))
        return self.application(environ, _signed(start_response))

    def _has_token(self, environ: Environ) -> bool:
        given = environ.get("HTTP_" + TOKEN_HEADER.upper().replace("-", "_"), "")
        return hmac.compare_digest(str(given).encode(), self.token.encode())


def _from_web_page(environ: Environ) -> bool:
    """Whether a browser sends the request for a web page that is not the sandbox's own."""
    site = str(environ.get("HTTP_SEC_FETCH_SITE", "none")).strip().lower()
    return "HTTP_ORIGIN" in environ or site not in OWN_SITES


def _signed(start_response: StartResponse) -> StartResponse:
    """`start_response` with a header that tells clients that the sandbox answers, and no other local server."""

    def start(status: str, headers: list[tuple[str, str]], *arguments: Any) -> Any:
        return start_response(status, [*headers, ("X-Catalog-Sandbox", "1")], *arguments)

    return start


def _is_local(host: str) -> bool:
    """Whether a Host header names this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:  # for example an IPv6 address without its closing bracket
        return False
    return name in LOCAL_NAMES or name.endswith(".localhost")


def application(token: str, key: str = "", journal: Journal | None = None) -> Guard:
    """The WSGI application of the sandbox; `install` must have run before. With `key`, it has no other users.

    With a journal, what it has recorded is there again. Raises `SandboxError` if that is not possible.
    """
    from catalog.sandbox.connections import Dispatcher, quiet_app

    service = Stubs(Dispatcher(quiet_app))
    if journal is None:
        return Guard(service, token, key)
    from catalog.sandbox.recording import Recorder

    recorder = Recorder(service, journal)
    restored, log = recorder.restore(), logging.getLogger(__name__)
    journal.differing = recorder.differing
    log.info("restored %s requests of %s, %s with other answers", restored, journal.folder, recorder.differing)
    return Guard(recorder, token, key)


def web_server(token: str, port: int = 0, key: str = "", journal: Journal | None = None) -> BaseWSGIServer:
    """The sandbox as a server of werkzeug, which listens but does not serve yet; port 0 picks a free port."""
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
    os.environ.pop("MOTO_ACCOUNT_ID", None)  # it would put all callers into one account
    install()
    from moto.moto_api import recorder
    from werkzeug.serving import make_server

    from catalog.sandbox.connections import ConnectionHandler

    recorder.stop_recording()  # MOTO_ENABLE_RECORDING would write all requests with their headers to a file
    settings.address = f"http://{HOST}:{port}"
    served = application(token, key, journal)
    server = make_server(HOST, port, served, threaded=True, request_handler=ConnectionHandler)
    settings.address = f"http://{HOST}:{server.server_port}"
    return server


def check_port(port: int) -> None:
    """Raise `SandboxError` if another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SandboxError(
                f"cannot listen on port {port} of {HOST}: {error.strerror}",
                hint="Stop the program that uses it, or choose another: catalog sandbox start --port N.",
            ) from error


def serve(directory: Path, port: int, data: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT; `server.json` exists in `directory` while requests are answered.

    With `data`, the state is kept there, with the token and the port: port 0 then means the last one. Without, it picks
    a free port.
    """
    journal = Journal(data, version("moto")) if data else None
    token = journal.head.token if journal else secrets.token_hex(16)
    port = port or (journal.head.port if journal else 0)
    check_port(port)
    server = web_server(token, port, administrator_key(token), journal)
    if journal:
        journal.listen_on(server.server_port)
    url = f"http://{HOST}:{server.server_port}"
    record = {
        "pid": os.getpid(),
        "born": birth_of(os.getpid()),
        "port": server.server_port,
        "url": url,
        "moto": version("moto"),
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "token": token,
        "data": str(data.resolve()) if data else "",
        "differing": journal.differing if journal else 0,
    }
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the main loop, which the signal handler interrupts: call it from another thread
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # as in the command: most of what requests make has no circles
    gc.enable()
    write_record(directory, record)
    logging.getLogger(__name__).info("serving moto %s on %s", record["moto"], url)
    try:
        server.serve_forever()
    finally:
        remove_record(directory, token)
        server.server_close()
        if journal:
            journal.close()
