"""The policies of resources, by the ARN of the resource: what they allow to a caller by name, and what they deny.

Sources: IAM user guide, "Policy evaluation logic" and "Policies that deny"; developer guides of SQS ("Basic examples of
SQS policies"), SNS, Lambda (its policies only allow) and Secrets Manager ("Resource-based policies").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from catalog.sandbox.kms.conditions import as_list
from catalog.sandbox.kms.policy import Access, denies


def _of_key(arn: str) -> Iterable[str]:
    from moto.kms.models import kms_backends

    backend = _backend(kms_backends, arn)
    key = backend.keys.get(arn.rpartition("/")[2]) if backend else None
    return [key.policy] if key else []


def _of_bucket(arn: str) -> Iterable[str]:
    from moto.s3.models import s3_backends

    partition, name = arn.split(":")[1], arn.rpartition(":::")[2].partition("/")[0]
    for account in list(s3_backends.values()):
        bucket = account[partition].buckets.get(name) if partition in account else None
        if bucket is not None and bucket.policy:
            policy = bucket.policy
            return [policy.decode() if isinstance(policy, bytes) else str(policy)]
    return []


def _of_queue(arn: str) -> Iterable[str]:
    from moto.sqs.models import sqs_backends

    backend = _backend(sqs_backends, arn)
    queue = backend.queues.get(arn.rpartition(":")[2]) if backend else None
    return [str(queue.policy)] if queue is not None and queue.policy else []


def _of_topic(arn: str) -> Iterable[str]:
    from moto.sns.models import sns_backends

    backend = _backend(sns_backends, arn)
    topic = backend.topics.get(arn) if backend else None
    return [str(topic.policy)] if topic is not None and topic.policy else []


def _backend(backends: Any, arn: str) -> Any:
    """What a service has in the account and Region of an ARN; None if it has nothing there."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return backends[account].get(region)


def _of_function(arn: str) -> Iterable[str]:
    from moto.awslambda.exceptions import UnknownFunctionException
    from moto.awslambda.utils import get_backend

    _, _, _, region, account, _, *names = [*arn.split(":"), ""][:7]
    try:
        function = get_backend(account, region).get_function(names[0])
    except (KeyError, UnknownFunctionException):
        return []
    named = [{**each, "Principal": _principal(each.get("Principal"))} for each in function.policy.statements]
    return [json.dumps({"Statement": named}, default=str)]


def _principal(given: Any) -> Any:
    """The Principal of a permission; moto keeps the ARN of a role or user as it is."""
    return {"AWS": given} if isinstance(given, str) and given != "*" else given


def _of_secret(arn: str) -> Iterable[str]:
    from moto.secretsmanager.models import secretsmanager_backends

    backend = _backend(secretsmanager_backends, arn)
    secret = backend.secrets.get(arn) if backend else None
    policy = getattr(secret, "policy", None)
    return [str(policy)] if policy else []


RESOURCE_POLICIES: Mapping[str, Callable[[str], Iterable[str]]] = {
    "kms": _of_key,
    "lambda": _of_function,
    "s3": _of_bucket,
    "secretsmanager": _of_secret,
    "sns": _of_topic,
    "sqs": _of_queue,
}
"""Prefix of IAM actions → the policies of a resource by its ARN."""
DENYING = ("secretsmanager", "sns", "sqs")
"""Prefixes whose policies are asked for Denies before the service answers; KMS and S3 ask their own."""
EXPLICIT = "with an explicit deny in a resource-based policy"


def denied(access: Access, arn: str) -> bool:
    """Whether the policy of a resource denies it to a role; a condition with a key that is not known denies nothing."""
    find = RESOURCE_POLICIES.get(access.action.partition(":")[0])
    if find is None or access.action.startswith("kms:") or arn.count(":") < 5 or "*" in arn:
        return False
    return any(
        ("Principal" in statement or "NotPrincipal" in statement)
        and _keys(statement) <= access.context.keys()
        and denies([statement], access, arn)
        for statement in _statements(find(arn))
    )


def _statements(documents: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for text in documents:
        try:
            document = json.loads(text)
        except ValueError:
            continue
        for statement in as_list(document.get("Statement", [])) if isinstance(document, dict) else ():
            if isinstance(statement, dict) and statement.get("Effect") == "Deny":
                yield statement


def _keys(statement: Mapping[str, Any]) -> set[str]:
    """The condition keys of a statement, in lower case."""
    return {key.lower() for keys in (statement.get("Condition") or {}).values() for key in keys}
