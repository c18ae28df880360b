"""What a request asks of IAM: the action, the resources that it names, and the condition keys that are known of it.

Sources: Service Authorization Reference (as cfn-lint ships it), Amazon S3 user guide, "Required permissions for Amazon
S3 API operations"; IAM user guide, "AWS global condition context keys".
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import utcnow
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition
from werkzeug.exceptions import HTTPException

from catalog.sandbox.kms.conditions import Context
from catalog.sandbox.registry.calls import iam_action
from catalog.sandbox.registry.naming import StackPlace, arn_formats, filled
from catalog.sandbox.registry.permissions import kinds_of, texts_in
from catalog.sandbox.wire import RequestedOperation

PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag", "cloudcontrolapi": "cloudformation", "email": "ses"}
"""Name in signatures → prefix of IAM actions, where they differ."""
REST = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "backup": ("backup",),
    "cloudfront": ("cloudfront",),
    "eks": ("eks",),
    "elasticfilesystem": ("efs",),
    "es": ("opensearch", "es"),
    "lambda": ("lambda",),
    "route53": ("route53",),
    "s3": ("s3",),
    "scheduler": ("scheduler",),
    "servicecatalog": ("servicecatalog-appregistry",),
}
"""Name in signatures → services of botocore whose operations are a method and a path."""
S3_ACTIONS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
}
"""Operation of S3 → IAM action, where they differ."""
OTHER_ACTIONS = {("lambda", "Invoke"): "lambda:InvokeFunction", ("lambda", "InvokeAsync"): "lambda:InvokeFunction"}
NAMED_BY = {
    "bucket": ("bucket",),
    "function": ("functionname",),
    "group": ("groupname",),
    "instance": ("instanceid",),
    "instance-profile": ("instanceprofilename",),
    "key": ("keyid",),
    "portfolio": ("portfolioid", "id"),
    "product": ("productid", "id"),
    "queue": ("queueurl", "queuename"),
    "role": ("rolename",),
    "secret": ("secretid",),
    "stack": ("stackname",),
    "table": ("tablename",),
    "user": ("username",),
}
"""Kind of resource in IAM → the parameters that name one of it."""
IDS = {"portfolio": "port-", "product": "prod-", "instance": "i-"}
"""How the ids of a kind begin: another value in the parameter names something else."""
STACK_ROLES = ("RoleARN", "RoleArn", "AdministrationRoleARN", "ExecutionRoleArn", "LoggingConfig.LogRoleArn")
"""Parameters of CloudFormation with the ARN of a role; RoleArn is that of Cloud Control API."""
INDEX = re.compile(r"\.(member\.)?\d+$")
TAG = re.compile(r"Tags?\.(?:member\.|entry\.)?(\d+)\.(Key|Value)$")
BODY_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class AskedPermission:
    """What IAM is asked about a request."""

    action: str
    resources: tuple[str, ...] | None
    """The ARNs that it names, any of which would do; None if it does not tell."""
    context: Context
    passed: tuple[tuple[str, str], ...] = ()
    """The ARN of each role that it passes, and the service that gets it."""


def asked(request: RequestedOperation, environ: dict[str, Any], account: str) -> AskedPermission | None:
    """What a request asks of IAM; None for an operation that IAM does not know by this name."""
    action, parameters = _operation(request, environ)
    if not action or kinds_of(action) is None:
        return None
    region = request.region or "us-east-1"
    place = StackPlace(account, region, get_partition(region), "", "")
    moment = utcnow()
    keys: dict[str, Any] = {
        "aws:requestedregion": region,
        "aws:securetransport": "true",  # the sandbox stands for AWS's endpoints
        "aws:sourceip": "127.0.0.1",
        "aws:currenttime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(moment.timestamp())),
        "aws:viaawsservice": "false",
        "aws:principalisawsservice": "false",
    }
    tags = dict(_tags(parameters))
    keys |= {f"aws:requesttag/{key.lower()}": value for key, value in tags.items()}
    keys |= {"aws:tagkeys": tuple(tags)} if tags else {}
    return AskedPermission(action, _resources(action, parameters, place), keys, tuple(passed_roles(action, parameters)))


def passed_roles(action: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The ARN of each role that a request of CloudFormation or Service Catalog passes, and the service that gets it.

    Sources: CloudFormation user guide, "CloudFormation service role" and "Grant self-managed permissions" (the
    administration role of a stack set); AWSServiceCatalogAdminFullAccess, which allows iam:PassRole to Service Catalog
    alone. That it counts for the AdminRole of a stack set constraint is assumed. No source says that the role of a
    service action needs it.
    """
    prefix, _, operation = action.partition(":")
    given: list[Any] = []
    if prefix == "cloudformation":
        given = [parameters.get(name) for name in STACK_ROLES]
    elif operation in ("CreateConstraint", "UpdateConstraint"):
        constraint = _object(parameters.get("Parameters"))
        given = [constraint.get("RoleArn"), constraint.get("AdminRole")]
    for arn in given:
        if isinstance(arn, str) and arn.startswith("arn:") and ":role/" in arn:
            yield arn, f"{prefix}.amazonaws.com"


