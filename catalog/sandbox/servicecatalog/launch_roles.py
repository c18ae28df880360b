"""Launch roles: the role of a LAUNCH constraint, and whether Service Catalog can assume it.

Source: Service Catalog Administrator Guide, "Service Catalog Launch Constraints": the role must exist in the launching
account and its trust policy must let servicecatalog.amazonaws.com assume it.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import iam_backends

from catalog.sandbox.identity import role_of

SERVICE = "servicecatalog.amazonaws.com"


def launch_role_arn(parameters: dict[str, Any], account: str, partition: str) -> str:
    """The ARN of the role; LocalRoleName means the role with that name in the account that launches."""
    if "RoleArn" in parameters:
        return str(parameters["RoleArn"])
    name = str(parameters["LocalRoleName"])
    roles = iam_backends[account][partition].get_roles()
    return next((role.arn for role in roles if role.name == name), f"arn:{partition}:iam::{account}:role/{name}")


def can_assume(arn: str) -> bool:
    """Whether the role exists and its trust policy allows Service Catalog to assume it."""
    role = role_of(arn)
    return role is not None and any(
        _trusts_service(statement) for statement in _statements(role.assume_role_policy_document)
    )


def _statements(document: str) -> list[dict[str, Any]]:
    statements = json.loads(document or "{}").get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _trusts_service(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    actions = statement.get("Action", [])
    return (
        statement.get("Effect") == "Allow"
        and SERVICE in ([services] if isinstance(services, str) else services)
        and bool({"sts:AssumeRole", "sts:*", "*"} & set([actions] if isinstance(actions, str) else actions))
    )
