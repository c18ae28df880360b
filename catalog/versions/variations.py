"""L2. Parameter sets to compare two versions by: the examples, and variations that turn each condition on and off.

A statement that somebody must opt in to is in no example's policy, and still is what a version lets people do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from itertools import chain, islice, product
from typing import Any

from catalog.cfn import Pseudo, evaluate_conditions, evaluate_rules, resolve_parameters
from catalog.cfn.template import TemplateError, text_of
from catalog.versions.accepted import accepts, example, finite
from catalog.versions.canonical import Canonical, texts
from catalog.versions.sections import entries

Parameters = Mapping[str, str]
MOST_COMBINATIONS = 256
"""So many values of a condition's parameters are tried before it is given up."""


@dataclass(frozen=True, slots=True)
class Variation:
    """Values for both versions."""

    label: str
    """`examples/launch-dev.yaml with MultiRegion=true`."""
    values: Parameters
    varied: bool = False
    """Whether it is more than an example as it stands."""
    all_on: bool = False
    """Whether every condition is true, as far as that was found."""

    def given(self, template: Mapping[str, Any]) -> dict[str, str]:
        """What one version is given: the parameters that it has."""
        return {name: self.values[name] for name in entries(template, "Parameters") if name in self.values}


def variations(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    examples: Mapping[str, Parameters],
    pseudo: Pseudo,
    relevant: Set[str],
) -> list[Variation]:
    """Each set that can be launched in both versions, once; parameters that are not `relevant` are not varied."""
    found: dict[tuple[tuple[str, str], ...], Variation] = {}
    for label, base in (examples or {"": {}}).items():
        for one in varied(Variation(label, settled(old, new, base)), (old, new), pseudo, relevant):
            key = tuple(sorted(one.values.items()))
            if key not in found or one.all_on:
                found[key] = one
    return [one for one in found.values() if all(can_launch(one, template, pseudo) for template in (old, new))]


def settled(old: Mapping[str, Any], new: Mapping[str, Any], base: Parameters) -> dict[str, str]:
    """The base with a value for each parameter: an update keeps previous values, so the old default comes first.

    A value that one of the versions refuses gives way to one that both accept, where one is found.
    """
    values = dict(base)
    before, after = entries(old, "Parameters"), entries(new, "Parameters")
    for name, definition in {**after, **before}.items():
        default = text_of(definition.get("Default"))
        if name not in values and default is not None:
            values[name] = default
        sides = [side[name] for side in (before, after) if name in side]
        options = chain([values[name]] if name in values else [], filter(None, map(example, sides)))
        fitting = (text for text in options if all(accepts(side, text) for side in sides))
        if (chosen := next(fitting, None)) is not None:
            values[name] = chosen
    return values


def varied(
    base: Variation, templates: tuple[Mapping[str, Any], ...], pseudo: Pseudo, relevant: Set[str]
) -> Iterator[Variation]:
    """The base, each parameter through its AllowedValues, each condition true and false, and all of them true."""
    yield base
    all_on: dict[str, str] = {}
    for template in templates:
        for name, definition in entries(template, "Parameters").items():
            for value in (finite(definition) or ()) if name in relevant else ():
                yield with_values(base, {name: value})
        for name in entries(template, "Conditions"):
            if not parameters_of(template, name) & relevant:
                continue
            for wanted in (True, False):
                changes = solved(template, name, wanted, base, pseudo)
                if changes:
                    yield with_values(base, changes)
                    all_on |= changes if wanted else {}
    if all_on:
        yield replace(with_values(base, all_on), all_on=True)


def with_values(base: Variation, changes: Parameters) -> Variation:
    """The base with some values changed."""
    changed = {name: value for name, value in changes.items() if base.values.get(name) != value}
    words = ", ".join(f"{name}={value}" for name, value in sorted(changed.items()))
    label = " with ".join(part for part in (base.label, words) if part)
    return Variation(label, {**base.values, **changed}, varied=bool(changed))


def solved(
    template: Mapping[str, Any], name: str, wanted: bool, base: Variation, pseudo: Pseudo
) -> dict[str, str] | None:
    """Values under which a condition is as `wanted`; none where it is so already, or no values are found."""
    names = sorted(parameters_of(template, name))
    options = [candidates(template, parameter) for parameter in names]
    for values in islice(product(*options), MOST_COMBINATIONS):
        changes = dict(zip(names, values, strict=True))
        given = with_values(base, changes).given(template)
        if decided(template, name, given, pseudo) is wanted:
            return changes
    return None


def decided(template: Mapping[str, Any], name: str, given: Parameters, pseudo: Pseudo) -> bool | None:
    """What a condition is; None when it cannot be evaluated."""
    try:
        return evaluate_conditions(template, resolve_parameters(template, given).values, pseudo).get(name)
    except TemplateError:
        return None


def parameters_of(template: Mapping[str, Any], name: str) -> set[str]:
    """The parameters that decide a condition, also through others."""
    declared = entries(template, "Parameters")
    return {one for one in texts(Canonical(template).condition(name)) if one in declared}


def candidates(template: Mapping[str, Any], name: str) -> list[str]:
    """Values of a parameter that may matter: those allowed, the default, what conditions compare, and another one."""
    definition = entries(template, "Parameters")[name]
    allowed = finite(definition)
    if allowed is not None:
        return list(allowed)
    default = text_of(definition.get("Default"))
    compared = [one for condition in entries(template, "Conditions") for one in literals(template, condition, name)]
    other = example({key: value for key, value in definition.items() if key != "Default"})
    found = dict.fromkeys(value for value in (default, *compared, other) if value is not None)
    return [value for value in found if accepts(definition, value)]


def literals(template: Mapping[str, Any], condition: str, name: str) -> Iterator[str]:
    """What a condition compares a parameter with."""
    if name in parameters_of(template, condition):
        yield from (text for text in texts(Canonical(template).condition(condition)) if text != name)


def can_launch(variation: Variation, template: Mapping[str, Any], pseudo: Pseudo) -> bool:
    """Whether the parameters are accepted and the template's Rules hold."""
    try:
        resolved = resolve_parameters(template, variation.given(template))
        rules = template.get("Rules", {})
        return not resolved.problems and all(result.passed for result in evaluate_rules(rules, resolved.values, pseudo))
    except TemplateError:
        return False
