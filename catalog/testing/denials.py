"""`assert_denied`: a block of a test must be refused for want of a permission."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from catalog.errors import AwsCallError, AwsError, ContentError

DENIED = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError", "Forbidden")
ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+")
WORDS = "is not authorized to perform"


@contextmanager
def assert_denied(action: str = "") -> Iterator[None]:
    """Fail unless the block is refused for want of a permission: of `action`, if it is given, such as `kms:Decrypt`.

    It can be a call of a client, a launch, an update or a termination. Another error passes through.
    """
    __tracebackhide__ = True
    if action and not ACTION.fullmatch(action):
        raise ContentError(f"an action is SERVICE:NAME, such as kms:Decrypt, got {action!r}")
    try:
        yield
    except (ClientError, AwsError) as error:
        if not is_denial(error):
            raise
        if action and f"{WORDS}: {action.lower()} " not in f"{error} ".lower():
            raise AssertionError(f"{action} was not what was denied: {error}") from error
        return
    raise AssertionError(f"{action or 'nothing'} was {'not ' if action else ''}denied")


def is_denial(error: Exception) -> bool:
    """Whether an error says that a permission is missing."""
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", ""))
    else:
        code = error.code if isinstance(error, AwsCallError) else ""
    return code.startswith(DENIED) or WORDS in str(error)
