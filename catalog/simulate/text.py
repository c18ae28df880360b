"""A `Simulation` for people: sections of marked lines; who prints them may colour them by the mark."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.template import function_of, is_list
from catalog.content.render import as_yaml
from catalog.simulate.policies import as_policy
from catalog.simulate.simulation import (
    LaunchVerdict,
    Mark,
    ParameterOutcome,
    PathOutcome,
    Rendering,
    RuleOutcome,
    Simulation,
)

MarkedLine = tuple[Mark | None, str]
"""A line with the mark that it is about; the mark's word stands in the text already."""

WORDS = {Mark.PASS: "PASS", Mark.FAIL: "FAIL", Mark.NOT_APPLICABLE: "n/a ", Mark.OPEN: "OPEN"}
CONFLICT = (
    "in conflict: portfolio and product have no value in common, and AWS tags what is launched with a note of that"
)
SHOWN = 160  # characters of one value; JSON has all of it


def lines(simulation: Simulation) -> Iterator[MarkedLine]:
    """The whole report, without line ends."""
    yield from _head(simulation)
    yield from _section("Parameters", _parameters(simulation))
    yield from _section("Rules of the template", _rules(simulation.rules))
    yield from _section("Separate lists", _lists(simulation))
    rendering = simulation.rendering
    conditions = rendering.conditions.items()
    yield from _section("Conditions", ((None, f"  {str(on).lower():5}  {name}") for name, on in conditions))
    yield from _section("Resources, in the order of their creation", _resources(rendering))
    yield from _section("Policies", _policies(rendering))
    yield from _section("Outputs", _outputs(rendering))
    yield from _section("Read by AWS alone", ((None, f"  {each.path}: {each.reference}") for each in rendering.dynamic))
    for path in simulation.paths:
        if path.portfolio:
            yield from _section(f"Portfolio {path.portfolio}: {path.display_name} ({path.source})", _path(path))
    for path in simulation.paths:
        yield from _verdict(simulation, path)


def _section(title: str, body: Iterator[MarkedLine]) -> Iterator[MarkedLine]:
    """A section, left out when there is nothing in it."""
    found = list(body)
    if found:
        yield None, ""
        yield None, title
        yield from found


def _head(simulation: Simulation) -> Iterator[MarkedLine]:
    place = simulation.place
    where = f" in account {place.account}, Region {place.region}" if place else ""
    yield None, f"{simulation.product} {simulation.version}{where}"
    if not simulation.paths[0].portfolio:
        yield None, "No portfolio has it: this is the template alone."


def _cut(text: str) -> str:
    flat = text.replace("\n", " ")
    return flat if len(flat) <= SHOWN else flat[:SHOWN] + "…"


def _parameters(simulation: Simulation) -> Iterator[MarkedLine]:
    width = max((len(each.name) for each in simulation.parameters), default=0)
    for each in simulation.parameters:
        first, *others = _values(each)
        remark = " (default)" if each.source == "default" else ""
        remark += f" (from SSM parameter {each.ssm})" if each.ssm else ""
        yield each.mark, f"  {WORDS[each.mark]}  {each.name:{width}}  {first}{remark}".rstrip()
        for other in others:
            yield None, f"        {'':{width}}  {other}"
        for fault in each.faults:
            yield each.mark, f"          {fault.message}"
            got = f"got {fault.got!r}; " if each.value is not None else ""
            yield None, f"          {got}limit: {fault.limit}"


def _values(parameter: ParameterOutcome) -> list[str]:
    """A line each; an empty text is shown as such."""
    if parameter.value is None:
        if not parameter.type:
            return ["(no parameter of the template)"]
        return ["(no value)" if parameter.mark is Mark.FAIL else "(not known)"]
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    return [_cut(value) or '""' for value in values]


def _rules(rules: tuple[RuleOutcome, ...]) -> Iterator[MarkedLine]:
    for rule in rules:
        yield rule.mark, f"  {WORDS[rule.mark]}  {rule.name}{f': {rule.reason}' if rule.reason else ''}"
        for assertion in rule.assertions:
            yield assertion.mark, f"          {WORDS[assertion.mark]}  {assertion.description}"


def _lists(simulation: Simulation) -> Iterator[MarkedLine]:
    for each in simulation.separate_lists:
        text = " and ".join(each.parameters)
        told = {Mark.PASS: "no member in common", Mark.FAIL: f"both have {', '.join(each.common)}"}
        yield each.mark, f"  {WORDS[each.mark]}  {text}: {told.get(each.mark, each.reason)}"


