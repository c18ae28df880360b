"""The permissions that the launch role needs for a handler: of what is only modelled, and to pass roles."""

from __future__ import annotations

from typing import Any

from catalog.cfn.role_receivers import passed_to
from catalog.sandbox.cloudformation.handlers.base import Properties, StackContext
from catalog.sandbox.registry import permissions
from catalog.sandbox.registry.api_types import ApiResource, ApiType
from catalog.sandbox.registry.making import Making
from catalog.sandbox.registry.naming import service_of


def require_passing(
    row: ApiType | None, context: StackContext, handler: str, subject: ApiResource, old: Properties
) -> None:
    """Require iam:PassRole for the roles that the properties name and did not name before; a row knows its own."""
    schema = subject.schema
    unknown = row is not None and handler == "create" and not schema.permissions(handler)
    passing = permissions.passes_roles(schema, handler) or unknown
    receivers = (row.passed_to,) if row and row.passed_to else passed_to(schema.name)
    before = set(permissions.roles_in(old))
    roles = permissions.roles_in(subject.properties) if passing else ()
    named = [(role, receivers) for role in roles if role not in before]
    if row:
        subject.ask = Making(row, subject, context.require).ask
        others = (row.passes_to,) if row.passes_to else receivers
        for each in row.passes(subject):
            named.append((each, others) if isinstance(each, str) else (each[0], (each[1],)))
    for role, services in dict.fromkeys(named):
        permissions.check_passing(context.require, role, services)


def require_listed(context: StackContext, handler: str, subject: ApiResource, properties: Properties) -> None:
    """Require the actions that the schema lists for a handler, as far as the properties can cause them."""
    schema = subject.schema
    arn = str(subject.values.get("Arn") or "") or permissions.own_arn(schema, subject.place, in_cluster(subject) or "*")
    through = f"{service_of(schema.name)}.{context.region}.amazonaws.com"
    mentioned = list(permissions.texts_in({**subject.properties, **subject.values}))
    mentioned += permissions.objects_in(subject.properties, context.partition)
    keys: dict[str, Any] = {f"aws:requesttag/{key.lower()}": value for key, value in subject.tags.items()}
    keys |= {"aws:tagkeys": tuple(subject.tags)} if subject.tags else {}
    for action in permissions.listed(schema, handler, properties, tagged=bool(subject.tags)):
        alternatives = permissions.arns_for(action, arn, subject.place, mentioned)
        via = {"kms:viaservice": through} if action.startswith("kms:") else {}
        permissions.check(context.require, action, alternatives, {**keys, **via})


def in_cluster(subject: ApiResource) -> str:
    """The name of a resource, after that of the cluster for a service of ECS, as ARNs have it."""
    if subject.schema.name != "AWS::ECS::Service":
        return subject.name
    return f"{subject.text('Cluster', 'default').rpartition('/')[2]}/{subject.name}"
