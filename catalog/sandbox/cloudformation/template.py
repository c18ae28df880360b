"""Parse a template without running code, and check its structure.

Messages are CloudFormation's where they are known. `catalog.cfn` checks later what depends on parameters.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import yaml

from catalog.cfn import TemplateError, resource_order
from catalog.cfn.references import references_in
from catalog.cfn.rules import check_rule_functions
from catalog.cfn.structure import check_structure
from catalog.cfn.template import runs_macros, section, transforms
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.safe_yaml import load
from catalog.sandbox.cloudformation.xml_text import holds_forbidden
from catalog.sandbox.registry.schemas import unsupported

INLINE_LIMIT = 51_200
"""Maximum size of TemplateBody in bytes (CloudFormation quotas)."""
S3_LIMIT = 1_000_000
"""Maximum size of a template in S3 in bytes."""


def parse(text: str, *, launched: bool = True) -> dict[str, Any]:
    """Parse a template and check its structure; raises `StackRefused` with CloudFormation's message.

    If it is not launched now, it may have resource types and attributes that only AWS knows.
    """
    if len(text.encode("utf-8", "surrogatepass")) > S3_LIMIT:
        raise StackRefused(
            f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {S3_LIMIT}"
        )
    template = _read(text)
    try:
        check_structure(template, unexpanded=True)
        check_rule_functions([*section(template, "Rules").values()])
        expanded = not runs_macros(template)
        if launched and expanded:  # a macro can replace any of them
            resources = section(template, "Resources").values()  # with a macro, of any shape
            types = [resource.get("Type") for resource in resources if isinstance(resource, Mapping)]
            recognize(name for name in types if isinstance(name, str))
        if expanded and not transforms(template):  # with a transform, the resources of loops are not known yet
            resource_order(template)
            if launched:
                check_attributes(template)
    except TemplateError as error:
        raise StackRefused(str(error)) from error
    return template


def _read(text: str) -> dict[str, Any]:
    is_json = text.lstrip().startswith("{")
    kind = "JSON" if is_json else "YAML"
    try:
        document = json.loads(text, parse_constant=_no_constant) if is_json else load(text)
        finite = _is_finite(document)
    except json.JSONDecodeError as error:
        position = f"(line {error.lineno}, column {error.colno})"
        raise StackRefused(f"Template format error: {kind} not well-formed. {position}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        position = f"(line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise StackRefused(f"Template format error: {kind} not well-formed. {position}".rstrip()) from error
    except yaml.YAMLError as error:
        raise StackRefused(f"Template error: {error}") from error
    except (ValueError, RecursionError) as error:
        raise StackRefused(f"Template format error: {kind} not well-formed.") from error
    if holds_forbidden(document):
        raise StackRefused("Template format error: the template contains characters that XML 1.0 does not allow.")
    if not isinstance(document, dict) or not finite:
        raise StackRefused("Template format error: unsupported structure.")
    return document


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _is_finite(document: Any) -> bool:
    """Whether all numbers are finite: YAML allows infinity, JSON does not."""
    if isinstance(document, dict):
        return all(map(_is_finite, document.values()))
    if isinstance(document, list):
        return all(map(_is_finite, document))
    return not isinstance(document, float) or math.isfinite(document)


def unrecognized(types: Any) -> list[str]:
    """Those of the resource types that CloudFormation or the sandbox does not have."""
    return sorted({name for name in types if find_handler(name) is None})


def recognize(types: Any) -> None:
    """Raise `TemplateError` for resource types that CloudFormation or the sandbox does not have."""
    names = unrecognized(types)
    if names:
        ours = any(unsupported(name) or name.endswith("::MODULE") for name in names)
        more = " (the sandbox cannot launch these types; in AWS, CloudFormation decides)" if ours else ""
        raise TemplateError(f"Template format error: Unrecognized resource types: [{', '.join(names)}]{more}")


def check_expanded(template: Mapping[str, Any]) -> None:
    """Raise `TemplateError` for circular dependencies and for attributes that a resource type does not have."""
    resource_order(template)
    check_attributes(template)


def check_attributes(template: Mapping[str, Any]) -> None:
    """Raise `TemplateError` for attributes that a resource type does not have."""
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
