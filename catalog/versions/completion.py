"""Add an empty policy where only the other version has one, so that both versions can be evaluated.

A bucket without a policy is not closed: the IAM policies of its account decide. An added policy may therefore take
access, and a removed policy may give it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.cfn.canonical import Canonical
from catalog.cfn.names import names_in
from catalog.iam import POLICY_KINDS, PolicyKind
from catalog.versions.properties import properties
from catalog.versions.resources import Placed, placed
from catalog.versions.sections import entries

EMPTY = {"Version": "2012-10-17", "Statement": []}
WITH_DEFAULT = ("AWS::KMS::Key",)
"""Types whose policy has a default other than the empty policy; the access matrix evaluates that default."""


def completed(template: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """`template` with an empty policy for each of its resources for which only `other` has a policy."""
    mine, theirs = placed(template), placed(other)
    added: dict[str, Any] = {}
    for name, resource in theirs.items():
        kind = POLICY_KINDS.get(resource.kind)
        if kind is None or kind.property_name not in properties(resource.body) or resource.nesting:
            continue
        if name not in mine and kind.attached and not elsewhere(resource, kind, template, other):
            added[name] = attached(resource, kind, template)
        elif name in mine and lacks_policy(mine[name], resource, kind):
            body = mine[name].body
            added[name] = {**body, "Properties": {**properties(body), kind.property_name: EMPTY}}
    if not any(added.values()):
        return template
    own = template.get("Resources")
    resources = {**(own if isinstance(own, Mapping) else {}), **{name: body for name, body in added.items() if body}}
    return {**template, "Resources": resources}


def lacks_policy(own: Placed, resource: Placed, kind: PolicyKind) -> bool:
    """Whether `own`, the other version of `resource`, has neither a policy nor a default policy from AWS."""
    same = own.kind == resource.kind and not own.nesting
    return same and kind.property_name not in properties(own.body) and own.kind not in WITH_DEFAULT


def elsewhere(resource: Placed, kind: PolicyKind, template: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a policy was only moved: another policy resource of its type is attached to the same resource."""
    to = Canonical(other).value(properties(resource.body).get(kind.attached))
    canonical = Canonical(template)
    return any(
        own.kind == resource.kind and canonical.value(properties(own.body).get(kind.attached)) == to
        for own in placed(template).values()
    )


def attached(resource: Placed, kind: PolicyKind, template: Mapping[str, Any]) -> dict[str, Any] | None:
    """An empty policy resource in place of `resource`; None if `template` lacks the resource that it is attached to."""
    to = properties(resource.body).get(kind.attached)
    declared = {*placed(template), *entries(template, "Parameters")}
    if any(name not in declared and not name.startswith("AWS::") for name in names_in(to)):
        return None
    body: dict[str, Any] = {"Type": resource.kind, "Properties": {kind.attached: to, kind.property_name: EMPTY}}
    condition = resource.body.get("Condition")
    if condition in entries(template, "Conditions"):
        body["Condition"] = condition
    return body
