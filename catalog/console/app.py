"""The console as an application of Flask: the guard, the routes, and a page for each error."""

from __future__ import annotations

from flask import Flask, redirect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from catalog.console import (
    administration,
    launching,
    operations,
    products,
    provisioned,
    sign_in,
    updating,
    working_tree,
)
from catalog.console.guard import admit, protect
from catalog.console.pages import show
from catalog.console.state import EXTENSION, Console, SignedOutError
from catalog.errors import AwsCallError, AwsError, CatalogError, ContentError

LARGEST = 1_000_000
"""Bytes of a request."""
ROUTES = (administration, launching, operations, products, provisioned, sign_in, updating, working_tree)
GONE = ("ResourceNotFoundException", "ValidationError", "ValidationException")
"""Answers to an id that there is not, or that none can be."""


def application(console: Console) -> Flask:
    """The application of a console."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST, MAX_FORM_MEMORY_SIZE=LARGEST)
    app.extensions[EXTENSION] = console
    app.before_request(admit)
    app.after_request(protect)
    for module in ROUTES:
        app.register_blueprint(module.routes)
    app.register_error_handler(SignedOutError, sign_in_first)
    app.register_error_handler(CatalogError, expected_error)
    app.register_error_handler(HTTPException, http_error)
    return app


def sign_in_first(_: SignedOutError) -> Response:
    """Whoever has no role for a page signs in."""
    return redirect("/sign-in", 303)


def expected_error(error: CatalogError) -> Response:
    """What the engine says, as a page."""
    problems = error.problems if isinstance(error, ContentError) else ()
    return show("error.html", status_of(error), message=error.message, problems=problems, hint=hint_of(error))


def status_of(error: CatalogError) -> int:
    """The status: 404 for what there is not, 502 for what the sandbox refuses, else 400."""
    if isinstance(error, AwsCallError):
        return 404 if error.code in GONE else 502
    return 404 if isinstance(error, AwsError) else 400


def hint_of(error: CatalogError) -> str:
    """What to do next, where it is not the option of a command."""
    return "" if "--" in error.hint else error.hint


def http_error(error: HTTPException) -> Response:
    """An unknown address, a request that is too large, a fault of ours."""
    return show("error.html", error.code or 500, message=error.description or error.name, problems=(), hint="")
