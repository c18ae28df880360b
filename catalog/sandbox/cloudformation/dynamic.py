"""Dynamic references: `{{resolve:ssm:…}}`, `{{resolve:ssm-secure:…}}` and `{{resolve:secretsmanager:…}}`.

Source: CloudFormation user guide, "Get values stored in other services using dynamic references" and its pages for each
service (patterns, at most 60, secure values never in custom resources, the properties that take `ssm-secure`). The
messages are from public issues: "SSM Secure reference is not supported in" and "Incorrect format is used in the
following SSM reference" (aws/aws-cdk#18747, serverless-application-model#1528), "have types not supported"
(aws/aws-cdk#15135), "Could not find a value associated with JSONKey in SecretString" (aws-sam-cli#2153).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.moto_api._internal import mock_random

from catalog.cfn import TemplateError
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed, StackContext
from catalog.sandbox.cloudformation.handlers.kms_calls import KmsCalls
from catalog.sandbox.registry import calls
from catalog.sandbox.registry.calls import CallRefused
from catalog.sandbox.registry.naming import StackPlace

REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]*)\}\}")
PARAMETER = re.compile(r"([a-zA-Z0-9_.\-/]+)(?::(\d+))?", re.ASCII)
ARN = re.compile(r"arn:[^:]*:secretsmanager:([^:]*):[^:]*:secret:[^:]+")
MOST = 60
HIDDEN = "****"
SECURE_PROPERTIES = frozenset(
    {
        "AWS::DirectoryService::MicrosoftAD/Properties/Password",
        "AWS::DirectoryService::SimpleAD/Properties/Password",
        "AWS::ElastiCache::ReplicationGroup/Properties/AuthToken",
        "AWS::IAM::User/Properties/LoginProfile/Password",
        "AWS::KinesisFirehose::DeliveryStream/Properties/RedshiftDestinationConfiguration/Password",
        "AWS::OpsWorks::App/Properties/AppSource/Password",
        "AWS::OpsWorks::Stack/Properties/CustomCookbooksSource/Password",
        "AWS::OpsWorks::Stack/Properties/RdsDbInstances/DbPassword",
        "AWS::RDS::DBCluster/Properties/MasterUserPassword",
        "AWS::RDS::DBInstance/Properties/MasterUserPassword",
        "AWS::Redshift::Cluster/Properties/MasterUserPassword",
    }
)
"""The properties that take a secure string (user guide, "Get a secure string value from Systems Manager Parameter
Store", "Resources that support dynamic parameter patterns for secure strings")."""
Stored = Callable[[Iterable[str]], Mapping[str, tuple[str, str]]]
"""From the names of SSM parameters, with or without a version, to the value and type of each that exists."""


def check_dynamic(rendered: Mapping[str, Any], stored: Stored) -> None:
    """Refuse references that CloudFormation refuses before it creates anything; raises `TemplateError`.

    A reference that contains the value of a resource is checked when that is known.
    """
    places = [*_places(rendered.get("Resources", {})), *_outputs(rendered.get("Outputs", {}))]
    texts = [(where, match[1], match[2]) for where, text in places for match in REFERENCE.finditer(text)]
    if len(texts) > MOST:
        raise TemplateError(f"Template format error: Number of dynamic references, {len(texts)}, exceeds {MOST}")
    for _, service, key in texts:
        if service != "secretsmanager" and not PARAMETER.fullmatch(key):
            raise TemplateError(_malformed(service, key))
    secure = [where for where, service, _ in texts if service == "ssm-secure" and where not in SECURE_PROPERTIES]
    if secure:
        raise TemplateError(f"SSM Secure reference is not supported in: [{','.join(secure)}]")
    check_stored({key for _, service, key in texts if service == "ssm"}, stored)


def check_stored(names: Iterable[str], stored: Stored) -> None:
    """Refuse names of SSM parameters that do not exist, or whose values are secure strings."""
    wanted = sorted(names)
    values = stored(wanted)
    if absent := [name for name in wanted if name not in values]:
        raise TemplateError(f"Unable to fetch parameters [{','.join(absent)}] from parameter store for this account.")
    if secret := [name for name in wanted if values[name][1] == "SecureString"]:
        raise TemplateError(
            f"Parameters [{','.join(secret)}] referenced by template have types not supported by CloudFormation."
        )


def _places(resources: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each text in properties, with its place as `AWS::RDS::DBInstance/Properties/MasterUserPassword`."""
    for body in resources.values():
        yield from _texts(body.get("Properties", {}), f"{body['Type']}/Properties")


def _outputs(outputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, body in outputs.items():
        yield from _texts(body.get("Value"), f"Outputs/{name}/Value")


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _texts(member, f"{where}/{name}")
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _texts(member, where)
    elif isinstance(value, str):
        yield where, value


def _malformed(service: str, key: str) -> str:
    return f"Incorrect format is used in the following SSM reference: [{{{{resolve:{service}:{key}}}}}]"


@dataclass(slots=True)
class DynamicReferences:
    """Resolves references for one operation on a stack, and knows the values that nobody may see."""

    secrets: set[str] = field(default_factory=set, repr=False)

    def resolved(self, context: StackContext, value: Any, *, secure: bool = True) -> Any:
        """A value with its references resolved; raises `ResourceFailed`.

        Without `secure`, only plain SSM parameters are resolved.
        """
        if isinstance(value, Mapping):
            return {name: self.resolved(context, member, secure=secure) for name, member in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.resolved(context, member, secure=secure) for member in value)
        if not isinstance(value, str) or "{{resolve:" not in value:
            return value
        return REFERENCE.sub(
            lambda match: self._one(context, match[1], match[2]) if secure or match[1] == "ssm" else match[0], value
        )

    def hidden(self, text: str) -> str:
        """A text without the secret values."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text

    def _one(self, context: StackContext, service: str, key: str) -> str:
        value = _secret(context, key) if service == "secretsmanager" else _parameter(context, service, key)
        if service != "ssm" and value:
            self.secrets.add(value)
        return value


def _parameter(context: StackContext, service: str, key: str) -> str:
    """The value of an SSM parameter, of its newest version or of the one that the reference names."""
    match = PARAMETER.fullmatch(key)
    if match is None:
        raise ResourceFailed(_malformed(service, key))
    place = _place(context)
    name = match[1].removeprefix("/")
    arn = f"arn:{context.partition}:ssm:{context.region}:{context.account}:parameter/{name}"
    context.require("ssm:GetParameters", arn)
    answer = calls.call("ssm", "GetParameters", place, {"Names": [key], "WithDecryption": service == "ssm-secure"})
    parameter = next(iter(answer.get("Parameters", ())), None)
    if parameter is None:
        raise ResourceFailed(f"Unable to fetch parameters [{key}] from parameter store for this account.")
    if (parameter["Type"] == "SecureString") != (service == "ssm-secure"):
        raise ResourceFailed(f"Parameters [{key}] referenced by template have types not supported by CloudFormation.")
    if service == "ssm-secure":
        filters = [{"Key": "Name", "Values": [match[1]]}]
        (detail,) = calls.call("ssm", "DescribeParameters", place, {"ParameterFilters": filters})["Parameters"]
        _require_key(context, str(detail.get("KeyId", "")), "ssm")
    return str(parameter["Value"])


def _secret(context: StackContext, key: str) -> str:
    """The value of a secret, or of one key of its JSON, of a stage or version."""
    arn = ARN.match(key)
    name = arn[0] if arn else key.partition(":")[0]
    rest = [*key[len(name) :].removeprefix(":").split(":"), "", "", "", ""]
    kind, json_key, stage, version = rest[:4]
    text = f"{{{{resolve:secretsmanager:{key}}}}}"
    if not name or kind not in ("", "SecretString") or len(rest) > 8:
        raise ResourceFailed(f"Incorrect format is used in the following Secrets Manager reference: [{text}]")
    if stage and version:
        raise ResourceFailed(f"Only one of version-stage and version-id can be used in [{text}]")
    place = _place(context, arn[1] if arn else "")
    chosen = {"VersionId": version} if version else {"VersionStage": stage or "AWSCURRENT"}
    try:
        detail = calls.call("secretsmanager", "DescribeSecret", place, {"SecretId": name})
        context.require("secretsmanager:GetSecretValue", detail["ARN"], {"secretsmanager:secretid": detail["ARN"]})
        _require_key(context, str(detail.get("KmsKeyId", "")), "secretsmanager")
        answer = calls.call("secretsmanager", "GetSecretValue", place, {"SecretId": name, **chosen})
    except CallRefused as error:
        raise ResourceFailed(
            f"{error.message} (Service: AWSSecretsManager; Status Code: 400; Error Code: {error.code}; "
            f"Request ID: {mock_random.uuid4()}; Proxy: null)"
        ) from error
    if "SecretString" not in answer:
        raise ResourceFailed(f"The secret of [{text}] has no SecretString: a binary secret cannot be referenced")
    value = str(answer["SecretString"])
    return _member(value, json_key) if json_key else value


def _member(text: str, key: str) -> str:
    """One key of a secret's JSON; texts and numbers only."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ResourceFailed("Could not parse SecretString JSON") from error
    value = document.get(key) if isinstance(document, dict) else None
    if value is None or isinstance(value, dict | list):
        raise ResourceFailed("Could not find a value associated with JSONKey in SecretString")
    return value if isinstance(value, str) else json.dumps(value)


def _require_key(context: StackContext, key_id: str, service: str) -> None:
    """Require kms:Decrypt on a key of the account; those of AWS, `alias/aws/…`, serve everybody in it."""
    if not key_id or key_id.startswith("alias/aws/") or ":alias/aws/" in key_id:
        return
    kms = KmsCalls(context)
    key = kms.backend.key_named(key_id)
    if key is not None:
        via = f"{service}.{context.region}.amazonaws.com"
        kms.on(key, "kms:Decrypt", {"kms:viaservice": via})


def _place(context: StackContext, region: str = "") -> StackPlace:
    return StackPlace(
        context.account, region or context.region, context.partition, context.stack_name, context.logical_id
    )
