"""L2. What the template comes to: conditions, resources, policies, outputs, and what only the account could say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import MacroError, Parameters, TemplateError, check_structure, evaluate_conditions, render
from catalog.cfn.language import expand_loops
from catalog.cfn.order import resource_order
from catalog.cfn.template import function_of, is_list, section
from catalog.simulate.policies import policies_in
from catalog.simulate.question import Question
from catalog.simulate.secrets import Secrets
from catalog.simulate.simulation import (
    DynamicReference,
    Missing,
    OutputOutcome,
    PolicyOutcome,
    Rendering,
    ResourceOutcome,
)

DYNAMIC = re.compile(r"\{\{resolve:[^}]*\}\}")
NOT_ATTRIBUTES = ("Type", "Properties")


def rendering(question: Question, resolved: Parameters, secrets: Secrets) -> Rendering:
    """Render the template, or say why there is nothing to show."""
    if resolved.problems:
        return Rendering(note="not rendered: the parameters come first")
    if question.place is None:
        return Rendering(note="not rendered: the account and Region are not known yet")
    template, values, pseudo = question.template, resolved.values, question.pseudo
    conditions: Mapping[str, bool] = {}
    try:
        check_structure(template)
        conditions = evaluate_conditions(template, values, pseudo)
        rendered = render(template, values, pseudo, exports=question.facts.imports, open_exports=True)
        order = resource_order(rendered)
        names = section(expand_loops(template, values, pseudo), "Resources")
    except MacroError as error:
        macro = Missing("macro", secrets.scrub(str(error)), "nothing helps here: launch it where it can be tried")
        return Rendering(conditions, note="not rendered: AWS would run a program over the template", missing=(macro,))
    except TemplateError as error:
        reason = secrets.scrub(str(error))
        return Rendering(conditions, note="not rendered: CloudFormation refuses the template", refusals=(reason,))
    shown = _to_show(question, resolved, secrets)
    missing = tuple(dict.fromkeys(_unknown(rendered, secrets)))
    if shown is None:
        note = "not shown: what comes of the NoEcho parameters cannot be told apart"
        return Rendering(conditions, note=note, missing=missing)
    resources = tuple(_resource(name, shown["Resources"][name]) for name in order)
    return Rendering(
        conditions=conditions,
        resources=resources,
        absent=tuple(name for name in names if name not in rendered["Resources"]),
        policies=tuple(
            PolicyOutcome(each.logical_id, path, document)
            for each in resources
            for path, document in policies_in(each.properties)
        ),
        outputs=tuple(_output(name, output) for name, output in shown.get("Outputs", {}).items()),
        dynamic=tuple(_dynamic({name: shown.get(name, {}) for name in ("Resources", "Outputs")}, "")),
        missing=missing,
    )


def _to_show(question: Question, resolved: Parameters, secrets: Secrets) -> Mapping[str, Any] | None:
    """The rendered template without its secrets; None when they cannot be taken out."""
    try:
        hidden = secrets.hidden(question.template, resolved.values, question.pseudo)
        if hidden is None:
            return None
        return render(hidden, resolved.values, question.pseudo, exports=question.facts.imports, open_exports=True)
    except TemplateError:  # such as a DeletionPolicy that reads a secret: the mask is no policy
        return None


def _resource(logical_id: str, rendered: Mapping[str, Any]) -> ResourceOutcome:
    attributes = {name: value for name, value in rendered.items() if name not in NOT_ATTRIBUTES}
    return ResourceOutcome(logical_id, rendered["Type"], attributes, rendered.get("Properties", {}))


def _output(name: str, rendered: Mapping[str, Any]) -> OutputOutcome:
    description = rendered.get("Description", "")
    return OutputOutcome(name, rendered["Value"], str(description), str(rendered.get("Export", {}).get("Name", "")))


def _unknown(value: Any, secrets: Secrets) -> Iterator[Missing]:
    """The exports and zones that nobody gave: they stayed symbolic."""
    function = function_of(value)
    name = secrets.scrub(function[1]) if function is not None and isinstance(function[1], str) else ""
    if function is not None and function[0] == "Fn::ImportValue":
        yield Missing("import", name, f"--import '{name}=VALUE'")
    elif function is not None and function[0] == "Fn::GetAZs" and name:
        yield Missing("zones", name, f"--zone {name}a --zone {name}b …")
    else:
        members = value.values() if isinstance(value, Mapping) else value if is_list(value) else ()
        for member in members:
            yield from _unknown(member, secrets)


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
