"""W9006: the permissions of the launch role can be derived from the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import TemplateError
from catalog.cfn.template import inner_transforms, macros
from catalog.check.controls._control import Control, Fault, section
from catalog.check.derivable import MACRO, why_underivable
from catalog.check.schemas import all_regions
from catalog.check.written_out import written_out

WAYS_OUT = "declare launch_permissions in the product, or launch it with a role_arn"


class LaunchRoleDerivable(Control):
    """AWS's schema of a resource type lists the IAM actions of its create, update and delete handlers.

    For third-party types and some old types it does not, nested stacks are in other templates, and a macro can write
    any resource. What SAM's transform writes counts if aws-sam-translator is installed. Otherwise `launch_permissions`
    of the product must list the permissions, or the portfolio names a role that is written by hand; a suppression gives
    the reason. Custom resources are derived: the role calls the function or topic of their ServiceToken.
    """

    id = "W9006"
    shortdesc = "The permissions of the launch role can be derived from every resource type"
    description = (
        "Every resource type of the template has a provider schema with the permissions of its handlers, and nothing "
        "hides resources: no nested stack, no macro. So a launch role with least privilege can be derived."
    )
    why = (
        "A launch role that is guessed has too many permissions, up to AdministratorAccess, or too few, and then a "
        "stack can be neither created nor deleted."
    )
    remedy = (
        "Use a type of AWS with handlers. If there is none, declare launch_permissions in the product, or launch it "
        "with a role that is written by hand (role_arn in the portfolio), and suppress this control with the reason."
    )
    source_url = (
        "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html"
        "#schema-properties-handlers"
    )
    tags = ("launch role", "iam", "resources")
    looks_at = ("Resources",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each macro, and each resource whose permissions cannot be derived."""
        try:
            written = written_out(template)
        except TemplateError:
            return  # cfn-lint reports it
        own = dict(section(template, "Resources"))
        inside = {name for resource in own.values() for name in inner_transforms(resource)}
        for name, why in written.why.items():
            if name not in inside or name in macros(template):
                yield ("Transform",), f"transform {name} can write any resource: {why}; {WAYS_OUT}"
        regions = self.regions or all_regions()
        for logical_id, resource in section(written.template, "Resources"):
            kind = resource.get("Type")
            reason = why_underivable(kind, regions) if isinstance(kind, str) else ""
            if reason:
                yield (
                    ("Resources", logical_id, "Type") if logical_id in own else ("Transform",),
                    f"the permissions for {kind} cannot be derived: {reason}; {WAYS_OUT}",
                )
            elif hidden := next(inner_transforms(resource), None):
                why = written.why.get(hidden, MACRO)
                yield ("Resources", logical_id), f"Fn::Transform hides permissions: {why}; {WAYS_OUT}"
