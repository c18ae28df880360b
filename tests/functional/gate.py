"""A proxy before the sandbox that lets an identity do what its IAM policies allow, and writes down what it needed.

The sandbox's identity policies count for launch roles alone. Here they count for the roles of `catalog role publisher`:
their policies are read from the sandbox's IAM, as CloudFormation has made them, and `catalog.iam` evaluates them.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from catalog.aws.session import SANDBOX_HEADER
from catalog.iam.caller import Caller, CallerKind
from catalog.iam.context import Context
from catalog.iam.evaluate import Answer, Request, Semantics, decide
from catalog.iam.policy import parse_policy
from catalog.sandbox.control import Sandbox
from catalog.sandbox.wire import requested_operation
from tests.functional.needs import ACCOUNT, Asked, Need

Documents = Mapping[str, Any]
"""Name of a policy → its document."""
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", SANDBOX_HEADER, "date", "server"}
DENIED_XML = "<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>"


def allows(documents: Iterable[Any], role: str, need: Need) -> bool:
    """Whether policies of an identity allow what is needed."""
    caller = Caller(CallerKind.ROLE, ACCOUNT, role)
    statements = [{**item, "Principal": {"AWS": role}} for document in documents for item in document["Statement"]]
    context = Context({"*": (), **{key: (value,) for key, value in need.context.items()}})
    policy = parse_policy({"Version": "2012-10-17", "Statement": statements})
    answer = decide(policy, Request(caller, need.action, need.resource, context), Semantics(account=ACCOUNT)).answer
    assert answer in (Answer.ALLOWED, Answer.DENIED), (need, answer)
    return answer is Answer.ALLOWED


@dataclass
class Identity:
    """A role with its policies, and what its requests needed."""

    arn: str
    documents: dict[str, Any]
    needs: list[Need] = field(default_factory=list)
    """What was allowed, each once: it is not evaluated again."""
    refused: list[Need] = field(default_factory=list)

    def ask(self, asked: Asked) -> str:
        """The refusal of a request; empty when it is allowed."""
        for need in asked.needs():
            if need in self.needs:
                continue
            if not allows(self.documents.values(), self.arn, need):
                self.refused.append(need)
                return f"User: {self.arn} is not authorized to perform: {need.action} on resource: {need.resource}"
            self.needs.append(need)
        return ""


@dataclass
class Gate:
    """The proxy: access key → identity. Requests with other keys are passed on."""

    sandbox: Sandbox
    url: str = ""
    identities: dict[str, Identity] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)

    def forward(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any, bytes]:
        """(status, headers, body) of the answer to a request: a refusal, or the sandbox's."""
        asked = replace(read(method, path, headers, body), owners=self.owners, objects=self.objects)
        if asked.operation == "PutObject":
            self.objects[asked.members["Path"]] = body
        key = headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
        identity = self.identities.get(key)
        if identity and (message := identity.ask(asked)):
            return refusal(asked, message)
        return self.pass_on(method, path, headers, body)

    def pass_on(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection(str(urlsplit(self.sandbox.url).netloc), timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


def read(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Asked:
    """The operation and the members of a request."""
    environ = {
        "HTTP_AUTHORIZATION": headers.get("Authorization", ""),
        "HTTP_X_AMZ_TARGET": headers.get("X-Amz-Target", ""),
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "REQUEST_METHOD": method,
        "PATH_INFO": urlsplit(path).path,
        "QUERY_STRING": urlsplit(path).query,
    }
    form = dict(parse_qsl(body.decode(errors="replace"))) if "x-www-form-urlencoded" in environ["CONTENT_TYPE"] else {}
    if form:
        service = requested_operation({**environ, "CONTENT_TYPE": ""}).service
        return Asked(service, form["Action"], form)
    requested = requested_operation(environ)
    members = json.loads(body or b"{}") if environ["HTTP_X_AMZ_TARGET"] else {"Path": urlsplit(path).path.strip("/")}
    return Asked(requested.service, requested.operation, members)


def refusal(asked: Asked, message: str) -> tuple[int, Any, bytes]:
    """AccessDenied in the format of the service."""
    if asked.service in ("servicecatalog", "ssm", "budgets"):
        body = json.dumps({"__type": "AccessDeniedException", "message": message})
        return 400, [("Content-Type", "application/x-amz-json-1.1")], body.encode()
    text = DENIED_XML.format(message=message)
    if asked.service != "s3":
        text = f"<ErrorResponse>{text}<RequestId>gate</RequestId></ErrorResponse>"
    return 403, [("Content-Type", "text/xml")], text.encode()


@contextmanager
def gate(sandbox: Sandbox) -> Iterator[Gate]:
    """The proxy on a port of its own. It does not say that it is the sandbox, so that publish treats it as AWS."""
    made = Gate(sandbox)

    class Handler(BaseHTTPRequestHandler):
        protocol_version: ClassVar[str] = "HTTP/1.1"

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, answer = made.forward(self.command, self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve  # noqa: N815

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
