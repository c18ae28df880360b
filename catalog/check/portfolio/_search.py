"""Searches for launches, as the controls over rules ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import Search, TemplateError
from catalog.cfn.booleans import every
from catalog.cfn.solver import atoms, references, texts
from catalog.check.portfolio._control import OfferedVersion


def search(offered: OfferedVersion, *rules: Mapping[str, Any], alone: bool = False) -> Search:
    """A launch of a version that satisfies its own Rules (unless `alone`) and these; undecided when it is malformed."""
    own = () if alone else (offered.template.get("Rules", {}),)
    try:
        return offered.solver.search(*own, *rules)
    except TemplateError:  # the template's own checks say what is wrong with it
        return Search(None, exact=False)


def equals(offered: OfferedVersion, name: str, value: str) -> dict[str, Any]:
    """The rule function that a parameter has a value: of a list, exactly its members."""
    candidate = offered.solver.candidates[name]
    if not candidate.type.is_list:
        return {"Fn::Equals": [{"Ref": name}, value]}
    members = list(dict.fromkeys(candidate.type.split(value)))
    each = [{"Fn::Contains": [{"Ref": name}, member]} for member in members]
    return every([{"Fn::EachMemberIn": [{"Ref": name}, members]}, *each])


def refuses(offered: OfferedVersion, name: str, value: str) -> dict[str, Any]:
    """The rule function that a parameter has any value but this."""
    return {"Fn::Not": [equals(offered, name, value)]}


@dataclass(frozen=True, slots=True)
class Clash:
    """Rules that no launch satisfies together; without any of them one does."""

    rules: tuple[str, ...]
    """Of the portfolio."""
    own: tuple[str, ...]
    """Of the template."""


def impossible_rules(offered: OfferedVersion, rules: Mapping[str, Any]) -> list[str]:
    """The rules that no launch satisfies, even alone."""
    return [name for name, rule in rules.items() if search(offered, {name: rule}, alone=True).impossible]


def contradictions(offered: OfferedVersion, rules: Mapping[str, Any]) -> Iterator[Clash]:
    """Sets of rules that cannot hold together, the fewest each; what is impossible alone is left out."""
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
    """A smallest part of rules that cannot hold together: leave out what is not needed for that, one by one."""
    kept_own, kept = dict(own), dict(rules)
    for group in (kept_own, kept):
        for name in list(group):
            rule = group.pop(name)
            if not search(offered, kept_own, kept, alone=True).impossible:
                group[name] = rule
    return Clash(tuple(name for name in rules if name in kept), tuple(name for name in own if name in kept_own))


def refused_values(offered: OfferedVersion, rule: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(parameter, value, what would be right) of each value that a rule compares a parameter with in vain."""
    found: dict[tuple[str, str], str] = {}
    try:
        candidates = offered.solver.candidates
    except TemplateError:  # the template's own checks say what is wrong with it
        return []
    for _, argument in atoms(rule):
        for name in references(argument):
            for value in texts(argument):
                candidate = candidates.get(name)
                problem = candidate.refusal(value) if candidate else None
                if problem is not None:
                    found[name, value] = problem.limit
    return [(name, value, limit) for (name, value), limit in found.items()]
