"""The policies about a caller: whether they allow a request, before a service answers it.

The policies are asked of a role that has one; `CATALOG_SANDBOX_ENFORCE_IAM=1` asks those of each role and user, `0`
nobody's. The owner of the sandbox's own access key may do everything. What a request does not tell refuses nothing: a
resource that it does not name, and a condition key that only the service knows. The Denies in the policies of queues,
topics and secrets count for everybody, those of keys and buckets where KMS and S3 answer.

Sources: IAM user guide, "Policy evaluation logic" (in one account a resource policy that names the caller is enough),
"Access denied error messages"; common errors of the services.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.iam.models import IAMBackend, User, get_account_id_from, iam_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from catalog.sandbox.faults import ErrorFault
from catalog.sandbox.identity import (
    Statements,
    boundary_of,
    document_of,
    has_policy,
    policies_of,
    principal_keys,
    role_of,
    statements_of,
)
from catalog.sandbox.kms.callers import caller_arn
from catalog.sandbox.kms.conditions import Context, holds
from catalog.sandbox.kms.policy import Access, allows_by_name, denies, names
from catalog.sandbox.kms.policy_variables import filled
from catalog.sandbox.requests_of_callers import AskedPermission, asked
from catalog.sandbox.resource_policies import DENYING, EXPLICIT, RESOURCE_POLICIES
from catalog.sandbox.settings import settings
from catalog.sandbox.wire import RequestedOperation

UNKNOWN_KEYS = (
    *("aws:resource", "aws:source", "aws:useragent", "aws:referer", "aws:called", "aws:via", "aws:fedauth"),
    "aws:principalorg",
)
"""Global condition keys that begin so are not known of a request, if they are not in its context."""
NOT_ASKED = ("sts",)
"""Prefixes of actions that policies do not decide alone: a trust policy may name the caller of AssumeRole."""


@dataclass(frozen=True, slots=True)
class PolicedCaller:
    """A role or user whose policies are asked."""

    arn: str
    """The ARN that policies name: of a session, that of its role."""
    shown: str
    """The ARN in messages."""
    account: str
    policies: Statements
    boundary: Statements | None
    keys: Context


def refusal(request: RequestedOperation, environ: dict[str, Any], *, issued: bool = True) -> ErrorFault | None:
    """The error for a request that policies do not allow its caller; None if they do, or are not asked.

    Those of the caller are asked of who has an `issued` key, those of some resources of everybody.
    """
    caller = policed(request.access_key, request.region) if issued and settings.enforce_iam != "0" else None
    if caller is None and request.service not in DENYING:
        return None
    permission = asked(request, environ, get_account_id_from(request.access_key))
    if permission is None or permission.action.partition(":")[0] in NOT_ASKED:
        return None
    if reason := denied_by_resource(caller or _anybody(request), permission):
        return _denied(request, caller or _anybody(request), permission, reason)
    for each in (permission, *passing(permission)) if caller else ():
        if caller and (reason := reason_against(caller, each)):
            return _denied(request, caller, each, reason)
    return None


def denied_by_resource(caller: PolicedCaller, permission: AskedPermission) -> str:
    """The reason if the policy of a resource that a request names denies it; an Allow does not count against that."""
    prefix = permission.action.partition(":")[0]
    context = {**caller.keys, **permission.context}
    access = Access(permission.action, caller.arn, caller.account, context)
    for arn in permission.resources or () if prefix in DENYING else ():
        for statement in statements_of(RESOURCE_POLICIES[prefix](arn)) if arn != "*" else ():
            named = "Principal" in statement or "NotPrincipal" in statement
            if named and _decidable_part(statement, context)[1] and denies([statement], access, arn):
                return EXPLICIT
    return ""


def _anybody(request: RequestedOperation) -> PolicedCaller:
    """A caller whose own policies are not asked."""
    account, partition = get_account_id_from(request.access_key), get_partition(request.region or "us-east-1")
    arn = caller_arn(account, partition, request.access_key)
    kind = "AssumedRole" if ":role/" in arn else "User"
    keys = {"aws:principalarn": arn, "aws:principalaccount": account, "aws:principaltype": kind}
    return PolicedCaller(arn, arn, account, [], None, keys)


def passing(permission: AskedPermission) -> Iterator[AskedPermission]:
    """The permissions to pass the roles of a request (IAM user guide, "Grant permissions to pass a role")."""
    for arn, service in permission.passed:
        yield AskedPermission("iam:PassRole", (arn,), {**permission.context, "iam:passedtoservice": service})


def _denied(request: RequestedOperation, caller: PolicedCaller, permission: AskedPermission, reason: str) -> ErrorFault:
    resource = (permission.resources or ("*",))[0]
    message = f"User: {caller.shown} is not authorized to perform: {permission.action} on resource: {resource} {reason}"
    if request.service == "ec2":
        return ErrorFault(
            code="UnauthorizedOperation", message=f"You are not authorized to perform this operation. {message}"
        )
    return ErrorFault(code="AccessDeniedException" if request.json else "AccessDenied", message=message)


def policed(access_key: str, region: str) -> PolicedCaller | None:
    """The caller with a key, if its policies are asked."""
    account, partition = get_account_id_from(access_key), get_partition(region or "us-east-1")
    backend = iam_backends[account][partition]
    session = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
    if session is not None:
        role = role_of(str(session.role_arn))
        if role is None or not (settings.enforce_iam or has_policy(role)):
            return None
        keys = principal_keys(role, str(session.arn).rpartition("/")[2])
        boundary = boundary_of(backend, role)
        return PolicedCaller(str(role.arn), str(session.arn), account, policies_of(role), boundary, keys)
    user = backend.get_user_from_access_key_id(access_key) if settings.enforce_iam else None
    if user is None:
        return None
    keys = {
        "aws:principalarn": str(user.arn),
        "aws:principalaccount": account,
        "aws:principaltype": "User",
        "aws:username": str(user.name),
        "aws:userid": str(user.id),
    }
    return PolicedCaller(str(user.arn), str(user.arn), account, _policies_of_user(backend, user), None, keys)


def _policies_of_user(backend: IAMBackend, user: User) -> Statements:
    """Those of a user and of its groups."""
    documents: list[str] = []
    groups: Any = backend.get_groups_for_user(user.name)
    for holder in (user, *groups):
        documents += [str(document) for document in holder.policies.values()]
        documents += [document_of(policy) for policy in holder.managed_policies.values()]
    return statements_of(documents)


def reason_against(caller: PolicedCaller, permission: AskedPermission) -> str:
    """Why the policies of a caller refuse a permission, in the words of IAM; empty if they allow it."""
    context = {**caller.keys, **permission.context}
    every = [(caller.policies, "identity-based policy")]
    if caller.boundary is not None:
        every.append((caller.boundary, "permissions boundary"))
    for statements, kind in every:
        if any(_denies(each, permission, context) for each in statements):
            return f"with an explicit deny in {'an' if kind[0] == 'i' else 'a'} {kind}"
    for statements, kind in every:
        if not any(_allows(each, permission, context) for each in statements):
            if kind[0] == "i" and _named_by_resource(caller, permission, context):
                continue
            return f"because no {kind} allows the {permission.action} action"
    return ""


def _allows(statement: Mapping[str, Any], permission: AskedPermission, context: Context) -> bool:
    if statement.get("Effect") != "Allow" or not names(statement, "Action", permission.action):
        return False
    known = filled(statement, context, lambda key: not _is_known(key, context))
    if known is None:
        return False
    arns = permission.resources
    if arns is not None and not any(names(known, "Resource", arn) for arn in arns):
        return False
    decidable, _ = _decidable_part(known, context)
    return holds(decidable, context)


def _denies(statement: Mapping[str, Any], permission: AskedPermission, context: Context) -> bool:
    if statement.get("Effect") != "Deny" or not names(statement, "Action", permission.action):
        return False
    known = filled(statement, context)
    if known is None or (permission.resources is None and "NotResource" in known):
        return False
    if not any(names(known, "Resource", arn) for arn in permission.resources or ("*",)):
        return False
    decidable, every = _decidable_part(known, context)
    return every and holds(decidable, context)


def _decidable_part(statement: Mapping[str, Any], context: Context) -> tuple[dict[str, Any], bool]:
    """The part of a Condition whose keys are known, and whether that is all of it."""
    condition = statement.get("Condition") or {}
    decidable = {
        operator: {key: value for key, value in keys.items() if _is_known(key.lower(), context)}
        for operator, keys in condition.items()
    }
    return decidable, all(len(decidable[operator]) == len(keys) for operator, keys in condition.items())


def _is_known(key: str, context: Context) -> bool:
    return key in context or (key.startswith("aws:") and not key.startswith(UNKNOWN_KEYS))


def _named_by_resource(caller: PolicedCaller, permission: AskedPermission, context: Context) -> bool:
    """Whether the policy of a resource that the request names allows it to the caller by name."""
    find = RESOURCE_POLICIES.get(permission.action.partition(":")[0])
    access = Access(permission.action, caller.arn, caller.account, context)
    return find is not None and any(
        allows_by_name(statements_of(find(arn)), access, arn) for arn in permission.resources or () if arn != "*"
    )
