"""Parameters of the launches whose access is compared: the examples, and variations that turn conditions on and off.

A statement that a launch must opt in to may be in no example's policy, but it is part of what the version allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice, product
from math import prod
from typing import Any

from catalog.cfn import Pseudo, evaluate_conditions, evaluate_rules, resolve_parameters
from catalog.cfn.accepted_values import accepts, example, finite
from catalog.cfn.canonical import Canonical, Guard, texts
from catalog.cfn.template import TemplateError, section, text_of
from catalog.versions.sections import entries

Parameters = Mapping[str, str]
MOST_COMBINATIONS = 256
"""Limit on the combinations of values that are tried for the parameters of a condition."""


@dataclass(frozen=True, slots=True)
class Variation:
    """The parameters of a launch, for both versions."""

    label: str
    """For example `examples/launch-dev.yaml with MultiRegion=true`."""
    values: Parameters
    varied: bool = False
    """Whether it differs from the example."""
    all_on: bool = False
    """Whether every condition is true, as far as values for that exist."""

    def given(self, template: Mapping[str, Any]) -> dict[str, str]:
        """The values of the parameters that the template has."""
        return {name: self.values[name] for name in entries(template, "Parameters") if name in self.values}


@dataclass(frozen=True, slots=True)
class Variations:
    """The launches that both versions accept, and the conditions for which the search was given up."""

    launches: list[Variation]
    given_up: list[str]
    """Conditions that need more combinations of values than `MOST_COMBINATIONS`."""


def variations(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    examples: Mapping[str, Parameters],
    pseudo: Pseudo,
    relevant: Set[str],
    guards: tuple[Set[Guard], Set[Guard]] = (frozenset(), frozenset()),
) -> Variations:
    """Each launch that both versions accept, once; only parameters in `relevant` are varied.

    `guards` are, for each version, the combinations of conditions that parts of it depend on.
    """
    result: dict[tuple[tuple[str, str], ...], Variation] = {}
    sides = tuple(ConditionSolver(template, pseudo, more) for template, more in zip((old, new), guards, strict=True))
    for label, base in (examples or {"": {}}).items():
        for variation in varied(Variation(label, settled(old, new, base)), sides, relevant):
            key = tuple(sorted(variation.values.items()))
            if key not in result or variation.all_on:
                result[key] = variation
    launches = [
        variation
        for variation in result.values()
        if all(can_launch(variation, template, pseudo) for template in (old, new))
    ]
    return Variations(launches, sorted({name for side in sides for name in side.given_up}))


def settled(old: Mapping[str, Any], new: Mapping[str, Any], base: Parameters) -> dict[str, str]:
    """The base with a value for each parameter: an update keeps previous values, so the old default comes first.

    A value that one of the versions refuses is replaced by one that both accept, if one is found.
    """
    values = dict(base)
    before, after = entries(old, "Parameters"), entries(new, "Parameters")
    for name, definition in {**after, **before}.items():
        default = text_of(definition.get("Default"))
        if name not in values and default is not None:
            values[name] = default
        sides = [side[name] for side in (before, after) if name in side]
        options = chain([values[name]] if name in values else [], filter(None, map(example, sides)))
        accepted = (text for text in options if all(accepts(side, text) for side in sides))
        if (chosen := next(accepted, None)) is not None:
            values[name] = chosen
    return values


def varied(base: Variation, sides: Iterable[ConditionSolver], relevant: Set[str]) -> Iterator[Variation]:
    """The base; variations with each AllowedValue, with each condition true and false, and with all conditions true."""
    yield base
    all_on: dict[str, str] = {}
    for side in sides:
        for name, definition in side.declared.items():
            for value in (finite(definition) or ()) if name in relevant else ():
                yield with_values(base, {name: value})
        for guard in side.guards(relevant):
            changes = side.solved(guard, base)
            if changes:
                yield with_values(base, changes)
                all_on |= changes if all(wanted for _, wanted in guard) else {}
    if all_on:
        yield replace(with_values(base, all_on), all_on=True)


def with_values(base: Variation, changes: Parameters) -> Variation:
    """The base with some values changed."""
    changed = {name: value for name, value in changes.items() if base.values.get(name) != value}
    words = ", ".join(f"{name}={value}" for name, value in sorted(changed.items()))
    label = " with ".join(part for part in (base.label, words) if part)
    return Variation(label, {**base.values, **changed}, varied=bool(changed))


@dataclass(frozen=True)
class ConditionSolver:
    """Finds values under which the conditions of a template are true or false."""

    template: Mapping[str, Any]
    pseudo: Pseudo
    combined: Set[Guard] = frozenset()
    """Combinations of conditions to solve, besides each condition alone."""
    given_up: dict[str, None] = field(default_factory=dict)
    """Conditions whose search was given up, in order."""
    values: dict[str, list[str]] = field(default_factory=dict)
    """Parameter → values that may matter, computed once."""

    @cached_property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameters of the template."""
        return entries(self.template, "Parameters")

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """Condition → every text that it depends on: parameters by name, and what they are compared with."""
        canonical = Canonical(self.template)
        return {name: list(dict.fromkeys(texts(canonical.condition(name)))) for name in canonical.conditions}

    def guards(self, relevant: Set[str]) -> Iterator[Guard]:
        """Each relevant condition, true and false, and the combined ones."""
        for name in self.texts:
            if relevant & set(self.parameters_of(name)):
                yield from (((name, wanted),) for wanted in (True, False))
        yield from sorted(guard for guard in self.combined if len(guard) > 1)

    def parameters_of(self, name: str) -> list[str]:
        """The parameters that decide a condition, directly or through other conditions."""
        return [text for text in self.texts.get(name, ()) if text in self.declared]

    def solved(self, guard: Guard, base: Variation) -> dict[str, str] | None:
        """Values of the deciding parameters for which the conditions are as wanted; None if none are found."""
        names = sorted({parameter for name, _ in guard for parameter in self.parameters_of(name)})
        options = [self.candidates(name) for name in names]
        for values in islice(product(*options), MOST_COMBINATIONS):
            changes = dict(zip(names, values, strict=True))
            if self.holds(guard, with_values(base, changes)):
                return changes
        if prod(map(len, options)) > MOST_COMBINATIONS:
            self.given_up[" and ".join(name if wanted else f"not {name}" for name, wanted in guard)] = None
        return None

    def holds(self, guard: Guard, variation: Variation) -> bool:
        """Whether the conditions are as wanted; False if they cannot be evaluated."""
        try:
            values = resolve_parameters(self.template, variation.given(self.template)).values
            decided = evaluate_conditions(self.template, values, self.pseudo)
        except TemplateError:
            return False
        return all(decided.get(name) is wanted for name, wanted in guard)

    def candidates(self, name: str) -> list[str]:
        """The values of a parameter that may matter: its AllowedValues, or those of `likely_values`."""
        if name not in self.values:
            definition = self.declared[name]
            allowed = finite(definition)
            self.values[name] = list(allowed) if allowed is not None else list(self.likely_values(name, definition))
        return self.values[name]

    def likely_values(self, name: str, definition: Mapping[str, Any]) -> Iterator[str]:
        """For a parameter without AllowedValues: the default, the texts that it is compared with, and another one."""
        compared = [text for texts in self.texts.values() if name in texts for text in texts if text != name]
        other = example({key: value for key, value in definition.items() if key != "Default"})
        for value in dict.fromkeys([text_of(definition.get("Default")), *compared, other]):
            if value is not None and accepts(definition, value):
                yield value


def can_launch(variation: Variation, template: Mapping[str, Any], pseudo: Pseudo) -> bool:
    """Whether the parameters are accepted and the template's Rules hold."""
    try:
        resolved = resolve_parameters(template, variation.given(template))
        rules = section(template, "Rules")
        return not resolved.problems and all(result.passed for result in evaluate_rules(rules, resolved.values, pseudo))
    except TemplateError:
        return False
