"""The evaluated template: conditions, resources, policies, outputs, and the values that only the account knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import (
    HIDDEN,
    MacroError,
    Parameters,
    ParameterValues,
    Template,
    TemplateError,
    check_structure,
    evaluate_conditions,
    render,
    resolve_parameters,
    resource_order,
)
from catalog.cfn.expansion import expand
from catalog.cfn.language import expand_loops
from catalog.cfn.parameters import UNFETCHED
from catalog.cfn.template import function_of, is_list, section
from catalog.simulate.policies import policies_in
from catalog.simulate.request import LaunchRequest
from catalog.simulate.secrets import Secrets, unveil
from catalog.simulate.simulation import (
    DynamicReference,
    Missing,
    OutputOutcome,
    PolicyOutcome,
    Rendering,
    ResourceOutcome,
)

DYNAMIC = re.compile(r"\{\{resolve:[^}]*\}\}")
STAND_IN = "\N{WHITE SQUARE}"
"""Replaces a value that is not known. Names of exports and Regions never contain it."""
NOT_ATTRIBUTES = ("Type", "Properties")


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """The template evaluated with its secrets."""

    conditions: Mapping[str, bool]
    rendered: Mapping[str, Any]
    order: tuple[str, ...]
    absent: tuple[str, ...]

    @classmethod
    def of(cls, request: LaunchRequest, values: ParameterValues) -> _Evaluated:
        """Raises `TemplateError` where CloudFormation would refuse."""
        pseudo = request.pseudo
        template = expand(request.template, values, pseudo)
        check_structure(template)
        rendered = _render(request, template, values)
        names = section(expand_loops(template, values, pseudo), "Resources")
        return cls(
            conditions=evaluate_conditions(template, values, pseudo),
            rendered=rendered,
            order=tuple(resource_order(rendered)),
            absent=tuple(name for name in names if name not in rendered["Resources"]),
        )


def _render(request: LaunchRequest, template: Template, values: ParameterValues) -> dict[str, Any]:
    return render(template, values, request.pseudo, exports=request.facts.imports, open_exports=True)


def rendering(request: LaunchRequest, resolved: Parameters, secrets: Secrets) -> Rendering:
    """Render the template, or give the reason why nothing is shown."""
    if request.account_region is None:
        return Rendering(note="not rendered: the account and Region are not known yet")
    if resolved.problems:
        only_ssm_missing = all(problem.limit == UNFETCHED for problem in resolved.problems)
        missing = _probe(request, resolved) if only_ssm_missing and not secrets.names else ()
        return Rendering(note="not rendered: correct the parameters first", missing=missing)
    try:
        evaluated = _Evaluated.of(request, resolved.values)
    except MacroError as error:
        macro = Missing("macro", str(error), "no option gives it; try the launch in a test account")
        return Rendering(note="not rendered: AWS runs a macro over the template", missing=(macro,))
    except TemplateError as error:
        reason = _reason(request, resolved.values, secrets, error)
        return Rendering(note="not rendered: CloudFormation refuses the template", refusals=(reason,))
    shown = _without_secrets(request, resolved.values, secrets)
    visible = set(_unknown(shown or {}))
    missing = tuple(
        dict.fromkeys(fact if fact in visible else _nameless(fact) for fact in _unknown(evaluated.rendered))
    )
    if shown is None:
        note = "not shown: the values of the NoEcho parameters cannot be hidden in this template"
        return Rendering(evaluated.conditions, note=note, missing=missing)
    resources = tuple(_resource(name, shown["Resources"][name]) for name in evaluated.order)
    return Rendering(
        conditions=evaluated.conditions,
        resources=resources,
        absent=evaluated.absent,
        policies=tuple(
            PolicyOutcome(resource.logical_id, path, document)
            for resource in resources
            for path, document in policies_in(resource.properties)
        ),
        outputs=tuple(_output(name, output) for name, output in shown["Outputs"].items()),
        dynamic=tuple(_dynamic(shown, "")),
        missing=missing,
    )


def _reason(request: LaunchRequest, values: ParameterValues, secrets: Secrets, error: TemplateError) -> str:
    """The message of an error; a general one when it depends on a secret, because then it can quote the secret."""
    if secrets.names:
        try:
            _Evaluated.of(request, secrets.others(values))
        except TemplateError as other:
            if str(other) == str(error):
                return str(error)
        return (
            "Template error: the value of a NoEcho parameter makes the template fail; the message would show the value"
        )
    return str(error)


def _probe(request: LaunchRequest, resolved: Parameters) -> tuple[Missing, ...]:
    """The other unknown values while SSM parameters are missing, so that one run names all of them."""
    stand_ins = {problem.value: ",".join([STAND_IN] * 10) for problem in resolved.problems}  # enough for Fn::Select
    ssm = {**request.facts.ssm, **stand_ins}
    try:
        values = resolve_parameters(request.template, request.parameters, ssm=ssm).values
        rendered = _render(request, request.template, values)
    except TemplateError:  # the stand-ins can cause it; a run with the real values reports errors
        return ()
    return tuple(dict.fromkeys(fact for fact in _unknown(rendered) if STAND_IN not in fact.name))


def _without_secrets(request: LaunchRequest, values: ParameterValues, secrets: Secrets) -> Mapping[str, Any] | None:
    """The rendered template with its secrets hidden; None when they cannot be hidden."""
    try:
        hidden = secrets.hidden(request.template, values, request.pseudo)
        if hidden is None:
            return None
        shown = _render(request, hidden, values)
    except TemplateError:  # such as a DeletionPolicy that reads a secret: a stand-in is not a policy
        return None
    return {name: unveil(shown.get(name, {})) for name in ("Resources", "Outputs")}


def _resource(logical_id: str, rendered: Mapping[str, Any]) -> ResourceOutcome:
    attributes = {name: value for name, value in rendered.items() if name not in NOT_ATTRIBUTES}
    return ResourceOutcome(logical_id, rendered["Type"], attributes, rendered.get("Properties", {}))


def _output(name: str, rendered: Mapping[str, Any]) -> OutputOutcome:
    description = rendered.get("Description", "")
    return OutputOutcome(name, rendered["Value"], str(description), str(rendered.get("Export", {}).get("Name", "")))


def _unknown(value: Any) -> Iterator[Missing]:
    """The exports and zones that were not given; in the rendered template they are still functions."""
    name, argument = function_of(value) or ("", None)
    if name == "Fn::ImportValue" and isinstance(argument, str):
        yield Missing("import", argument, f"--import '{argument}=VALUE'")
    elif name == "Fn::GetAZs" and isinstance(argument, str):
        yield Missing("zones", argument, f"--zone {argument}a --zone {argument}b …")
    else:
        members = value.values() if isinstance(value, Mapping) else value if is_list(value) else ()
        for member in members:
            yield from _unknown(member)


def _nameless(fact: Missing) -> Missing:
    """The fact without its name, which depends on a secret."""
    option = "--import" if fact.kind == "import" else "--zone"
    return Missing(fact.kind, HIDDEN, f"{option}; its name depends on a NoEcho parameter")


def _dynamic(value: Any, path: str) -> Iterator[DynamicReference]:
    if isinstance(value, str):
        for reference in DYNAMIC.findall(value):
            yield DynamicReference(path, reference)
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _dynamic(member, f"{path}/{key}" if path else str(key))
    elif is_list(value):
        for index, member in enumerate(value):
            yield from _dynamic(member, f"{path}/{index}")
