"""What a principal's policies would allow, by IAM's own simulator (SimulatePrincipalPolicy). It makes no call of those.

The simulator knows identity policies, permissions boundaries and, in an organization, service control policies. It
does not know resource policies, and not the session policies of a role's session (IAM API reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.aws.answers import untyped
from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession

ACTIONS_AT_ONCE = 40
"""Actions of one request; each is simulated with each resource."""


@dataclass(frozen=True, slots=True)
class SimulatedStatement:
    """Actions on resources, with the values of condition keys that the requests have."""

    actions: Sequence[str]
    resources: Sequence[str]
    context: Mapping[str, str]


def denied_actions(session: AwsSession, principal: str, statements: Iterable[SimulatedStatement]) -> Iterator[str]:
    """The actions, with their resource, that the policies of a user or role do not allow: `s3:GetObject on arn:…`."""
    for statement in statements:
        for start in range(0, len(statement.actions), ACTIONS_AT_ONCE):
            actions = list(statement.actions[start : start + ACTIONS_AT_ONCE])
            for result in simulate(session, principal, actions, statement):
                if result["EvalDecision"] != "allowed":
                    yield f"{result['EvalActionName']} on {result['EvalResourceName']}"


def simulate(
    session: AwsSession, principal: str, actions: Sequence[str], statement: SimulatedStatement
) -> list[dict[str, Any]]:
    """EvaluationResults of all pages."""
    entries: list[Any] = [
        {"ContextKeyName": key, "ContextKeyType": "string", "ContextKeyValues": [value]}
        for key, value in statement.context.items()
    ]
    results: list[dict[str, Any]] = []
    with aws_call("SimulatePrincipalPolicy"):
        for page in session.iam.get_paginator("simulate_principal_policy").paginate(
            PolicySourceArn=principal,
            ActionNames=actions,
            ResourceArns=list(statement.resources),
            ContextEntries=entries,
        ):
            results += [untyped(result) for result in page["EvaluationResults"]]
    return results
