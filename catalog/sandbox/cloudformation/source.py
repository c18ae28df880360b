"""TemplateURL: fetch an object from the sandbox's S3, by any of the URL formats of S3."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from moto.core.exceptions import ServiceException
from moto.s3.models import s3_backends

from catalog.sandbox.cloudformation.errors import StackRefused

VIRTUAL_HOST = re.compile(r"(?P<bucket>[a-z0-9.-]+)\.s3(\.dualstack)?([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
PATH_STYLE = re.compile(r"s3(\.dualstack)?([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def location(url: str) -> tuple[str, str, str | None]:
    """(bucket, key, version) of a template's URL; raises `StackRefused` if it is none of S3."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise StackRefused("TemplateURL must be a supported URL.") from error
    host, path = parts.hostname or "", unquote(parts.path).lstrip("/")
    virtual = VIRTUAL_HOST.fullmatch(host)
    if virtual:
        bucket, key = virtual["bucket"], path
    elif PATH_STYLE.fullmatch(host) or host in LOCAL_HOSTS:
        bucket, _, key = path.partition("/")
    else:
        raise StackRefused("TemplateURL must be a supported URL.")
    return bucket, key, parse_qs(parts.query).get("versionId", [None])[0]


def fetch(url: str, account: str, partition: str) -> str:
    """The template at `url`; raises `StackRefused` with CloudFormation's message if it cannot be read."""
    bucket, key, version = location(url)
    try:
        s3_object = s3_backends[account][partition].get_object(bucket, key, version_id=version)
    except ServiceException as error:
        raise StackRefused(f"S3 error: {error.message}") from error
    if s3_object is None:
        raise StackRefused("S3 error: The specified key does not exist.")
    try:
        return bytes(s3_object.value).decode()
    except UnicodeDecodeError as error:
        raise StackRefused("Template format error: YAML not well-formed.") from error
