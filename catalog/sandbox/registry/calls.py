"""Call one of the sandbox's services in this process, as a client would: by botocore's model of its API.

The request goes through moto's own reading of it, so what a handler makes is what a client would have made. It passes
no checks of access keys and is not counted: nobody outside of the sandbox made it.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

from botocore.awsrequest import AWSRequest, HeadersDict
from botocore.model import OperationModel, ServiceModel, StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.exceptions import ServiceException
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from catalog.sandbox.registry import wrong_forms
from catalog.sandbox.registry.naming import StackPlace

log = logging.getLogger(__name__)
STUB = BotocoreStubber()
NO_ANSWER = StructureShape("Nothing", {"type": "structure", "members": {}})
OWN_CALL: ContextVar[bool] = ContextVar("whether the sandbox itself makes the call", default=False)
ON_BEHALF_OF: ContextVar[str] = ContextVar("the ARN for which the sandbox makes the call", default="")
COMING: ContextVar[frozenset[str]] = ContextVar(
    "types of resources that are made with those before", default=frozenset()
)
logging.getLogger("botocore.parsers").addFilter(lambda _: not OWN_CALL.get())
"""An answer may have the value of a secret, which no log may have."""
PROTOCOLS = ("json", "query", "ec2", "rest-json", "rest-xml")
"""What moto reads in this process."""
BY_METHOD = ("apigateway", "apigatewayv2")
SUFFIXES = {"dsql": "api.aws", "s3vectors": "api.aws"}
"""Service → the end of its host names, where it is another one."""
IAM_PREFIXES = {"cloudwatch": "cloudwatch", "logs": "logs"}
"""Service in botocore → prefix of its IAM actions, where it is not the name in signatures."""


class CallRefused(ServiceException):
    """A service refused a call; `code` and `message` are those of its error."""

    def __init__(self, service: str, code: str, message: str) -> None:
        super().__init__(code, message)
        self.service = service


class CallFailed(Exception):  # noqa: N818 - describes the event
    """A service of the sandbox fell over a call: a fault of the sandbox, of which only its log says more."""

    def __init__(self, service: str, operation: str) -> None:
        super().__init__(f"its {service} cannot answer {operation} with these parameters")


@functools.cache
def model_of(service: str) -> ServiceModel:
    """Botocore's model of a service."""
    return get_service_model(service)


@functools.cache
def operation_model(service: str, operation: str) -> OperationModel:
    """Botocore's model of an operation."""
    return model_of(service).operation_model(operation)


def iam_prefix(service: str) -> str:
    """The prefix of a service's IAM actions."""
    return IAM_PREFIXES.get(service) or str(model_of(service).signing_name)


def iam_action(service: str, operation: str) -> str:
    """The IAM action of an operation; those of API Gateway are named after HTTP methods (its developer guide)."""
    model = operation_model(service, operation)
    return f"{iam_prefix(service)}:{model.http['method'] if service in BY_METHOD else operation}"


def call(service: str, operation: str, place: StackPlace, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a service; raises `CallRefused` with the service's error, `CallFailed` if the sandbox has none."""
    model = operation_model(service, operation)
    own, caller = OWN_CALL.set(True), ON_BEHALF_OF.set(place.caller)
    try:
        return _parsed(service, model, STUB.process_request(_prepared(service, model, place, parameters)))
    except (ServiceException, HTTPException):
        raise
    except Exception as error:
        if isinstance(error, KeyError) and error.args == (place.region,):  # the words are assumed
            raise CallRefused(service, "InvalidParameterValue", f"Invalid Region: {place.region}") from error
        if wrong := wrong_forms.refusal(model, protocol_of(service), parameters, error):
            raise CallRefused(service, *wrong) from error
        log.warning("%s of %s failed", operation, service, exc_info=True)
        raise CallFailed(service, operation) from error
    finally:
        ON_BEHALF_OF.reset(caller)
        OWN_CALL.reset(own)


def _prepared(service: str, model: OperationModel, place: StackPlace, parameters: Mapping[str, Any]) -> Any:
    """The request as a client would send it."""
    protocol = protocol_of(service)
    request = create_serializer(protocol, include_validation=False).serialize_to_request(dict(parameters), model)
    url = f"https://{_host(service, place)}{request['url_path']}"
    query = request["query_string"]
    if query:
        url += ("&" if "?" in url else "?") + (query if isinstance(query, str) else urlencode(query, doseq=True))
    headers = dict(request["headers"]) | {
        "X-Moto-Account-Id": place.account,
        "Authorization": f"AWS4-HMAC-SHA256 Credential=AKIASANDBOX/20260101/{place.region}/"
        f"{model_of(service).signing_name}/aws4_request",
    }
    return AWSRequest(method=request["method"], url=url, headers=headers, data=request["body"]).prepare()


def _parsed(service: str, model: OperationModel, answer: Any) -> dict[str, Any]:
    """What a service has answered; raises `CallRefused` for an error."""
    if answer is None:
        raise CallRefused(service, "InternalFailure", f"{model.name} reaches no service of the sandbox")
    status, answered, body = answer
    if int(status) < 300 and model.output_shape is None:
        return {}  # whatever moto writes there
    content = body.encode() if isinstance(body, str) else body
    response: dict[str, Any] = {
        "status_code": int(status),
        "headers": HeadersDict(answered),
        "body": content,
        "context": {},
    }
    parser = create_parser(protocol_of(service))
    parsed: dict[str, Any] = parser.parse(response, model.output_shape or NO_ANSWER)
    if int(status) >= 300:
        error = parsed.get("Error", {})
        raise CallRefused(service, str(error.get("Code", "InternalFailure")), str(error.get("Message", "")))
    return parsed


def protocol_of(service: str) -> str:
    """The protocol of a service that moto reads in this process."""
    metadata = model_of(service).metadata
    offered = [metadata["protocol"], *metadata.get("protocols", ())]
    return next(str(name) for name in offered if name in PROTOCOLS)


def _host(service: str, place: StackPlace) -> str:
    suffix = "amazonaws.com.cn" if place.partition == "aws-cn" else SUFFIXES.get(service, "amazonaws.com")
    return f"{model_of(service).endpoint_prefix}.{place.region}.{suffix}"
