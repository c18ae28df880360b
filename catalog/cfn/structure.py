"""Check the structure of a template: the errors that do not depend on parameters.

Sources: CloudFormation quotas; template reference, "Resource attribute reference"; of the messages: docs/messages.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.cfn.mappings import check_mapping
from catalog.cfn.parameters import check_parameters
from catalog.cfn.template import LOOP, Template, TemplateError, check_shape, function_of, runs_macros, section

COUNTS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
"""Section → limit on its members (CloudFormation quotas)."""
DESCRIPTION = 1024
"""Bytes of the template's Description (CloudFormation quotas)."""
LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}")
RESOURCE_ATTRIBUTES = frozenset(
    {
        "Description",  # not documented, but accepted: aws/aws-cdk#10522, and templates of awslabs on each resource
        "Type",
        "Properties",
        "Metadata",
        "DependsOn",
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "UpdatePolicy",
        "UpdateReplacePolicy",
    }
)
OBJECTS = ("Properties", "Metadata", "CreationPolicy", "UpdatePolicy")
CUSTOM_ATTRIBUTES = frozenset({"Version"})
"""Attributes of custom resources alone (template reference, AWS::CloudFormation::CustomResource: "Version")."""
CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "Snapshot", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}


def check_structure(template: Template, *, unexpanded: bool = False) -> None:
    """Raise `TemplateError` on an unknown section or resource attribute, a bad logical id, or too many members.

    The members of a template with a macro are not checked: CloudFormation checks those that the macro returns. An
    `unexpanded` one may have a Fn::Transform too.
    """
    check_shape(template, unexpanded=unexpanded)
    version = template.get("AWSTemplateFormatVersion", "2010-09-09")
    if version != "2010-09-09":
        raise TemplateError("Template format error: unsupported value for AWSTemplateFormatVersion.")
    if not isinstance(template.get("Description", ""), str):
        raise TemplateError("Template format error: Description must be a string.")
    if len(template.get("Description", "").encode(errors="surrogatepass")) > DESCRIPTION:
        raise TemplateError("Template format error: 'Description' length is greater than 1024.")
    if runs_macros(template):
        return
    for name in COUNTS:
        _check_members(name, section(template, name))
    check_parameters(template)
    for name, mapping in section(template, "Mappings").items():
        check_mapping(name, mapping)
    for logical_id, resource in section(template, "Resources").items():
        if not logical_id.startswith(LOOP):
            _check_resource(logical_id, resource)


def check_copies(template: Template) -> None:
    """As `check_structure`, of the resources and outputs that loops have made."""
    for name in ("Resources", "Outputs"):
        _check_members(name, section(template, name))
    for logical_id, resource in section(template, "Resources").items():
        _check_resource(logical_id, resource)


def _check_members(name: str, members: Mapping[str, Any]) -> None:
    if len(members) > COUNTS[name]:
        raise TemplateError(
            f"Template format error: Number of {name.lower()}, {len(members)}, "
            f"is greater than maximum allowed, {COUNTS[name]}"
        )
    for logical_id in members:
        if not LOGICAL_ID.fullmatch(logical_id) and not logical_id.startswith(LOOP):
            raise TemplateError(
                f"Template format error: {name.removesuffix('s')} name {logical_id} is non alphanumeric."
            )


def _check_resource(logical_id: str, resource: Any) -> None:
    if not isinstance(resource, Mapping):
        raise TemplateError("Template format error: Any Resources member must be an object.")
    if not isinstance(resource.get("Type"), str):
        raise TemplateError(
            f"Template format error: [/Resources/{logical_id}] Every Resources object must contain a Type member."
        )
    allowed = RESOURCE_ATTRIBUTES | (CUSTOM_ATTRIBUTES if resource["Type"].startswith(CUSTOM) else frozenset())
    for name in resource:
        if name not in allowed:
            raise TemplateError(f"Invalid template resource property '{name}'")
    check_objects(logical_id, resource)
    literals = {name: value for name, value in resource.items() if function_of(value) is None}
    check_deletion_policies(logical_id, literals)


def check_objects(logical_id: str, resource: Mapping[str, Any]) -> None:
    """Raise `TemplateError` on an attribute that is no object, as written or as evaluated."""
    for name in OBJECTS:
        if not isinstance(resource.get(name, {}), Mapping):
            raise TemplateError(f"Template format error: [/Resources/{logical_id}/{name}] must be an object.")


def check_deletion_policies(logical_id: str, resource: Mapping[str, Any]) -> None:
    """Raise `TemplateError` on an invalid DeletionPolicy or UpdateReplacePolicy, as written or as evaluated.

    "Every DeletionPolicy member must be a string": aws-cli#3825.
    """
    for name, known in POLICIES.items():
        policy = resource.get(name, "Delete")
        if not isinstance(policy, str):
            raise TemplateError(f"Template format error: Every {name} member must be a string.")
        if policy not in known:
            raise TemplateError(f"Template format error: Unrecognized {name} {policy} for resource {logical_id}")
