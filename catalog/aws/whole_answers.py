"""Answers that are cut off: botocore takes them for answers without members, so a list would seem to be empty.

botocore compares no length but that of streams, and reads a body that is not JSON as `{"message": body}` (parsers.py,
`_parse_body_as_json`). A connection that ends in the middle of an answer, or a proxy that cuts it, would then look as
if AWS had no portfolio, and publish would create them again. Half an answer in XML ends the command. Here such an
answer becomes an error that is retried.
An answer that is whole, but whose members have other types than in the API model, is an error at once.
"""

from __future__ import annotations

import json
import re
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from botocore.parsers import ResponseParserError

from catalog.aws.shapes import wrong_member
from catalog.errors import AwsError

CODE = "IncompleteAnswer"
"""The error code of an answer that is cut off. AWS has none."""
TEXT = "the answer is cut off"
STATUS = 502
"""As a gateway says it; botocore retries it (retries/standard.py)."""


def refuse_cut_answers(client: Any) -> None:
    """Make answers that are cut off errors of a client."""
    client.meta.events.register("before-parse", as_error)
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register_first(f"needs-retry.{service}", with_status)


def as_error(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Event handler of botocore: put an error in place of an answer that is cut off."""
    is_stream = operation_model.has_streaming_output and response_dict["status_code"] < 300
    if is_stream or operation_model.http["method"] == "HEAD":
        return  # botocore compares the length of a stream when it is read
    protocol = operation_model.service_model.resolved_protocol
    if reason := cut_off(response_dict, protocol, has_members=bool(members_of(operation_model))):
        response_dict["status_code"] = STATUS
        response_dict["body"] = error_body(protocol, f"{TEXT}: {reason}")
    elif response_dict["status_code"] < 300 and members_of(operation_model):
        if protocol == "json":
            check_types(operation_model, response_dict["body"])
        elif protocol in ("query", "ec2"):
            check_root(operation_model, response_dict["body"])


def check_types(operation_model: Any, body: bytes) -> None:
    """`AwsError` for an answer in JSON whose members have other types than in the API model."""
    if wrong := wrong_member(operation_model.output_shape, json.loads(body)):
        raise AwsError(
            f"{operation_model.name}: AWS's answer has another form than the API model: {wrong}",
            hint="Check AWS_ENDPOINT_URL and any proxy, or update catalog.",
        )


def check_root(operation_model: Any, body: bytes) -> None:
    """`ResponseParserError` for a page of a proxy: botocore looks in it for members, and raises KeyError."""
    if not re.match(rb"\s*(<\?xml[^>]*>\s*)?<%bResponse[\s>/]" % operation_model.name.encode(), body):
        raise ResponseParserError(f"the answer has no {operation_model.name}Response")


def members_of(operation_model: Any) -> Any:
    """The members that an answer of the operation can have."""
    return operation_model.output_shape.members if operation_model.output_shape else None


def cut_off(response: dict[str, Any], protocol: str, *, has_members: bool) -> str:
    """Why an answer is not whole; empty if it is."""
    body, headers = response["body"], response["headers"]
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) != len(body) and "content-encoding" not in headers:
        return f"{len(body)} of {announced} bytes"
    is_error = response["status_code"] >= 300  # a proxy's own error may be a page of HTML
    if protocol != "json":
        return "" if is_whole_xml(body) else "it is no whole XML document"
    if (is_error and not body.startswith(b"{")) or not (body or has_members):
        return ""
    try:
        is_object = isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        is_object = False
    return "" if is_object else "it is no JSON object"


def is_whole_xml(body: bytes) -> bool:
    """Whether a body is well-formed, if it is XML at all: it may be a page of a proxy, a policy, or nothing."""
    start = body[:100].lstrip().lower()
    if not start.startswith(b"<") or start.startswith((b"<!doctype", b"<html")):
        return True
    try:
        expat.ParserCreate().Parse(body, True)
    except expat.ExpatError:
        return False
    return True


def error_body(protocol: str, text: str) -> bytes:
    """An error in the format of the service's protocol."""
    if protocol == "json":
        return json.dumps({"__type": CODE, "message": text}).encode()
    error = f"<Error><Code>{CODE}</Code><Message>{escape(text)}</Message></Error>"
    return (error if protocol == "rest-xml" else f"<ErrorResponse>{error}</ErrorResponse>").encode()


def with_status(response: tuple[Any, dict[str, Any]] | None, **_: Any) -> None:
    """Event handler of botocore: give an answer the status of the error, by which botocore decides on a retry."""
    if response and response[1].get("Error", {}).get("Code") == CODE:
        response[0].status_code = STATUS
