"""Searches for launches, for the controls over rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import Search, TemplateError
from catalog.cfn.booleans import every
from catalog.cfn.solver import atoms, references, texts
from catalog.check.portfolio._control import OfferedVersion


def search(offered: OfferedVersion, *rules: Mapping[str, Any], alone: bool = False) -> Search:
    """Search for a launch that satisfies the version's own Rules (unless `alone`) and these rules.

    The result for a malformed template is undecided.
    """
    own = () if alone else (offered.template.get("Rules", {}),)
    try:
        return offered.solver.search(*own, *rules)
    except TemplateError:  # other checks report a malformed template
        return Search(None, exact=False)


def equals(offered: OfferedVersion, name: str, value: str) -> dict[str, Any]:
    """The rule function that a parameter has this value; a list has exactly its members."""
    parameter = offered.solver.parameters[name]
    if not parameter.type.is_list:
        return {"Fn::Equals": [{"Ref": name}, value]}
    members = list(dict.fromkeys(parameter.type.split(value)))
    each = [{"Fn::Contains": [{"Ref": name}, member]} for member in members]
    return every([{"Fn::EachMemberIn": [{"Ref": name}, members]}, *each])


def refuses(offered: OfferedVersion, name: str, value: str) -> dict[str, Any]:
    """The rule function that a parameter has another value than this."""
    return {"Fn::Not": [equals(offered, name, value)]}


@dataclass(frozen=True, slots=True)
class Clash:
    """Rules that no launch satisfies together. Without any one of them, a launch does."""

    rules: tuple[str, ...]
    """Names of rules of the portfolio."""
    own: tuple[str, ...]
    """Names of rules of the template."""


def impossible_rules(offered: OfferedVersion, rules: Mapping[str, Any]) -> list[str]:
    """The rules that no launch satisfies, even without the other rules."""
    return [name for name, rule in rules.items() if search(offered, {name: rule}, alone=True).impossible]


def contradictions(offered: OfferedVersion, rules: Mapping[str, Any]) -> Iterator[Clash]:
    """Smallest sets of rules that no launch satisfies together, without rules that are impossible alone."""
    alone = impossible_rules(offered, rules)
    left = {name: rule for name, rule in rules.items() if name not in alone}
    own: dict[str, Any] = dict(offered.template.get("Rules", {}))
    while search(offered, own, left, alone=True).impossible:
        clash = fewest(offered, own, left)
        yield clash
        if not clash.rules:  # the template contradicts itself
            return
        del left[clash.rules[0]]


def fewest(offered: OfferedVersion, own: Mapping[str, Any], rules: Mapping[str, Any]) -> Clash:
    """A smallest set of rules that no launch satisfies together: remove unneeded rules, one by one."""
    kept_own, kept = dict(own), dict(rules)
    for group in (kept_own, kept):
        for name in list(group):
            rule = group.pop(name)
            if not search(offered, kept_own, kept, alone=True).impossible:
                group[name] = rule
    return Clash(tuple(name for name in rules if name in kept), tuple(name for name in own if name in kept_own))


def refused_values(offered: OfferedVersion, rule: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(parameter, value, accepted values) of each value in a rule that the parameter cannot have."""
    limits: dict[tuple[str, str], str] = {}
    try:
        parameters = offered.solver.parameters
    except TemplateError:  # other checks report a malformed template
        return []
    for _, argument in atoms(rule):
        for name in references(argument):
            for value in texts(argument):
                parameter = parameters.get(name)
                problem = parameter.refusal(value) if parameter else None
                if problem is not None:
                    limits[name, value] = problem.limit
    return [(name, value, limit) for (name, value), limit in limits.items()]