def _object(value: Any) -> Mapping[str, Any]:
    """An object, or one that is written as JSON text."""
    try:
        members = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, Mapping) else {}


def _operation(request: RequestedOperation, environ: dict[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The IAM action of a request, and its parameters."""
    if request.named:
        action = f"{PREFIXES.get(request.service, request.service)}:{request.operation}"
        if request.json:
            return action, _json(environ)
        form = {} if request.cbor else parse_qs(_body(environ).decode(errors="replace"))
        return action, {name: values[0] for name, values in form.items()}
    for service in REST.get(request.service, ()):
        try:
            model, path = get_service_router(service).match(Request(environ))
        except (HTTPException, NotImplementedError):
            continue
        if service == "s3":
            return f"s3:{S3_ACTIONS.get(model.name, model.name)}", path
        return OTHER_ACTIONS.get((service, model.name)) or iam_action(service, model.name), {**_json(environ), **path}
    return "", {}


def _body(environ: dict[str, Any]) -> bytes:
    """The body, which stays readable; empty if it is long: then it is content, and names no resource."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if size > BODY_LIMIT:
        return b""
    body = bytes(environ["wsgi.input"].read(size))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _json(environ: dict[str, Any]) -> dict[str, Any]:
    try:
        members = json.loads(_body(environ) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, dict) else {}


def _tags(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The tags that a request sets."""
    given = parameters.get("Tags", parameters.get("tags"))
    if isinstance(given, Mapping):
        yield from ((str(key), str(value)) for key, value in given.items())
    for each in given if isinstance(given, list) else ():
        if isinstance(each, Mapping):
            low = {str(key).lower(): value for key, value in each.items()}
            yield str(low.get("key", "")), str(low.get("value", ""))
    form: dict[str, dict[str, str]] = {}
    for name, value in parameters.items():
        if match := TAG.search(name):
            form.setdefault(name[: match.start(2)], {})[match[2]] = str(value)
    yield from ((each.get("Key", ""), each.get("Value", "")) for each in form.values())


def _resources(action: str, parameters: Mapping[str, Any], place: StackPlace) -> tuple[str, ...] | None:
    """The ARNs that a request names; `*` alone for an action that takes no resources."""
    kinds = kinds_of(action)
    if not kinds:
        return ("*",)
    formats = arn_formats(f"AWS::{action.partition(':')[0]}::")
    texts = {INDEX.sub("", name).lower(): value for name, value in parameters.items() if isinstance(value, str)}
    given = [text for text in texts_in(parameters) if text.startswith("arn:")]
    arns: list[str] = []
    for kind in kinds:
        for text in formats.get(kind, ()):
            pattern = re.compile(".*".join(re.escape(part) for part in re.split(r"\.\*|\$\{[^}]*\}", text)))
            arns += [arn for arn in given if pattern.fullmatch(arn)]
            if name := _name(kind, texts, place):
                arns.append(filled(text, place, name))
    return tuple(dict.fromkeys(arns)) or None


def _name(kind: str, texts: Mapping[str, str], place: StackPlace) -> str:
    """The name of a resource of a kind, as its ARN has it; empty if the request names none."""
    if kind == "object":
        return f"{texts['bucket']}/{texts['key']}" if {"bucket", "key"} <= texts.keys() else ""
    for parameter in NAMED_BY.get(kind, ()):
        value = texts.get(parameter, "")
        if not value or value.startswith(("arn:", "alias/")) or not value.startswith(IDS.get(kind, "")):
            continue
        if kind in ("role", "user"):
            return f"{_path(kind, value, texts, place)}{value}"
        if kind == "secret":
            return _secret(value, place)
        name = value.rpartition("/")[2] if parameter == "queueurl" else value
        return f"{name}/00000000-0000-0000-0000-000000000000" if kind == "stack" else name
    return ""


def _secret(name: str, place: StackPlace) -> str:
    """The name of a secret with the characters that its ARN has behind it; empty if there is no such secret."""
    from moto.secretsmanager.models import secretsmanager_backends

    secret = secretsmanager_backends[place.account][place.region].secrets.get(name)
    return str(secret.arn).rpartition(":secret:")[2] if secret else ""


def _path(kind: str, name: str, texts: Mapping[str, str], place: StackPlace) -> str:
    """The path of a role or user, without its first slash."""
    backend = iam_backends[place.account][place.partition]
    every = backend.roles if kind == "role" else backend.users
    path = next((each.path for each in every.values() if each.name == name), None)
    return str(path or texts.get("path") or "/").lstrip("/")
