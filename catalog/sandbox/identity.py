"""Evaluate the identity policies of a launch role for each call that is made with its session.

Source: IAM user guide, "Policy evaluation logic" (an explicit Deny wins; otherwise an Allow is needed, also in the
permissions boundary) and "Access denied error messages". CloudFormation forwards the caller's session, so its calls
carry aws:CalledVia and aws:ViaAWSService (CloudFormation user guide, "FAS requests and permission evaluation").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.iam.models import IAMBackend, ManagedPolicy, Role, iam_backends

from catalog.sandbox import resource_policies
from catalog.sandbox.kms.conditions import Context, as_list, holds
from catalog.sandbox.kms.policy import Access, names
from catalog.sandbox.kms.policy_variables import filled, of_version
from catalog.sandbox.settings import settings

SESSION = "servicecatalog"
"""Name of the session in which Service Catalog acts as a launch role [assumed]."""
CLOUDFORMATION = "cloudformation.amazonaws.com"
FORWARDED: Context = {
    "aws:calledvia": (CLOUDFORMATION,),
    "aws:calledviafirst": CLOUDFORMATION,
    "aws:calledvialast": CLOUDFORMATION,
    "aws:viaawsservice": "true",
}
"""Condition keys of a call that CloudFormation makes with the role."""

Statements = list[Mapping[str, Any]]
_asked: ContextVar[set[str] | None] = ContextVar("the IAM actions that launch roles were asked for", default=None)


@contextmanager
def asked_actions() -> Iterator[set[str]]:
    """The IAM actions that launch roles are asked for meanwhile, by this thread."""
    actions: set[str] = set()
    before = _asked.set(actions)
    try:
        yield actions
    finally:
        _asked.reset(before)


def require(role_arn: str, action: str, resource: str, context: Context) -> None:
    """Raise AccessDeniedException with IAM's message unless the role may perform `action` on `resource`."""
    reason = refusal(role_arn, action, resource, context)
    if reason:
        raise JsonRESTError("AccessDeniedException", reason)


def refusal(role_arn: str, action: str, resource: str, context: Context) -> str:
    """The reason why the role may not perform `action` on `resource`; empty if it may."""
    if (actions := _asked.get()) is not None:
        actions.add(action)
    _, partition, _, _, account, _ = role_arn.split(":", 5)
    role = role_of(role_arn)
    policies = policies_of(role) if role else []
    boundary = boundary_of(iam_backends[account][partition], role) if role else None
    attempt = (action, resource, {**(principal_keys(role, SESSION) if role else {}), **context})
    denied = f"User: {session_arn(role_arn)} is not authorized to perform: {action} on resource: {resource}"
    if _has(policies, "Deny", *attempt):
        return f"{denied} with an explicit deny in an identity-based policy"
    if boundary is not None and _has(boundary, "Deny", *attempt):
        return f"{denied} with an explicit deny in a permissions boundary"
    if resource_policies.denied(Access(action, role_arn, account, attempt[2]), resource):
        return f"{denied} {resource_policies.EXPLICIT}"
    if not _has(policies, "Allow", *attempt):
        return f"{denied} because no identity-based policy allows the {action} action"
    if boundary is not None and not _has(boundary, "Allow", *attempt):
        return f"{denied} because no permissions boundary allows the {action} action"
    return ""


def acting_role(arn: str) -> str:
    """The role whose policies must allow what CloudFormation does as it; empty if nobody asks them (ENFORCE_IAM)."""
    if settings.enforce_iam == "0" or not settings.enforce_launch_role or ":role/" not in arn:
        return ""
    role = role_of(arn)
    return arn if role is not None and (settings.enforce_iam or has_policy(role)) else ""


def role_of(arn: str) -> Role | None:
    """The role with this ARN; None if it does not exist."""
    _, partition, _, _, account, _ = arn.split(":", 5)
    if partition not in iam_backends[account]:
        return None
    return next((role for role in iam_backends[account][partition].roles.values() if role.arn == arn), None)


def has_policy(role: Role) -> bool:
    """Whether a role has an inline or a managed policy."""
    return bool(role.policies or role.managed_policies)


def session_arn(role_arn: str) -> str:
    """The ARN of Service Catalog's session of a role; it contains the role's name without its path."""
    _, partition, _, _, account, resource = role_arn.split(":", 5)
    return f"arn:{partition}:sts::{account}:assumed-role/{resource.rpartition('/')[2]}/{SESSION}"


def _has(statements: Statements, effect: str, action: str, resource: str, context: Context) -> bool:
    return any(
        statement.get("Effect") == effect
        and names(statement, "Action", action)
        and (known := filled(statement, context)) is not None
        and names(known, "Resource", resource)
        and holds(known.get("Condition", {}), context)
        for statement in statements
    )


def principal_keys(role: Role, session: str) -> dict[str, str]:
    """The condition keys about the principal in a session of a role (IAM user guide, "Global condition keys")."""
    tags: Any = role.tags or {}
    return {
        "aws:principalarn": str(role.arn),
        "aws:principalaccount": str(role.arn).split(":")[4],
        "aws:principaltype": "AssumedRole",
        "aws:userid": f"{role.id}:{session}",
        **{
            f"aws:principaltag/{str(tag['Key']).lower()}": str(tag["Value"])
            for tag in (tags.values() if isinstance(tags, dict) else tags)
        },
    }


def policies_of(role: Role) -> Statements:
    """The statements of the role's policies."""
    documents = [*role.policies.values(), *(document_of(policy) for policy in role.managed_policies.values())]
    return statements_of(documents)


def boundary_of(backend: IAMBackend, role: Role) -> Statements | None:
    """The statements of the role's permissions boundary: None without a boundary, empty if its policy was deleted."""
    arn = role.permissions_boundary_arn
    if not arn:
        return None
    policy = backend.managed_policies.get(arn)
    return statements_of([document_of(policy)] if policy else [])


def document_of(policy: ManagedPolicy) -> str:
    """The default version of a managed policy."""
    return next((str(version.document) for version in policy.versions if version.is_default), "")


def statements_of(documents: Iterable[str]) -> Statements:
    """The statements of all documents. moto also stores invalid documents, which IAM refuses: they have no effect."""
    statements: Statements = []
    for text in documents:
        try:
            document = json.loads(text)
        except ValueError:
            continue
        if isinstance(document, dict):
            given = as_list(of_version(document).get("Statement", []))
            statements += [statement for statement in given if isinstance(statement, dict)]
    return statements
