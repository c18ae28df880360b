"""W9006: the permissions of the launch role can be derived from the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, section
from catalog.check.schemas import schema_of

NEEDED = ("create", "delete")


class LaunchRoleDerivable(Control):
    """AWS's schema of a resource type lists the IAM actions of its create, update and delete handlers.

    For custom resources, third-party types and some old types it does not, so the launch role cannot be derived. Then
    `launch_permissions` of the product must list the permissions, and a suppression gives the reason.
    """

    id = "W9006"
    shortdesc = "The permissions of the launch role can be derived from every resource type"
    description = (
        "Every resource type of the template has a provider schema with the permissions of its create and delete "
        "handlers, so that a launch role with least privilege can be derived."
    )
    why = (
        "A launch role that is guessed has too many permissions, up to AdministratorAccess, or too few, and then a "
        "stack can be neither created nor deleted."
    )
    remedy = (
        "Use a type of AWS with handlers. If there is none, write launch_permissions by hand, and suppress this "
        "control for the resource with the reason."
    )
    source_url = (
        "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html"
        "#schema-properties-handlers"
    )
    tags = ("launch role", "iam", "resources")
    looks_at = ("Resources",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each resource whose type does not list its permissions."""
        for logical_id, resource in section(template, "Resources"):
            kind = resource.get("Type")
            if isinstance(kind, str) and not all(permissions(kind, handler) for handler in NEEDED):
                yield (
                    ("Resources", logical_id, "Type"),
                    f"the schema of {kind} does not list the permissions that its launch role needs",
                )


def permissions(kind: str, handler: str) -> tuple[str, ...]:
    """The IAM actions of a handler of a type; empty when AWS does not list them."""
    return tuple(schema_of(kind).get("handlers", {}).get(handler, {}).get("permissions", ()))