def _resources(rendering: Rendering) -> Iterator[MarkedLine]:
    if rendering.note:
        yield None, f"  {rendering.note}"
    for each in rendering.resources:
        yield None, f"  {each.logical_id}  {each.type}"
        body = {**each.attributes, **({"Properties": _without_policies(each.properties)} if each.properties else {})}
        for line in as_yaml(readable(body)).decode().splitlines() if body else ():
            yield None, f"      {line}"
    for name in rendering.absent:
        yield None, f"  {name}  is not created: its condition is false"


def _without_policies(value: Any) -> Any:
    """Policies have a section of their own."""
    if as_policy(value) is not None:
        return "see Policies"
    if isinstance(value, Mapping):
        return {key: _without_policies(member) for key, member in value.items()}
    return [_without_policies(member) for member in value] if is_list(value) else value


def readable(value: Any) -> Any:
    """`value` with its symbolic references as Fn::Sub writes them: `${Key.Arn}`."""
    function = function_of(value)
    if function is None:
        if isinstance(value, Mapping):
            return {key: readable(member) for key, member in value.items()}
        return [readable(member) for member in value] if is_list(value) else value
    name, argument = function
    if name == "Ref" and isinstance(argument, str):
        return f"${{{argument}}}"
    if name == "Fn::GetAtt" and is_list(argument) and all(isinstance(part, str) for part in argument):
        return f"${{{'.'.join(argument)}}}"
    if name == "Fn::Join" and is_list(argument) and is_list(argument[1]):
        return str(argument[0]).join(_flat(readable(part)) for part in argument[1])
    if name in ("Fn::ImportValue", "Fn::GetAZs") and isinstance(argument, str):
        return f"${{{name.removeprefix('Fn::')} {argument}}}"
    return {name: readable(argument)}


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _policies(rendering: Rendering) -> Iterator[MarkedLine]:
    for policy in rendering.policies:
        yield None, f"  {policy.resource} {policy.path}".rstrip()
        statements = policy.document["Statement"]
        for statement in statements if is_list(statements) else [statements]:
            yield None, f"      {statement['Effect']:5}  {statement.get('Sid', '')}".rstrip()
            for member, value in statement.items():
                if member not in ("Effect", "Sid"):
                    yield from _member(member, readable(value))


def _member(name: str, value: Any) -> Iterator[MarkedLine]:
    """A member of a statement: one line when it is short."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _member(f"{name} {key}", inner)
        return
    texts = [_flat(each) for each in (value if is_list(value) else [value])]
    joined = ", ".join(texts)
    if len(joined) <= 100:
        yield None, f"             {name}: {joined}"
        return
    yield None, f"             {name}:"
    yield from ((None, f"               {text}") for text in texts)


def _outputs(rendering: Rendering) -> Iterator[MarkedLine]:
    width = max((len(each.name) for each in rendering.outputs), default=0)
    for each in rendering.outputs:
        value = _flat(readable(each.value))
        yield None, f"  {each.name:{width}}  {value}{f'  (export {each.export})' if each.export else ''}"


def _path(path: PathOutcome) -> Iterator[MarkedLine]:
    yield from _rules(path.rules)
    width = max((len(each.key) for each in path.tag_options), default=0)
    for each in path.tag_options:
        if each.source == "conflict":
            yield each.mark, f"  {WORDS[each.mark]}  TagOption {each.key:{width}}  {CONFLICT}"
            continue
        source = {"tag": "", "parameter": ", as the parameter", "only": ", as there is no other"}.get(each.source, "")
        value = f"{each.value}{source}" if each.source else "no choice yet"
        offered = ", ".join(each.offered)
        yield each.mark, f"  {WORDS[each.mark]}  TagOption {each.key:{width}}  {value}; on offer: {offered}"


def _verdict(simulation: Simulation, path: PathOutcome) -> Iterator[MarkedLine]:
    what = f"{simulation.product} {simulation.version}" + (f" through {path.portfolio}" if path.portfolio else "")
    yield None, ""
    if path.verdict is LaunchVerdict.LAUNCHED:
        yield Mark.PASS, f"{what}: would be launched"
    elif path.verdict is LaunchVerdict.REFUSED:
        count = len(path.refusals)
        yield Mark.FAIL, f"{what}: would be refused: {count} reason{'s' if count > 1 else ''}"
        yield from ((None, f"  - {reason}") for reason in path.refusals)
    else:
        yield Mark.OPEN, f"{what}: cannot be said, {len(path.missing)} facts are not known"
    for fact in path.missing:
        yield Mark.OPEN, f"  - {KINDS[fact.kind]} {fact.name}: {fact.remedy}"


KINDS = {
    "ssm": "the SSM parameter",
    "import": "the export",
    "zones": "the availability zones of",
    "ref_all": "all values of type",
    "value_of": "the value of",
    "value_of_all": "the values of all",
    "macro": "what a macro makes of it:",
}
