"""`render`: the template for one set of parameters, from which resources can be created.

Conditions are applied, AWS::NoValue is removed, and every function that needs no resource is evaluated. The result has
Resources and Outputs with symbolic references, which `resolve_references` resolves once the resources exist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from catalog.cfn.conditions import evaluate_conditions
from catalog.cfn.expansion import expand
from catalog.cfn.intrinsics import CORE_FUNCTIONS, LANGUAGE_FUNCTIONS, Scope, check_if, evaluate
from catalog.cfn.language import expand_loops, is_extended
from catalog.cfn.order import depends_on
from catalog.cfn.pseudo import NO_VALUE, Pseudo
from catalog.cfn.references import References, StackOutputs, references_in
from catalog.cfn.structure import check_copies, check_deletion_policies, check_objects
from catalog.cfn.template import (
    ParameterValues,
    Template,
    TemplateError,
    check_any,
    check_shape,
    function_of,
    is_list,
    section,
    text_of,
)

KEPT = ("AWSTemplateFormatVersion", "Description", "Metadata")
LITERAL = ("Type", "DependsOn")  # members of a resource that are never evaluated
EXPORT_NAME = re.compile(r"[A-Za-z0-9:-]+")


def render(
    template: Template,
    parameters: ParameterValues,
    pseudo: Pseudo,
    *,
    references: References | None = None,
    exports: Mapping[str, str] | None = None,
    open_exports: bool = False,
    checked: bool = False,
) -> dict[str, Any]:
    """Render `template` with resolved `parameters` (the `values` of `resolve_parameters`).

    Resources and outputs whose condition is false are removed, and so is the `Condition` of the others. `references`
    returns the value of each Ref and Fn::GetAtt of a resource; without it, or if it returns None, they stay as written,
    and a Fn::Sub or Fn::Join around them becomes a Fn::Join. `exports` are the exports of the Region; with
    `open_exports` others may exist, and a Fn::ImportValue of another export stays too. The result has no Parameters,
    Mappings, Conditions, Rules and Transform. `checked` says that the same template was rendered before: what does not
    depend on parameters is not checked again, which takes most of the time.
    What transforms make of it is rendered (`expansion`). Raises `MacroError` if that cannot be known here, and
    `TemplateError` if CloudFormation would refuse the template before it creates the first resource.
    """
    checked = checked and "Transform" not in template  # the copies of a loop depend on parameters
    missing = [name for name in section(template, "Parameters") if name not in parameters]
    if missing:
        raise TemplateError(f"Parameters: [{', '.join(missing)}] must have values")
    if not checked:
        template = expand(template, parameters, pseudo)
        check_shape(template)
    expanded = expand_loops(template, parameters, pseudo)
    check_any(section(expanded, "Resources"))  # a loop over nothing makes none
    if expanded is not template:
        check_copies(expanded)
    conditions = evaluate_conditions(template, parameters, pseudo)
    for block in () if checked else ("Resources", "Outputs"):
        _check_names(expanded, block, {*parameters, *pseudo.values()})
        _check_conditions(section(expanded, block), conditions)
    resources = _present(expanded, "Resources", conditions)
    extended = is_extended(template)
    scope = Scope(
        parameters,
        pseudo,
        mappings=section(template, "Mappings"),
        conditions=conditions,
        resources=frozenset(resources),
        references=references,
        exports=exports or {},
        open_exports=open_exports,
        functions=CORE_FUNCTIONS | LANGUAGE_FUNCTIONS if extended else CORE_FUNCTIONS,
        extended=extended,
    )
    rendered: dict[str, Any] = {name: template[name] for name in KEPT if name in template}
    rendered["Resources"] = {name: _resource(name, resource, scope) for name, resource in resources.items()}
    if "Outputs" in template:
        outputs, scope = _present(expanded, "Outputs", conditions), replace(scope, block="Outputs")
        _check_outputs(outputs, section(expanded, "Resources").keys() - resources.keys(), scope)
        rendered["Outputs"] = {name: _output(name, output, scope) for name, output in outputs.items()}
        _check_export_names(rendered["Outputs"])
    return rendered


def resolve_references(
    value: Any,
    references: References,
    pseudo: Pseudo,
    *,
    exports: Mapping[str, str] | None = None,
    stack_outputs: StackOutputs | None = None,
) -> Any:
    """Resolve a part of a rendered template (a resource's Properties, an output's Value) once resources exist.

    If `references` returns None, the reference stays, with the functions around it; so does a Fn::GetStackOutput
    without `stack_outputs`.
    """
    scope = Scope(
        {},
        pseudo,
        resources=None,
        references=references,
        exports=exports or {},
        stack_outputs=stack_outputs,
        functions=CORE_FUNCTIONS | LANGUAGE_FUNCTIONS,
    )
    return evaluate(value, scope)


def _check_names(template: Template, block: str, parameters: Iterable[str]) -> None:
    """Refuse references to names that the template does not define, also in a branch that is not taken."""
    names = {*parameters, *section(template, "Resources")}
    unknown: dict[str, None] = {}  # an ordered set
    for member in section(template, block).values():
        if not isinstance(member, Mapping):
            raise TemplateError(f"Template format error: Any {block} member must be an object.")
        for reference in references_in(dict(member)):
            if reference.attribute and reference.logical_id not in section(template, "Resources"):
                name = reference.logical_id
                raise TemplateError(f"Template error: instance of Fn::GetAtt references undefined resource {name}")
            if reference.logical_id not in names:
                unknown[reference.logical_id] = None
        if block == "Resources":
            unknown.update(dict.fromkeys(name for name in depends_on(member) if name not in names))
    _refuse(unknown, block)


def _check_conditions(value: Any, conditions: Mapping[str, bool]) -> None:
    """Refuse a Fn::If on a condition that the template does not define, also in a branch that is not taken."""
    if isinstance(value, str):
        return
    if isinstance(value, Mapping):
        function = function_of(value)
        if function is not None and function[0] == "Fn::If":
            check_if(function[1], conditions)
        for member in value.values():
            _check_conditions(member, conditions)
    elif is_list(value):
        for member in value:
            _check_conditions(member, conditions)


def _check_outputs(outputs: Mapping[str, Any], absent: Collection[str], scope: Scope) -> None:
    """Refuse outputs that need a resource whose condition is false.

    CloudFormation names it, also for Fn::GetAtt: awslabs/aws-api-gateway-developer-portal#216.
    """
    if absent:
        anything = replace(scope, resources=None, references=None)
        needed = references_in([evaluate(member, anything) for member in outputs.values()])
        names = ", ".join(dict.fromkeys(need.logical_id for need in needed if need.logical_id in absent))
        if names:
            raise TemplateError(f"Unresolved resource dependencies [{names}] in the Outputs block of the template")


def _refuse(unknown: Iterable[str], block: str) -> None:
    listed = ", ".join(unknown)
    if listed:
        raise TemplateError(
            f"Template format error: Unresolved resource dependencies [{listed}] in the {block} block of the template"
        )


def _present(template: Template, block: str, conditions: Mapping[str, bool]) -> dict[str, Mapping[str, Any]]:
    """The members of a block whose condition holds."""
    present: dict[str, Mapping[str, Any]] = {}
    for name, member in section(template, block).items():
        condition = member.get("Condition")
        if condition is not None and not isinstance(condition, str):
            raise TemplateError("Template format error: Every Condition member must be a string.")
        if condition is not None and condition not in conditions:
            raise TemplateError(
                f"Template format error: Unresolved condition dependency {condition} "
                f"in the {block} block of the template"
            )
        if condition is None or conditions[condition]:
            present[name] = member
    return present


def _resource(name: str, resource: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    if not isinstance(resource.get("Type"), str):
        raise TemplateError("Template format error: Every Resources object must contain a Type member.")
    # A dependency on a resource whose condition is false is refused, like an unknown name (cfn-lint E3005).
    _refuse([name for name in depends_on(resource) if name not in (scope.resources or ())], scope.block)
    evaluated = {
        key: member if key in LITERAL else evaluate(member, scope)
        for key, member in resource.items()
        if key != "Condition"
    }
    check_deletion_policies(name, evaluated)
    present = {key: member for key, member in evaluated.items() if member is not NO_VALUE}
    if function_of(present.get("Properties")) is not None:  # the value of a resource is a text or a list
        present["Properties"] = None
    check_objects(name, present)
    return present


def _output(name: str, output: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    if "Value" not in output:
        raise TemplateError("Template format error: Every Outputs member must contain a Value object")
    rendered: dict[str, Any] = {key: evaluate(member, scope) for key, member in output.items() if key != "Condition"}
    value = rendered["Value"]
    if function_of(value) is None:
        rendered["Value"] = text_of(value)
    if rendered["Value"] is None:
        raise TemplateError("Template format error: The Value field of every Outputs member must evaluate to a String.")
    if "Export" in rendered:
        _check_export(name, rendered["Export"])
    return rendered


def _check_export_names(outputs: Mapping[str, Any]) -> None:
    """Raise `TemplateError` for a name that two outputs export. The message is from AWS: compose-x/ecs_composex#444."""
    names = Counter(text_of(output["Export"]["Name"]) for output in outputs.values() if "Export" in output)
    if twice := [str(name) for name, count in names.items() if count > 1]:
        raise TemplateError(
            "Template format error: The Outputs section contains duplicate Export names: "
            f"[{', '.join(twice)}]. Specify a unique name for each export."
        )


def _check_export(output: str, export: Any) -> None:
    """Raise `TemplateError` on an invalid export. The messages are from AWS: aws-cdk#28563, cfn-lint#1632."""
    name = export.get("Name") if isinstance(export, Mapping) else None
    if function_of(name) is not None:
        raise TemplateError(
            f"Template format error: Output {output} is malformed. The Name field of Export must not depend on any "
            "resources, imported values, or Fn::GetAZs."
        )
    if not EXPORT_NAME.fullmatch(text_of(name) or ""):
        raise TemplateError(
            f"Template format error: Output {output} is malformed. The Name field of every Export member must be "
            "specified and consist only of alphanumeric characters, colons, or hyphens."
        )
