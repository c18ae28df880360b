"""Trust policies of roles: whether a service or another role may assume a role."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.sandbox.identity import role_of
from catalog.sandbox.kms.conditions import Context, as_list, holds
from catalog.sandbox.kms.policy import names
from catalog.sandbox.kms.policy_variables import filled, of_version

ASSUME = "sts:AssumeRole"


def trusts_role(role_arn: str, other: str) -> bool:
    """Whether a role exists and trusts another one, or the account of that."""
    _, partition, _, _, account, _ = other.split(":", 5)
    trusted = {"*", other, account, f"arn:{partition}:iam::{account}:root"}
    return trusts(role_arn, "AWS", trusted, {"aws:principalarn": other, "aws:principalaccount": account})


def trusts(role_arn: str, kind: str, principals: set[str], context: Context) -> bool:
    """Whether the role exists and its trust policy allows one of `principals` to assume it."""
    role = role_of(role_arn)
    statements = (
        as_list(of_version(json.loads(role.assume_role_policy_document or "{}")).get("Statement", [])) if role else []
    )
    matching = [statement for statement in statements if _is_about(statement, kind, principals, context)]
    return any(statement.get("Effect") == "Allow" for statement in matching) and not any(
        statement.get("Effect") == "Deny" for statement in matching
    )


def _is_about(statement: Mapping[str, Any], kind: str, principals: set[str], context: Context) -> bool:
    known = filled(statement, context)
    principal = statement.get("Principal", {})
    named = as_list(principal.get(kind, [])) if isinstance(principal, dict) else ["*"]
    return (
        known is not None
        and bool(principals & set(named))
        and names(known, "Action", ASSUME)
        and holds(known.get("Condition", {}), context)
    )
