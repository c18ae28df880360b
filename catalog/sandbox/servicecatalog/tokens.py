"""Idempotency tokens: a repeated request gets the same answer; a different request with the same token gets an error.

A token is valid for its caller, operation, account and Region. AWS does not document the error for a token that was
used with a different request; the sandbox returns InvalidParametersException.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from botocore.model import OperationModel

from catalog.sandbox.servicecatalog.call import Call, OperationHandler
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException


def answer(call: Call, handler: OperationHandler) -> dict[str, Any]:
    """The stored answer of a repeated request, else the answer of the handler. Errors are not stored."""
    token = call.text(token_member(call.operation))
    if not token:
        return handler(call)
    key = (call.caller.arn, call.operation.name, token)
    digest = _digest(call)
    if key in call.state.tokens:
        stored_digest, response = call.state.tokens[key]
        if stored_digest != digest:
            raise InvalidParametersException(
                f"The idempotency token {token} was already used with a different {call.operation.name} request."
            )
        return response
    response = handler(call)
    call.state.tokens[key] = (digest, response)
    return response


def token_member(operation: OperationModel) -> str:
    """The member with the idempotency token (ProvisionToken, IdempotencyToken …); empty without one."""
    return operation.idempotent_members[0] if operation.idempotent_members else ""


def _digest(call: Call) -> str:
    request = {name: value for name, value in call.request.items() if name != token_member(call.operation)}
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
