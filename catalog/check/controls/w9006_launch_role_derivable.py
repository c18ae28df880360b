"""W9006: the permissions of the launch role can be derived from the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, section
from catalog.check.schemas import schema_of

NEEDED = ("create", "delete")


class LaunchRoleDerivable(Control):
    """AWS's schema of a resource type lists the IAM actions of its create, update and delete handlers.

    Where it does not, as for custom resources, third-party types and some old ones, what the launch role needs is
    guesswork. Then `launch_permissions` of the product has to say it, and a suppression why that is right.
    """

    id = "W9006"
    shortdesc = "Every resource type says which permissions its launch role needs"
    description = (
        "Every resource type of the template has a provider schema with the permissions of its create and delete "
        "handlers, so that the least launch role can be derived."
    )
    why = (
        "A launch role that is guessed is too wide, up to AdministratorAccess, or too narrow, and then a stack can be "
        "neither made nor deleted."
    )
    remedy = (
        "Use a type of AWS with handlers. Where there is none, write launch_permissions by hand and suppress this "
        "control for the resource, with the reason."
    )
    source_url = (
        "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html"
        "#schema-properties-handlers"
    )
    tags = ("launch role", "iam", "resources")
    looks_at = ("Resources",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each resource whose type says nothing of its permissions."""
        for logical_id, resource in section(template, "Resources"):
            kind = resource.get("Type")
            if isinstance(kind, str) and not all(permissions(kind, handler) for handler in NEEDED):
                yield ("Resources", logical_id, "Type"), f"{kind} does not say which permissions its launch role needs"


def permissions(kind: str, handler: str) -> tuple[str, ...]:
    """The IAM actions of a handler of a type; none when AWS lists none."""
    found = schema_of(kind).get("handlers", {}).get(handler, {})
    return tuple(found.get("permissions", ()))
