"""Load templates from the sandbox's S3, or from a stack; an artifact stores a copy of its template.

Source: ProvisioningArtifactProperties in the API Reference (Info: LoadTemplateFromURL, or ImportFromPhysicalId with the
ARN of a stack); the message for an unreadable or invalid template is AWS's, and assumed for a stack. Only
`stacks.check_template` parses the template; it runs no code.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from moto.core.exceptions import ServiceException
from moto.s3.models import s3_backends

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException
from catalog.sandbox.stacks import StackRefused, check_template, find_stack

INVALID = "Invalid templateBody. Please make sure that your template is valid"
VIRTUAL_HOST = re.compile(r"(?P<bucket>[a-z0-9.-]+)\.s3(\.dualstack)?([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
PATH_STYLE = re.compile(r"s3(\.dualstack)?([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


def load(call: Call, info: dict[str, str]) -> tuple[dict[str, str], str]:
    """`Info` as DescribeProvisioningArtifact answers it, and the text of the template that it names.

    Raises `InvalidParametersException` with AWS's message if the object or the stack is missing.
    """
    url, stack_id = info.get("LoadTemplateFromURL", ""), info.get("ImportFromPhysicalId", "")
    if bool(url) == bool(stack_id):
        raise InvalidParametersException("Info must contain either LoadTemplateFromURL or ImportFromPhysicalId.")
    if stack_id:
        stack = find_stack(call.account, call.region, stack_id)
        if stack is None or stack[0].stack_id != stack_id:
            raise InvalidParametersException(INVALID)
        return {"ImportFromPhysicalId": stack_id}, stack[1]
    bucket, key, version = _locate(url)
    return {"TemplateUrl": url}, _read(call.account, call.partition, bucket, key, version)


def parse(text: str, *, validate: bool) -> dict[str, Any] | None:
    """The parsed template; an invalid template raises or, without validation, gives None."""
    try:
        return check_template(text)
    except StackRefused as refusal:
        if validate:
            raise InvalidParametersException(INVALID) from refusal
        return None


def _locate(url: str) -> tuple[str, str, str | None]:
    """Bucket, key and version of an S3 URL: virtual-hosted style, path style, or the sandbox's own address."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidParametersException(INVALID) from error
    host, path = parts.hostname or "", unquote(parts.path).lstrip("/")
    version = parse_qs(parts.query).get("versionId", [None])[0]
    virtual = VIRTUAL_HOST.fullmatch(host)
    if virtual:
        return virtual["bucket"], path, version
    if PATH_STYLE.fullmatch(host) or host in LOCAL_HOSTS:
        bucket, _, key = path.partition("/")
        return bucket, key, version
    raise InvalidParametersException(INVALID)


def _read(account: str, partition: str, bucket: str, key: str, version: str | None) -> str:
    try:
        s3_object = s3_backends[account][partition].get_object(bucket, key, version_id=version)
    except ServiceException as error:
        raise InvalidParametersException(INVALID) from error
    if s3_object is None:
        raise InvalidParametersException(INVALID)
    try:
        return bytes(s3_object.value).decode()
    except UnicodeDecodeError as error:
        raise InvalidParametersException(INVALID) from error
