"""The values that a part of a resource can have: one case for each launch and for each truth of its conditions.

Parameters have the values that their bounds and the Rules allow, and the values that a control asks for, where a
parameter accepts them. A condition is decided by the launch, and has both truths where a pseudo parameter or anything
unknown decides it. What a launch cannot tell is `OPEN`: an import, an attribute of another resource, an SSM parameter,
a dynamic reference. A control says that it cannot decide such a value, and does not guess.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.cfn import Pseudo, TemplateError, evaluate_conditions
from catalog.cfn.intrinsics import CORE_FUNCTIONS, Scope, evaluate
from catalog.cfn.pseudo import NO_VALUE
from catalog.cfn.template import function_of
from catalog.check.controls._control import Path, section
from catalog.check.controls._launches import (
    ACCOUNT,
    TooManyLaunchesError,
    Value,
    accepts,
    candidates,
    described,
    is_list,
    launches,
    placeholder,
    reached,
    texts_in,
)

MOST_CASES = 4096
NOTHING: Mapping[str, bool] = {}
OPEN: Any = object()
"""A value that the template and a launch do not decide."""
DYNAMIC = "{{resolve:"
Probe = str | tuple[str, ...]
"""A value of interest, or several of which the first that a parameter accepts is enough."""


@dataclass(frozen=True, slots=True)
class Case:
    """The value of a part of a resource in one launch."""

    value: Any
    """Without the members that AWS::NoValue leaves out; OPEN where it is not decided."""
    launch: str
    """The values of the parameters that matter, as `Cidr=0.0.0.0/0`; empty if none does."""

    @property
    def when(self) -> str:
        """The end of a message: ` when launched with Cidr=0.0.0.0/0`, or nothing."""
        return f" when launched with {self.launch}" if self.launch else ""


def cases(
    template: Mapping[str, Any],
    logical_id: str,
    node: Any,
    probes: Mapping[str, Sequence[Probe]],
    regions: Sequence[str] = (),
    required: Mapping[str, bool] = NOTHING,
) -> list[Case]:
    """Each different value of `node`, a part of a resource, in the launches that create the resource.

    `probes` has values of interest for members of `node`: a parameter in such a member has them too, if it accepts
    them. `required` are the truths of conditions around `node`.
    """
    condition = template["Resources"][logical_id].get("Condition")
    if condition is None and not required and is_literal(node):
        return [Case(node, "")]
    if isinstance(condition, str) and required.get(condition) is False:
        return []  # in this branch, the resource is not created
    truths = {**required, **({condition: True} if isinstance(condition, str) else {})}
    different: dict[str, Case] = {}
    try:
        for case in all_cases(template, node, truths, probes, regions):
            different.setdefault(json.dumps(case.value, default=str, sort_keys=True), case)
    except TooManyLaunchesError:
        return [Case(OPEN, "")]
    return list(different.values())


def is_literal(node: Any) -> bool:
    """Whether a node has no function and no dynamic reference, so that it has one value."""
    if isinstance(node, Mapping):
        return not any(str(key) == "Ref" or str(key).startswith("Fn::") for key in node) and all(
            map(is_literal, node.values())
        )
    if isinstance(node, list):
        return all(map(is_literal, node))
    return not (isinstance(node, str) and DYNAMIC in node)


def all_cases(
    template: Mapping[str, Any],
    node: Any,
    required: Mapping[str, bool],
    probes: Mapping[str, Sequence[Probe]],
    regions: Sequence[str],
) -> Iterator[Case]:
    """The cases in order, with repeats. Raises `TooManyLaunchesError`."""
    parameters = dict(section(template, "Parameters"))
    gated = {"Node": node, "Required": [{"Condition": name} for name in required]}
    names = sorted(reached(template, gated) & parameters.keys())
    literals = tuple(dict.fromkeys(texts_in([template.get("Rules"), template.get("Conditions")])))
    interesting = probes_of(template, node, probes)
    choices = {name: with_probes(name, parameters[name], literals, interesting.get(name, ())) for name in names}
    pseudos = [Pseudo(ACCOUNT, region, stack_name="stack", stack_id="stack") for region in regions or ("us-east-1",)]
    mappings, tried = dict(section(template, "Mappings")), 0
    sections = {name: template.get(name) for name in ("Parameters", "Rules", "Conditions")}
    for values in possible_launches(json.dumps(sections, default=str), tuple(choices.items())):
        launch = described(values, [name for name in names if values[name] != placeholder(name)])
        for pseudo, conditions in itertools.product(pseudos, truths(template, gated, values)):
            tried += 1
            if tried > MOST_CASES:
                raise TooManyLaunchesError(", ".join(names))
            if all(conditions[name] is truth for name, truth in required.items()):
                yield Case(resolved(node, scope_of(values, pseudo, mappings, conditions)), launch)


@functools.lru_cache(maxsize=256)
def possible_launches(
    sections: str, choices: tuple[tuple[str, tuple[Value, ...]], ...]
) -> tuple[dict[str, Value], ...]:
    """`launches` of these values, in a template with these sections as JSON: many parts depend on the same parameters.

    Raises `TooManyLaunchesError`.
    """
    return tuple(launches(json.loads(sections), None, dict(choices)))


def probes_of(
    template: Mapping[str, Any], node: Any, probes: Mapping[str, Sequence[Probe]]
) -> dict[str, dict[Probe, None]]:
    """Parameter → the values of interest of the members of `node` that it reaches, at any depth."""
    result: dict[str, dict[Probe, None]] = {}
    if isinstance(node, Mapping):
        for key, value in node.items():
            for name in reached(template, value) if key in probes else ():
                result.setdefault(name, {}).update(dict.fromkeys(probes[key]))
    members = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    for member in members:
        for name, values in probes_of(template, member, probes).items():
            result.setdefault(name, {}).update(values)
    return result


def with_probes(
    name: str, definition: Mapping[str, Any], literals: Sequence[str], probes: Iterable[Probe]
) -> tuple[Any, ...]:
    """The values to try for a parameter. The account decides the value of an SSM parameter, so it stays open."""
    definition = {"Type": "String", **definition}
    if str(definition["Type"]).startswith("AWS::SSM::"):
        return (f"{DYNAMIC}{name}",)
    values: list[Value] = list(candidates(name, definition, literals))
    if not isinstance(definition.get("AllowedValues"), list):
        groups = [[probe] if isinstance(probe, str) else probe for probe in probes]
        accepted = [
            text for group in groups for text in [each for each in group if accepts(name, definition, each)][:1]
        ]
        values += [(probe,) if is_list(definition) else probe for probe in accepted]
    return tuple(dict.fromkeys(values))


def truths(
    template: Mapping[str, Any], gated: Mapping[str, Any], values: Mapping[str, Value]
) -> Iterator[dict[str, bool]]:
    """The truths of the conditions that matter: decided by the parameters, and both where they do not decide."""
    definitions = dict(section(template, "Conditions"))
    used = sorted(condition_names(gated))
    decided, both = {}, []
    for name in used:
        names = reached(template, {"Condition": name})
        needed = {key: value for key, value in definitions.items() if key in names}
        try:
            if any(each.startswith("AWS::") for each in names):
                both.append(name)
            else:
                source = {"Conditions": needed, "Mappings": dict(section(template, "Mappings"))}
                decided[name] = evaluate_conditions(source, values, Pseudo(ACCOUNT, "us-east-1"))[name]
        except (TemplateError, KeyError):
            both.append(name)
    for chosen in itertools.product((True, False), repeat=len(both)):
        yield {**decided, **dict(zip(both, chosen, strict=True))}


def condition_names(node: Any) -> set[str]:
    """The conditions of every Fn::If in `node`, and that of the resource."""
    if isinstance(node, list):
        return set().union(*map(condition_names, node))
    if not isinstance(node, Mapping):
        return set()
    names = {node["Condition"]} if isinstance(node.get("Condition"), str) else set()
    branches = node.get("Fn::If")
    if isinstance(branches, list) and branches and isinstance(branches[0], str):
        names.add(branches[0])
    return names.union(*map(condition_names, node.values()))


def scope_of(
    values: Mapping[str, Value], pseudo: Pseudo, mappings: Mapping[str, Any], conditions: Mapping[str, bool]
) -> Scope:
    """The values that are available in a case; references to resources stay functions."""
    return Scope(values, pseudo, mappings=mappings, conditions=conditions, resources=None, functions=CORE_FUNCTIONS)


def resolved(node: Any, scope: Scope) -> Any:
    """The value of `node`, with OPEN for each member that is not decided."""
    if function_of(node) is not None:
        try:
            value = evaluate(node, scope)
        except TemplateError:
            return branch(node, scope)
        return opened(value)
    if isinstance(node, Mapping):
        members = {str(key): resolved(value, scope) for key, value in node.items()}
        return {key: value for key, value in members.items() if value is not NO_VALUE}
    if isinstance(node, list):
        return [value for value in (resolved(member, scope) for member in node) if value is not NO_VALUE]
    return OPEN if isinstance(node, str) and DYNAMIC in node else node


def branch(node: Mapping[str, Any], scope: Scope) -> Any:
    """The branch of a Fn::If that has a function which cannot be evaluated; OPEN for others."""
    branches = node.get("Fn::If")
    if isinstance(branches, list) and len(branches) == 3 and isinstance(branches[0], str):
        condition, when_true, when_false = branches
        if condition in scope.conditions:
            return resolved(when_true if scope.conditions[condition] else when_false, scope)
    return OPEN


def opened(value: Any) -> Any:
    """An evaluated value, with OPEN in place of functions and dynamic references."""
    if value is NO_VALUE:
        return value
    if function_of(value) is not None:
        return OPEN
    if isinstance(value, Mapping):
        return {key: opened(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [opened(member) for member in value]
    return OPEN if isinstance(value, str) and DYNAMIC in value else value


def is_any_other(value: Any) -> bool:
    """Whether a value stands for the values of a parameter that nothing names. The probes are tried besides it."""
    return isinstance(value, str) and value.startswith("<") and value.endswith(">")


def is_true(value: Any) -> bool:
    """Whether CloudFormation reads a value as true."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def members(
    node: Any, path: Path, required: Mapping[str, bool] = NOTHING
) -> Iterator[tuple[Path, Any, Mapping[str, bool]]]:
    """(path, member, truths of the conditions around it) of a list or single value, in each branch of each Fn::If."""
    branches = node.get("Fn::If") if isinstance(node, Mapping) and len(node) == 1 else None
    if isinstance(branches, list):
        if len(branches) == 3 and isinstance(branches[0], str):
            for index, truth in ((1, True), (2, False)):
                if required.get(branches[0], truth) is truth:
                    inside = {**required, branches[0]: truth}
                    yield from members(branches[index], (*path, "Fn::If", index), inside)
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from members(member, (*path, index), required)
    elif node is not None and node != {"Ref": "AWS::NoValue"}:
        yield path, node, required
