"""Idempotency tokens: the same request gets the same answer, another request with the same token an error.

A token counts within its caller, operation, account and Region. What AWS answers to a token that comes back with
another request is not documented; the sandbox answers InvalidParametersException.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from botocore.model import OperationModel

from catalog.sandbox.servicecatalog.call import Call, OperationHandler
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException


def answer(call: Call, handler: OperationHandler) -> dict[str, Any]:
    """The earlier answer when the request is a repetition, else the handler's. Errors are not kept."""
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
    """The name of the request's idempotency token (ProvisionToken, IdempotencyToken …); empty when it has none."""
    return operation.idempotent_members[0] if operation.idempotent_members else ""


def _digest(call: Call) -> str:
    request = {name: value for name, value in call.request.items() if name != token_member(call.operation)}
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
