"""AWS::IAM::Role: moto's own model stores inline policies unreadably and drops other properties."""

from __future__ import annotations

from typing import Any, ClassVar

from moto.cloudformation.parsing import generate_resource_name
from moto.iam.models import IAMBackend, Role, iam_backends

from catalog.sandbox.cloudformation.handlers.base import (
    LiveResource,
    Properties,
    ResourceHandler,
    StackContext,
    document_text,
    tags_of,
    undo_on_failure,
)

NAME_LIMIT = 64


def _backend(context: StackContext) -> IAMBackend:
    return iam_backends[context.account][context.partition]


class RoleHandler(ResourceHandler):
    """A role with its trust policy, inline and managed policies, boundary and tags."""

    type_name: ClassVar[str] = "AWS::IAM::Role"
    service = "Iam"
    attributes = frozenset({"Arn", "RoleId"})
    properties = frozenset(
        {
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
            "Policies",
            "RoleName",
            "Tags",
        }
    )
    required = frozenset({"AssumeRolePolicyDocument"})
    create_only = frozenset({"RoleName", "Path"})

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """CreateRole and its policies."""
        given = properties.get("RoleName")
        name = str(
            given or generate_resource_name(self.type_name, context.stack_name, context.logical_id)[-NAME_LIMIT:]
        )
        backend = _backend(context)
        role = backend.create_role(
            role_name=name,
            assume_role_policy_document=document_text(properties["AssumeRolePolicyDocument"]),
            path=str(properties.get("Path", "/")),
            permissions_boundary=properties.get("PermissionsBoundary"),
            description=str(properties.get("Description", "")),
            tags=[],
            max_session_duration=properties.get("MaxSessionDuration", 3600),
        )
        with undo_on_failure(lambda: backend.roles.pop(role.id)):
            self._configure(context, role, properties)
        return LiveResource(name)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Update everything except name and path, which require a replacement."""
        backend = _backend(context)
        role = backend.get_role(live.physical_id)
        backend.update_assume_role_policy(role.name, document_text(new["AssumeRolePolicyDocument"]))
        role.description = str(new.get("Description", ""))
        role.max_session_duration = new.get("MaxSessionDuration", 3600)
        role.permissions_boundary_arn = new.get("PermissionsBoundary")
        self._configure(context, role, new)
        return live

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Detach the policies that the stack attached, then DeleteRole, which refuses a role with other policies."""
        backend = _backend(context)
        role = next((role for role in backend.get_roles() if role.name == live.physical_id), None)
        if role is not None:
            for policy in properties.get("Policies", []):
                role.policies.pop(policy["PolicyName"], None)
            for arn in set(properties.get("ManagedPolicyArns", [])) & set(role.managed_policies):
                backend.detach_role_policy(arn, role.name)
            backend.delete_role(role.name)

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """The ARN or the unique id."""
        role = _backend(context).get_role(live.physical_id)
        return role.arn if name == "Arn" else role.id

    def _configure(self, context: StackContext, role: Role, properties: Properties) -> None:
        backend = _backend(context)
        wanted = {
            str(policy["PolicyName"]): document_text(policy["PolicyDocument"])
            for policy in properties.get("Policies", [])
        }
        for name in [name for name in role.policies if name not in wanted]:
            backend.delete_role_policy(role.name, name)
        for name, document in wanted.items():
            backend.put_role_policy(role.name, name, document)
        arns = properties.get("ManagedPolicyArns", [])
        for arn in [arn for arn in role.managed_policies if arn not in arns]:
            backend.detach_role_policy(arn, role.name)
        for arn in arns:
            backend.attach_role_policy(arn, role.name)
        role.tags = [{"Key": key, "Value": value} for key, value in tags_of(properties, context).items()]
