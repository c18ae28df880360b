"""Who may send requests: a browser that has opened the address with the key, from the console's own pages.

Otherwise any web page could send requests to 127.0.0.1, a page whose name resolves to it could read the answers (DNS
rebinding), and so could every other user of this machine.

- The Host header names this server. Sec-Fetch-Site and Origin are those of its own pages, or of an address that a
  person typed (W3C, Fetch Metadata Request Headers).
- The first request has the key of the printed address. It gets a cookie in exchange that only its own pages send.
- A request that changes something has the token of the visitor too.
"""

from __future__ import annotations

import hmac
import socket
from urllib.parse import urlsplit

from flask import g, redirect, request
from werkzeug.wrappers import Response

from catalog.console.pages import POLICY, policy, show
from catalog.console.state import console
from catalog.console.visitors import Visitor

NAMES = ("127.0.0.1", "localhost")
WITHOUT_SANDBOX = "/working-tree"
"""Pages that need no sandbox."""
OWN_SITES = ("none", "same-origin")
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # `no-referrer` would make browsers send `Origin: null` with forms (Fetch standard, "serializing a request origin").
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def admit() -> Response | None:
    """Before each request: None lets it pass, and `g.visitor` is who has sent it."""
    g.visitor = None
    if request.host not in {f"{name}:{console().port}" for name in NAMES}:
        return refuse("The console answers only to its own address on this machine.")
    if request.headers.get("Sec-Fetch-Site", "none").strip().lower() not in OWN_SITES:
        return refuse("The console answers no request of another web page.")
    if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
        return refuse("The console answers no request of another web page.")
    g.visitor = console().visitors.get(request.cookies.get(console().cookie, ""))
    if "key" in request.args and request.method == "GET":
        return enter(g.visitor)
    if g.visitor is None:
        return refuse("Open the address that `catalog console` has printed: it has a key.")
    if request.method not in ("GET", "HEAD") and not is_same(request.form.get("token", ""), g.visitor.token):
        return refuse("This form is not of this console, or it is of an earlier one. Open the page again.")
    if not request.path.startswith(WITHOUT_SANDBOX) and not answers(console().administrator.endpoint or ""):
        return show("ended.html", 503)
    return None


def answers(endpoint: str) -> bool:
    """Whether the sandbox listens. A call would ask again and again, for many seconds."""
    place = urlsplit(endpoint)
    try:
        socket.create_connection((place.hostname or "", place.port or 80), timeout=5).close()
    except OSError:
        return False
    return True


def enter(known: Visitor | None) -> Response:
    """Let in who has the key, and take the key out of the address."""
    if not is_same(request.args["key"], console().key):
        return refuse("This key is not that of this console. Open the address that `catalog console` has printed.")
    answer = redirect(request.path, 303)
    if known is None:
        give_cookie(answer, Visitor())
    return answer


def give_cookie(answer: Response, visitor: Visitor) -> None:
    """Remember a visitor, and let the browser say who it is."""
    cookie = console().visitors.add(visitor)
    answer.set_cookie(console().cookie, cookie, httponly=True, samesite="Strict", path="/")


def is_same(given: str, expected: str) -> bool:
    """Whether two secrets are the same; how long it takes does not say where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def refuse(reason: str) -> Response:
    """The page that says why a request is refused."""
    return show("refused.html", 403, reason=reason)


def protect(answer: Response) -> Response:
    """After each request: the headers of every answer."""
    answer.headers.update(HEADERS)
    answer.headers["Content-Security-Policy"] = policy(f"{POLICY}; frame-ancestors 'none'")
    return answer
