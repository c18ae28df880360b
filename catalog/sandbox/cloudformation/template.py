"""Side. From a template's text to data: parsed without running anything, and checked for structure.

Messages are CloudFormation's own where one is known. What depends on parameters is checked later, by catalog.cfn.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import yaml

from catalog.cfn import TemplateError, resource_order
from catalog.cfn.references import references_in
from catalog.cfn.template import check_shape, section, transforms
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.safe_yaml import load
from catalog.sandbox.cloudformation.xml_text import holds_forbidden

INLINE_LIMIT = 51_200
"""Bytes of TemplateBody (CloudFormation quotas)."""
S3_LIMIT = 1_000_000
"""Bytes of what TemplateURL points to."""
COUNTS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
"""Section → members that it may have (CloudFormation quotas)."""
LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}")
RESOURCE_ATTRIBUTES = frozenset(
    {
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
DELETION_POLICIES = ("Delete", "Retain", "Snapshot", "RetainExceptOnCreate")


def parse(text: str, *, limit: int = S3_LIMIT) -> dict[str, Any]:
    """The template as JSON data, its structure checked; raises `StackRefused` with CloudFormation's text."""
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        raise StackRefused(
            f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {limit}"
        )
    template = _read(text)
    try:
        check_shape(template)
        _check_sections(template)
        if not transforms(template):  # else what a loop makes is not known yet
            check_expanded(template)
    except TemplateError as error:
        raise StackRefused(str(error)) from error
    return template


def _read(text: str) -> dict[str, Any]:
    is_json = text.lstrip().startswith("{")
    kind = "JSON" if is_json else "YAML"
    try:
        data = json.loads(text, parse_constant=_no_constant) if is_json else load(text)
        finite = _is_finite(data)
    except json.JSONDecodeError as error:
        place = f"(line {error.lineno}, column {error.colno})"
        raise StackRefused(f"Template format error: {kind} not well-formed. {place}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"(line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise StackRefused(f"Template format error: {kind} not well-formed. {place}".rstrip()) from error
    except yaml.YAMLError as error:
        raise StackRefused(f"Template error: {error}") from error
    except (ValueError, RecursionError) as error:
        raise StackRefused(f"Template format error: {kind} not well-formed.") from error
    if holds_forbidden(data):
        raise StackRefused("Template format error: the template contains characters that XML 1.0 does not allow.")
    if not isinstance(data, dict) or not finite:
        raise StackRefused("Template format error: unsupported structure.")
    return data


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _is_finite(data: Any) -> bool:
    """Whether JSON can hold the data: YAML also knows infinity."""
    if isinstance(data, dict):
        return all(map(_is_finite, data.values()))
    if isinstance(data, list):
        return all(map(_is_finite, data))
    return not isinstance(data, float) or math.isfinite(data)


def _check_sections(template: Mapping[str, Any]) -> None:
    version = template.get("AWSTemplateFormatVersion", "2010-09-09")
    if version != "2010-09-09":
        raise TemplateError("Template format error: unsupported value for AWSTemplateFormatVersion.")
    if not isinstance(template.get("Description", ""), str):
        raise TemplateError("Template format error: Description must be a string.")
    if len(template.get("Description", "")) > 1024:
        raise TemplateError("Template format error: 'Description' length is greater than 1024.")
    for name, maximum in COUNTS.items():
        members = section(template, name)
        if len(members) > maximum:
            raise TemplateError(
                f"Template format error: Number of {name.lower()}, {len(members)}, "
                f"is greater than maximum allowed, {maximum}"
            )
        for logical_id in members:
            if not LOGICAL_ID.fullmatch(logical_id) and not logical_id.startswith("Fn::ForEach::"):
                raise TemplateError(
                    f"Template format error: {name.removesuffix('s')} name {logical_id} is non alphanumeric."
                )
    for logical_id, resource in section(template, "Resources").items():
        _check_resource(logical_id, resource)
    recognize(resource["Type"] for resource in section(template, "Resources").values() if "Type" in resource)


def _check_resource(logical_id: str, resource: Any) -> None:
    if logical_id.startswith("Fn::ForEach::"):
        return
    if not isinstance(resource, dict):
        raise TemplateError("Template format error: Any Resources member must be an object.")
    if not isinstance(resource.get("Type"), str):
        raise TemplateError(
            f"Template format error: [/Resources/{logical_id}] Every Resources object must contain a Type member."
        )
    for name in resource:
        if name not in RESOURCE_ATTRIBUTES:
            raise TemplateError(f"Invalid template resource property '{name}'")
    if not isinstance(resource.get("Properties", {}), dict):
        raise TemplateError(f"Template format error: [/Resources/{logical_id}/Properties] must be an object.")
    for name in ("DeletionPolicy", "UpdateReplacePolicy"):
        policy = resource.get(name, "Delete")
        if isinstance(policy, str) and policy not in DELETION_POLICIES:
            raise TemplateError(f"Template format error: Unrecognized {name} {policy} for resource {logical_id}")


def recognize(types: Any) -> None:
    """Raise `TemplateError` naming the resource types that the sandbox cannot make."""
    unknown = sorted({name for name in types if find_handler(name) is None})
    if unknown:
        raise TemplateError(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")


def check_expanded(template: Mapping[str, Any]) -> None:
    """Raise `TemplateError` on a circle of resources and on an attribute that a resource's type does not have."""
    resource_order(template)
    resources = section(template, "Resources")
    for reference in references_in({"": resources, " ": section(template, "Outputs")}):
        resource = resources.get(reference.logical_id)
        if not reference.attribute or reference.attribute == "*" or resource is None:
            continue
        handler = find_handler(resource["Type"])
        if handler is not None and not handler.has_attribute(reference.attribute):
            raise TemplateError(
                f"Template error: resource {reference.logical_id} does not support attribute type "
                f"{reference.attribute} in Fn::GetAtt"
            )
