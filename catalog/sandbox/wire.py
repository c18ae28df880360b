"""What a request to the sandbox asks for: service and operation, and whether it changes anything."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

READING = ("AssumeRole", "BatchGet", "Describe", "Get", "Head", "List", "Scan", "Search", "Simulate", "Validate")
"""How the names of operations begin that change nothing. Cryptography in KMS counts as changing."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    service: str
    """The name that the request was signed for, such as servicecatalog; empty without a signature."""
    operation: str
    """Such as CreateProduct; of a REST service, as S3, the method and the kind of resource: PutObject."""
    mutating: bool
    json: bool
    """Whether its errors are JSON."""


def asked(environ: dict[str, Any]) -> Asked:
    """Read the operation; a query service names it in the body, which is put back."""
    service = _service(str(environ.get("HTTP_AUTHORIZATION", "")))
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return _named(service, target.rpartition(".")[2], json=True)
    if "x-www-form-urlencoded" in str(environ.get("CONTENT_TYPE", "")):
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size)
        environ["wsgi.input"] = io.BytesIO(body)
        action = parse_qs(body.decode("utf-8", errors="replace")).get("Action", [""])[0]
        if action:
            return _named(service, action, json=False)
    return _rest(service, str(environ.get("REQUEST_METHOD", "")), str(environ.get("PATH_INFO", "")))


def _named(service: str, operation: str, *, json: bool) -> Asked:
    return Asked(service, operation, not operation.startswith(READING), json)


def _rest(service: str, method: str, path: str) -> Asked:
    """REST requests, told apart by bucket and object only: all that S3 answers here is one of the two."""
    noun = "Object" if path.strip("/").count("/") else "Bucket"
    return Asked(service, f"{method.capitalize()}{noun}", method not in SAFE_METHODS, json=False)


def _service(authorization: str) -> str:
    """The service in a signature's scope: …Credential=KEY/date/region/service/aws4_request."""
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) > 4 else ""
