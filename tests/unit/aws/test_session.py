"""Recognizing the sandbox: an endpoint on this machine is not enough, since it can be a tunnel to AWS."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest

from catalog.aws.session import SANDBOX_HEADER, AwsSession

IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:role/r</Arn><UserId>r</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


@contextmanager
def endpoint(headers: dict[str, str]) -> Iterator[str]:
    """STS on this machine, as the sandbox or as a tunnel to AWS would answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that http.server calls
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            for name, value in {"Content-Length": str(len(IDENTITY)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(IDENTITY)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("headers", "is_sandbox"), [({SANDBOX_HEADER: "1"}, True), ({}, False)])
def test_an_endpoint_on_this_machine_is_the_sandbox_if_it_identifies_itself(
    headers: dict[str, str], is_sandbox: bool
) -> None:
    with endpoint(headers) as url:
        boto = boto3.Session("a", "b", region_name="us-east-1")
        assert AwsSession(boto, "us-east-1", url).is_sandbox is is_sandbox


def test_an_endpoint_elsewhere_is_never_the_sandbox() -> None:
    boto = boto3.Session("a", "b", region_name="us-east-1")
    assert AwsSession(boto, "us-east-1", "https://servicecatalog.us-east-1.amazonaws.com").is_sandbox is False
