"""KMS aliases that exist in an account and Region."""

from __future__ import annotations

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError


def aliases(session: AwsSession) -> frozenset[str]:
    """Names of all aliases. Empty when the caller may not list them (kms:ListAliases): AWS then reports a conflict."""
    names: set[str] = set()
    try:
        with aws_call("ListAliases"):
            for page in session.kms.get_paginator("list_aliases").paginate():
                names |= {alias["AliasName"] for alias in page["Aliases"]}
    except AwsCallError as error:
        if error.code not in ("AccessDenied", "AccessDeniedException"):
            raise
    return frozenset(names)
