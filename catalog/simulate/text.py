"""A `Simulation` as text: sections of lines, each with a mark by which the CLI colours it."""

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
"""(mark, text). The text includes the word for the mark."""

WORDS = {Mark.PASS: "PASS", Mark.FAIL: "FAIL", Mark.NOT_APPLICABLE: "n/a ", Mark.OPEN: "OPEN"}
CONFLICT = "in conflict: portfolio and product have no value in common; AWS adds a tag that says so"
SOURCES = {"tag": "", "parameter": ", from the parameter", "only": ", the only value"}
SHOWN = 160  # characters of one value; JSON has the whole value


def lines(simulation: Simulation) -> Iterator[MarkedLine]:
    """The lines of the report, without line ends."""
    yield from _head(simulation)
    yield from _section("Parameters", _parameters(simulation))
    yield from _section("Rules of the template", _rules(simulation.rules))
    yield from _section("Separate lists", _lists(simulation))
    rendering = simulation.rendering
    conditions = rendering.conditions.items()
    yield from _section("Conditions", ((None, f"  {str(on).lower():5}  {name}") for name, on in conditions))
    yield from _section("Resources, in order of creation", _resources(rendering))
    yield from _section("Policies", _policies(rendering))
    yield from _section("Outputs", _outputs(rendering))
    yield from _section("Dynamic references, which AWS resolves", _dynamic_references(rendering))
    for path in simulation.paths:
        if path.portfolio:
            yield from _section(f"Portfolio {path.portfolio}: {path.display_name} ({path.source})", _path(path))
    for path in simulation.paths:
        yield from _verdict(simulation, path)


def _section(title: str, body: Iterator[MarkedLine]) -> Iterator[MarkedLine]:
    """A section; an empty one is left out."""
    lines_of_body = list(body)
    if lines_of_body:
        yield None, ""
        yield None, title
        yield from lines_of_body


def _head(simulation: Simulation) -> Iterator[MarkedLine]:
    account_region = simulation.account_region
    where = f" in account {account_region.account}, Region {account_region.region}" if account_region else ""
    yield None, f"{simulation.product} {simulation.version}{where}"
    if not simulation.paths[0].portfolio:
        yield None, "No portfolio has this product; the template is simulated by itself."


def _cut(text: str) -> str:
    flat = text.replace("\n", " ")
    return flat if len(flat) <= SHOWN else flat[:SHOWN] + "…"


def _parameters(simulation: Simulation) -> Iterator[MarkedLine]:
    width = max((len(parameter.name) for parameter in simulation.parameters), default=0)
    for parameter in simulation.parameters:
        first, *others = _values(parameter)
        remark = " (default)" if parameter.source == "default" else ""
        remark += f" (from SSM parameter {parameter.ssm})" if parameter.ssm else ""
        yield parameter.mark, f"  {WORDS[parameter.mark]}  {parameter.name:{width}}  {first}{remark}".rstrip()
        for other in others:
            yield None, f"        {'':{width}}  {other}"
        for fault in parameter.faults:
            yield parameter.mark, f"          {fault.message}"
            got = f"got {fault.got!r}; " if parameter.value is not None else ""
            yield None, f"          {got}limit: {fault.limit}"


def _values(parameter: ParameterOutcome) -> list[str]:
    """The values, one line each; an empty text is shown as `""`."""
    if parameter.value is None:
        if not parameter.type:
            return ["(not a parameter of the template)"]
        return ["(no value)" if parameter.mark is Mark.FAIL else "(not known)"]
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    return [_cut(value) or '""' for value in values]


def _rules(rules: tuple[RuleOutcome, ...]) -> Iterator[MarkedLine]:
    for rule in rules:
        yield rule.mark, f"  {WORDS[rule.mark]}  {rule.name}{f': {rule.reason}' if rule.reason else ''}"
        for assertion in rule.assertions:
            yield assertion.mark, f"          {WORDS[assertion.mark]}  {assertion.description}"


