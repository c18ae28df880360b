"""Secrets: who may read a value, by the policy of the secret and by its key. moto asks neither.

Only Denies count, as for keys and buckets: whether an Allow is needed also depends on IAM policies of the caller.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend
from moto.secretsmanager.responses import SecretsManagerResponse

from catalog.sandbox.kms.callers import caller_arn
from catalog.sandbox.kms.policy import Access, denies
from catalog.sandbox.services.use_of_keys import KeyRefusedError, use

ROTATE = SecretsManagerBackend.rotate_secret
GET_SECRET_VALUE = SecretsManagerResponse.get_secret_value
ACTION = "secretsmanager:GetSecretValue"


def install() -> None:
    """Replace moto's methods."""
    setattr(SecretsManagerBackend, "rotate_secret", rotate_secret)  # noqa: B010  # mypy allows no other form
    setattr(SecretsManagerResponse, "get_secret_value", get_secret_value)  # noqa: B010  # mypy allows no other form


def rotate_secret(backend: SecretsManagerBackend, secret_id: str, *given: Any, **more: Any) -> str:
    """RotateSecret, also with a ScheduleExpression instead of days, of which moto takes no notice."""
    answer = ROTATE(backend, secret_id, *given, **more)
    secret = backend.secrets[secret_id]
    if isinstance(secret, FakeSecret) and (more.get("rotation_rules") or {}).get("ScheduleExpression"):
        secret.rotation_enabled = True
    return answer


def get_secret_value(response: SecretsManagerResponse) -> str:
    """The value, if neither the policy of the secret nor that of its key denies it to the caller."""
    secret = response.backend.secrets.get(response._get_param("SecretId"))
    if isinstance(secret, FakeSecret):
        account = response.current_account
        caller = caller_arn(account, response.partition, response.access_key)
        context = {"aws:principalarn": caller, "aws:principalisawsservice": "false"}
        statements = json.loads(secret.policy)["Statement"] if secret.policy else []
        if denies(statements, Access(ACTION, caller, account, context), secret.arn):
            raise JsonRESTError(
                "AccessDeniedException",
                f"User: {caller} is not authorized to perform: {ACTION} on resource: {secret.arn} with an explicit "
                "deny in a resource-based policy",
            )
        try:
            use(account, secret.kms_key_id or "", "kms:Decrypt", caller, "secretsmanager")
        except KeyRefusedError as refused:
            words = f"Access to KMS is not allowed: {refused.message}"
            raise JsonRESTError("AccessDeniedException", words) from refused
    return str(GET_SECRET_VALUE(response))
