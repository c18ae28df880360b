"""What the template comes to: conditions, resources, policies, outputs, and what only the account could say."""

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
"""For a value that is not known; no name of an export or Region holds it."""
NOT_ATTRIBUTES = ("Type", "Properties")


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """The template evaluated as it is: secrets and all."""

    conditions: Mapping[str, bool]
    rendered: Mapping[str, Any]
    order: tuple[str, ...]
    absent: tuple[str, ...]

    @classmethod
    def of(cls, request: LaunchRequest, values: ParameterValues) -> _Evaluated:
        """Raises `TemplateError` where CloudFormation would refuse."""
        template, pseudo = request.template, request.pseudo
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
    """Render the template, or say why there is nothing to show."""
    if request.place is None:
        return Rendering(note="not rendered: the account and Region are not known yet")
    if resolved.problems:
        waits = all(problem.limit == UNFETCHED for problem in resolved.problems)
        missing = _probe(request, resolved) if waits and not secrets.names else ()
        return Rendering(note="not rendered: the parameters come first", missing=missing)
    try:
        evaluated = _Evaluated.of(request, resolved.values)
    except MacroError as error:
        macro = Missing("macro", str(error), "nothing to type; try the launch where it can be undone")
        return Rendering(note="not rendered: AWS would run a program over the template", missing=(macro,))
    except TemplateError as error:
        reason = _reason(request, resolved.values, secrets, error)
        return Rendering(note="not rendered: CloudFormation refuses the template", refusals=(reason,))
    shown = _to_show(request, resolved.values, secrets)
    visible = set(_unknown(shown or {}))
    missing = tuple(
        dict.fromkeys(each if each in visible else _nameless(each) for each in _unknown(evaluated.rendered))
    )
    if shown is None:
        note = "not shown: what comes of the NoEcho parameters cannot be told apart"
        return Rendering(evaluated.conditions, note=note, missing=missing)
    resources = tuple(_resource(name, shown["Resources"][name]) for name in evaluated.order)
    return Rendering(
        conditions=evaluated.conditions,
        resources=resources,
        absent=evaluated.absent,
        policies=tuple(
            PolicyOutcome(each.logical_id, path, document)
            for each in resources
            for path, document in policies_in(each.properties)
        ),
        outputs=tuple(_output(name, output) for name, output in shown["Outputs"].items()),
        dynamic=tuple(_dynamic(shown, "")),
        missing=missing,
    )


def _reason(request: LaunchRequest, values: ParameterValues, secrets: Secrets, error: TemplateError) -> str:
    """The words of an error, unless they would be others with other secrets: then they may quote what comes of one."""
    if secrets.names:
        try:
            _Evaluated.of(request, secrets.others(values))
        except TemplateError as other:
            if str(other) == str(error):
                return str(error)
        return "Template error: the template cannot take a NoEcho parameter as it is given; the words would show it"
    return str(error)


def _probe(request: LaunchRequest, resolved: Parameters) -> tuple[Missing, ...]:
    """What else is not known while SSM parameters are not: people shall be asked once, not twice."""
    stand_ins = {problem.value: ",".join([STAND_IN] * 10) for problem in resolved.problems}  # enough for Fn::Select
    ssm = {**request.facts.ssm, **stand_ins}
    try:
        values = resolve_parameters(request.template, request.parameters, ssm=ssm).values
        rendered = _render(request, request.template, values)
    except TemplateError:  # for want of the real values; with them it will be told
        return ()
    return tuple(dict.fromkeys(each for each in _unknown(rendered) if STAND_IN not in each.name))


def _to_show(request: LaunchRequest, values: ParameterValues, secrets: Secrets) -> Mapping[str, Any] | None:
    """The rendered template without its secrets; None when they cannot be taken out."""
    try:
        hidden = secrets.hidden(request.template, values, request.pseudo)
        if hidden is None:
            return None
        shown = _render(request, hidden, values)
    except TemplateError:  # such as a DeletionPolicy that reads a secret: a stand-in is no policy
        return None
    return {name: unveil(shown.get(name, {})) for name in ("Resources", "Outputs")}


def _resource(logical_id: str, rendered: Mapping[str, Any]) -> ResourceOutcome:
    attributes = {name: value for name, value in rendered.items() if name not in NOT_ATTRIBUTES}
    return ResourceOutcome(logical_id, rendered["Type"], attributes, rendered.get("Properties", {}))


def _output(name: str, rendered: Mapping[str, Any]) -> OutputOutcome:
    description = rendered.get("Description", "")
    return OutputOutcome(name, rendered["Value"], str(description), str(rendered.get("Export", {}).get("Name", "")))


def _unknown(value: Any) -> Iterator[Missing]:
    """The exports and zones that nobody gave: they stayed symbolic."""
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
    """A fact whose name comes of a secret."""
    option = "--import" if fact.kind == "import" else "--zone"
    return Missing(fact.kind, HIDDEN, f"{option}; the name comes of a NoEcho parameter")


def _dynamic(value: Any, path: str) -> Iterator[DynamicReference]:
    if isinstance(value, str):
        for found in DYNAMIC.findall(value):
            yield DynamicReference(path, found)
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _dynamic(member, f"{path}/{key}" if path else str(key))
    elif is_list(value):
        for index, member in enumerate(value):
            yield from _dynamic(member, f"{path}/{index}")
