"""Policies of resources other than keys. Actions are text; cfn-lint knows those that exist (W3037)."""

from __future__ import annotations

from typing import Any

from troposphere import Join, Ref, Split

Conditions = dict[str, dict[str, Any]]
EVERYBODY = {"AWS": "*"}
NOT_A_SERVICE: Conditions = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
"""AWS services that act for themselves, such as log delivery, are no role and in no organization."""


def document(*statements: Any) -> dict[str, Any]:
    """A policy with these statements, or functions that return one."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(sid: str, principal: Any, actions: list[str], resources: Any, conditions: Conditions | None = None) -> Any:
    """A statement that allows."""
    return statement("Allow", sid, principal, actions, resources, conditions)


def deny(sid: str, actions: list[str], resources: Any, conditions: Conditions | None = None) -> Any:
    """A statement that denies everybody who meets all of the conditions, or everybody."""
    return statement("Deny", sid, EVERYBODY, actions, resources, conditions)


def statement(
    effect: str, sid: str, principal: Any, actions: list[str], resources: Any, conditions: Conditions | None
) -> dict[str, Any]:
    """A statement of a resource's policy."""
    body = {"Sid": sid, "Effect": effect, "Principal": principal, "Action": actions, "Resource": resources}
    return body | ({"Condition": conditions} if conditions else {})


def the(parameter: str) -> dict[str, Any]:
    """The roles of a list parameter, as principal."""
    return {"AWS": Ref(parameter)}


def members(*parameters: str) -> Any:
    """The members of one or more list parameters, as one list."""
    if len(parameters) == 1:
        return Ref(parameters[0])
    return Split(",", Join(",", [Join(",", Ref(name)) for name in parameters]))


def except_for(*parameters: str) -> Conditions:
    """The request is from another role than those of the list parameters, and not from an AWS service."""
    return {"ArnNotEquals": {"aws:PrincipalArn": members(*parameters)}, **NOT_A_SERVICE}


def only_over_tls(actions: list[str], resources: Any) -> Any:
    """Deny requests without TLS."""
    return deny("OnlyOverTls", actions, resources, {"Bool": {"aws:SecureTransport": "false"}})
