"""Read the service and the operation of a request to the sandbox, and whether it can change anything."""

from __future__ import annotations

import io
from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

READING = ("AssumeRole", "BatchGet", "Describe", "Get", "Head", "List", "Scan", "Search", "Simulate", "Validate")
"""Prefixes of operations that change nothing. Cryptographic operations of KMS count as changing."""
REST_XML = ("cloudfront", "route53", "s3")
"""The services of the protocol rest-xml, by signing names. All others with REST have JSON (botocore's models)."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class RequestedOperation:
    """The operation that a request asks for."""

    service: str
    """The service name in the signature, for example servicecatalog; empty without a signature."""
    operation: str
    """For example CreateProduct. For a REST service such as S3: method and kind of resource, as in PutObject."""
    mutating: bool
    json: bool
    """Whether the service returns errors as JSON."""
    access_key: str = ""
    region: str = ""
    """Those of the signature."""
    named: bool = False
    """Whether the request has the operation's name."""
    cbor: bool = False
    """Whether the service has the protocol smithy-rpc-v2-cbor, as CloudWatch has."""


def requested_operation(environ: dict[str, Any]) -> RequestedOperation:
    """Read the operation; for a query service it is in the body, which stays readable."""
    access_key, region, service = _scope(str(environ.get("HTTP_AUTHORIZATION", "")))
    return replace(_operation(service, environ), access_key=access_key, region=region)


def _operation(service: str, environ: dict[str, Any]) -> RequestedOperation:
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
    path = str(environ.get("PATH_INFO", ""))
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return replace(_named(service, path.rpartition("/")[2], json=False), cbor=True)
    query = parse_qs(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
    return _rest(service, str(environ.get("REQUEST_METHOD", "")), path, query)


def _named(service: str, operation: str, *, json: bool) -> RequestedOperation:
    return RequestedOperation(service, operation, not operation.startswith(READING), json, named=True)


def _rest(service: str, method: str, path: str, query: Container[str]) -> RequestedOperation:
    """The operation of a REST request; it distinguishes buckets, objects and their versions, which is enough for S3."""
    json = service not in ("", *REST_XML)
    if method == "GET" and "versions" in query:
        return RequestedOperation(service, "ListObjectVersions", mutating=False, json=json)
    noun = "Object" if path.strip("/").count("/") else "Bucket"
    return RequestedOperation(service, f"{method.capitalize()}{noun}", method not in SAFE_METHODS, json)


def _scope(authorization: str) -> tuple[str, str, str]:
    """(key, Region, service) of a signature: …Credential=KEY/date/region/service/aws4_request."""
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    return (scope[0], scope[2], scope[3]) if len(scope) > 4 else ("", "", "")
