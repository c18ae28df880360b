"""Policies of callers, and what IAM says of their requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
Statement = Mapping[str, Any]


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: Any = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def deny(*actions: str, resource: Any = "*", **more: Any) -> Statement:
    return {**allow(*actions, resource=resource, **more), "Effect": "Deny"}


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """The code and the message of an error of IAM; empty without one."""
    try:
        call()
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        return (code, message) if "is not authorized to perform" in message else ("", "")
    return "", ""
