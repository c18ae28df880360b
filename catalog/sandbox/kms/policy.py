"""Key policies: which policies KMS refuses to store, and which requests a stored policy denies or allows.

For callers other than launch roles only explicit Denies are enforced here: whether an Allow applies also depends on IAM
policies, which are asked before (`caller_policies.py`). Sources: KMS developer guide, "Key policies in AWS KMS" and
"Troubleshooting key access"; API reference, PutKeyPolicy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.sandbox.kms.conditions import Context, as_list, holds, wildcard
from catalog.sandbox.kms.policy_variables import filled, of_version

SIZE_LIMIT = 32_768
"""Maximum size of a key policy in bytes (KMS quotas)."""
CHARACTERS = re.compile(r"[\t\n\r\u0020-\u00ff]+")
"""The characters that PutKeyPolicy accepts (API reference)."""
ACCOUNT_ID = re.compile(r"\d{12}")
IAM_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(root|(?:role|user)/[\w+=,.@/-]+)")
STS_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:sts::(\d{12}):(?:assumed-role|federated-user)/[\w+=,.@/-]+")
MALFORMED = "MalformedPolicyDocumentException"
LOCKOUT = "The new key policy will not allow you to update the key policy in the future."


class PolicyRefused(Exception):  # noqa: N818 - describes the event; `code` is the name in the API
    """KMS refuses to store a policy; `code` is the error code of the API."""

    def __init__(self, message: str, code: str = MALFORMED) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Access:
    """A request for an action on a key."""

    action: str
    """For example kms:Encrypt."""
    principal: str
    """The ARN of the user, role or account root; for a session the ARN of its role."""
    account: str
    context: Context = field(default_factory=dict)


def parse(text: str, exists: Callable[[str], bool] = lambda arn: True) -> list[Mapping[str, Any]]:
    """The statements of a valid policy; raises `PolicyRefused` for a policy that KMS refuses to store.

    `exists` tells whether an IAM role or user exists: KMS refuses a policy that names a missing principal.
    """
    if len(text.encode()) > SIZE_LIMIT:
        raise PolicyRefused(f"The key policy is longer than {SIZE_LIMIT} bytes.", "LimitExceededException")
    if not CHARACTERS.fullmatch(text):
        raise PolicyRefused("The policy is empty or contains characters outside of printable Latin-1.")
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PolicyRefused("The policy is not in the valid JSON format.") from error
    statements = as_list(of_version(document).get("Statement", [])) if isinstance(document, dict) else []
    if not statements:
        raise PolicyRefused("The policy must contain at least one statement.")
    if document.get("Version", "2008-10-17") not in ("2008-10-17", "2012-10-17"):
        raise PolicyRefused("The policy must contain a valid version string.")
    for statement in statements:
        _check_statement(statement, exists)
    return statements


def _check_statement(statement: Any, exists: Callable[[str], bool]) -> None:
    if not isinstance(statement, dict):
        raise PolicyRefused("Policy statements must be JSON objects.")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise PolicyRefused(f"Invalid effect: {statement.get('Effect')}")
    condition = statement.get("Condition", {})
    if not isinstance(condition, dict) or not all(isinstance(keys, dict) for keys in condition.values()):
        raise PolicyRefused("Policy contains a statement with an invalid condition.")
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if not all(isinstance(member, str) for member in as_list(statement.get(element, []))):
            raise PolicyRefused(f"Policy contains a statement with an invalid {element.lower()}.")
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    if principal is None:
        raise PolicyRefused("Policy document should specify a principal.")
    if principal == "*":
        return
    members = [
        (kind, member)
        for kind, value in (principal.items() if isinstance(principal, dict) else ())
        for member in as_list(value)
    ]
    if not members or not all(_is_principal(kind, member, exists) for kind, member in members):
        raise PolicyRefused("Policy contains a statement with one or more invalid principals.")


def _is_principal(kind: str, name: Any, exists: Callable[[str], bool]) -> bool:
    if not isinstance(name, str) or not name:
        return False
    if kind != "AWS":
        return kind in ("Service", "Federated", "CanonicalUser")
    if name == "*" or ACCOUNT_ID.fullmatch(name) or STS_PRINCIPAL.fullmatch(name):
        return True
    match = IAM_PRINCIPAL.fullmatch(name)
    return match is not None and (match.group(2) == "root" or exists(name))


def denies(statements: Iterable[Mapping[str, Any]], access: Access, key_arn: str) -> bool:
    """Whether the key policy explicitly denies `access`; no Allow overrides a Deny."""
    return any(statement["Effect"] == "Deny" and _applies(statement, access, key_arn) for statement in statements)


def allows_by_name(statements: Iterable[Mapping[str, Any]], access: Access, key_arn: str) -> bool:
    """Whether the key policy allows `access` to the principal itself, so that no identity policy is needed.

    An Allow to the account does not count: it lets identity policies decide (developer guide, "Default key policy").
    """
    return any(item["Effect"] == "Allow" and _applies(item, access, key_arn, by_account=False) for item in statements)


def locks_out(statements: Iterable[Mapping[str, Any]], access: Access, key_arn: str) -> bool:
    """Whether the policy would deny `access`, the caller's PutKeyPolicy.

    An Allow to the account counts, because IAM policies can then grant the permission to the caller.
    """
    policy = list(statements)
    allowed = any(item["Effect"] == "Allow" and _applies(item, access, key_arn) for item in policy)
    return not allowed or denies(policy, access, key_arn)


def _applies(statement: Mapping[str, Any], access: Access, key_arn: str, *, by_account: bool = True) -> bool:
    known = filled(statement, access.context)
    return (
        known is not None
        and _names_principal(known, access, by_account=by_account)
        and names(known, "Action", access.action)
        and names(known, "Resource", key_arn)
        and holds(known.get("Condition", {}), access.context)
    )


def names(statement: Mapping[str, Any], element: str, value: str) -> bool:
    """Whether the element (Action or Resource) or its Not… form matches `value`; without both, nothing matches."""
    if f"Not{element}" in statement:
        patterns = as_list(statement[f"Not{element}"])
        return not any(wildcard(pattern, value, ignore_case=element == "Action") for pattern in patterns)
    patterns = as_list(statement.get(element, []))
    return any(wildcard(pattern, value, ignore_case=element == "Action") for pattern in patterns)


def _names_principal(statement: Mapping[str, Any], access: Access, *, by_account: bool) -> bool:
    if "NotPrincipal" in statement:
        return not _names_caller(statement["NotPrincipal"], access, by_account=True)
    return _names_caller(statement["Principal"], access, by_account=by_account)


def _names_caller(principal: Any, access: Access, *, by_account: bool) -> bool:
    """Whether a Principal element names the caller or, with `by_account`, the caller's account."""
    principals = ["*"] if principal == "*" else as_list(principal.get("AWS", []))
    return any(
        name in ("*", access.principal)
        or (by_account and _names_account(name, access.account))
        or (STS_PRINCIPAL.fullmatch(name) is not None and _is_session_of(name, access))
        for name in principals
    )


def _names_account(name: str, account: str) -> bool:
    return name == account or (name.endswith(":root") and name.split(":")[4] == account)


def _is_session_of(session_arn: str, access: Access) -> bool:
    """Whether the session has the caller's role; the session name is ignored, because callers are known by role."""
    account, role = session_arn.split(":")[4], session_arn.split("/")[1]
    return access.account == account and access.principal.rsplit("/", 1)[-1] == role