def _lists(simulation: Simulation) -> Iterator[MarkedLine]:
    for outcome in simulation.separate_lists:
        names = " and ".join(outcome.parameters)
        results = {Mark.PASS: "no member in common", Mark.FAIL: f"both have {', '.join(outcome.common)}"}
        yield outcome.mark, f"  {WORDS[outcome.mark]}  {names}: {results.get(outcome.mark, outcome.reason)}"


def _resources(rendering: Rendering) -> Iterator[MarkedLine]:
    if rendering.note:
        yield None, f"  {rendering.note}"
    for resource in rendering.resources:
        yield None, f"  {resource.logical_id}  {resource.type}"
        properties = {"Properties": _without_policies(resource.properties)} if resource.properties else {}
        body = {**resource.attributes, **properties}
        for line in as_yaml(readable(body)).decode().splitlines() if body else ():
            yield None, f"      {line}"
    for name in rendering.absent:
        yield None, f"  {name}  not created: its condition is false"


def _without_policies(value: Any) -> Any:
    """`value` without its policies, which have their own section."""
    if as_policy(value) is not None:
        return "see Policies"
    if isinstance(value, Mapping):
        return {key: _without_policies(member) for key, member in value.items()}
    return [_without_policies(member) for member in value] if is_list(value) else value


def readable(value: Any) -> Any:
    """`value` with its references written as in Fn::Sub: `${Key.Arn}`."""
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
    texts = [_flat(member) for member in (value if is_list(value) else [value])]
    joined = ", ".join(texts)
    if len(joined) <= 100:
        yield None, f"             {name}: {joined}"
        return
    yield None, f"             {name}:"
    yield from ((None, f"               {text}") for text in texts)


def _outputs(rendering: Rendering) -> Iterator[MarkedLine]:
    width = max((len(output.name) for output in rendering.outputs), default=0)
    for output in rendering.outputs:
        value = _flat(readable(output.value))
        yield None, f"  {output.name:{width}}  {value}{f'  (export {output.export})' if output.export else ''}"


def _dynamic_references(rendering: Rendering) -> Iterator[MarkedLine]:
    for reference in rendering.dynamic:
        yield None, f"  {reference.path}: {reference.reference}"


def _path(path: PathOutcome) -> Iterator[MarkedLine]:
    yield from _rules(path.rules)
    width = max((len(option.key) for option in path.tag_options), default=0)
    for option in path.tag_options:
        start = f"  {WORDS[option.mark]}  TagOption {option.key:{width}}"
        if option.source == "conflict":
            yield option.mark, f"{start}  {CONFLICT}"
            continue
        value = f"{option.value}{SOURCES[option.source]}" if option.source else "not chosen"
        yield option.mark, f"{start}  {value}; choose from {', '.join(option.offered)}"


def _verdict(simulation: Simulation, path: PathOutcome) -> Iterator[MarkedLine]:
    launch = f"{simulation.product} {simulation.version}" + (f" through {path.portfolio}" if path.portfolio else "")
    yield None, ""
    if path.verdict is LaunchVerdict.LAUNCHED:
        yield Mark.PASS, f"{launch}: would be launched"
    elif path.verdict is LaunchVerdict.REFUSED:
        count = len(path.refusals)
        yield Mark.FAIL, f"{launch}: would be refused: {count} reason{'s' if count > 1 else ''}"
        yield from ((None, f"  - {reason}") for reason in path.refusals)
    else:
        count = len(path.missing)
        yield Mark.OPEN, f"{launch}: undecided, {count} value{'s are' if count > 1 else ' is'} not known"
    for fact in path.missing:
        yield Mark.OPEN, f"  - {KINDS[fact.kind]} {fact.name}: {fact.remedy}"


KINDS = {
    "ssm": "the SSM parameter",
    "import": "the export",
    "zones": "the availability zones of",
    "ref_all": "all values of type",
    "value_of": "the value of",
    "value_of_all": "the values of all",
    "macro": "the result of a macro:",
}
