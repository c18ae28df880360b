"""Parameter sets to compare two versions by: the examples, and variations that turn each condition on and off.

A statement that somebody must opt in to is in no example's policy, and still is what a version lets people do.
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
    """Values for both versions."""

    label: str
    """`examples/launch-dev.yaml with MultiRegion=true`."""
    values: Parameters
    varied: bool = False
    """Whether it differs from the example."""
    all_on: bool = False
    """Whether every condition is true, as far as that was found."""

    def given(self, template: Mapping[str, Any]) -> dict[str, str]:
        """What one version is given: the parameters that it has."""
        return {name: self.values[name] for name in entries(template, "Parameters") if name in self.values}


@dataclass(frozen=True, slots=True)
class Variations:
    """The sets that can be launched in both versions, and what was looked for in vain."""

    found: list[Variation]
    given_up: list[str]
    """Conditions for which more values would have to be tried than `MOST_COMBINATIONS`."""


def variations(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    examples: Mapping[str, Parameters],
    pseudo: Pseudo,
    relevant: Set[str],
    guards: tuple[Set[Guard], Set[Guard]] = (frozenset(), frozenset()),
) -> Variations:
    """Each set that can be launched in both versions, once; parameters that are not `relevant` are not varied.

    `guards` are the conditions that parts of either version depend on together, to be met together.
    """
    result: dict[tuple[tuple[str, str], ...], Variation] = {}
    sides = tuple(Side(template, pseudo, more) for template, more in zip((old, new), guards, strict=True))
    for label, base in (examples or {"": {}}).items():
        for each in varied(Variation(label, settled(old, new, base)), sides, relevant):
            key = tuple(sorted(each.values.items()))
            if key not in result or each.all_on:
                result[key] = each
    possible = [each for each in result.values() if all(can_launch(each, template, pseudo) for template in (old, new))]
    return Variations(possible, sorted({name for side in sides for name in side.given_up}))


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


def varied(base: Variation, sides: Iterable[Side], relevant: Set[str]) -> Iterator[Variation]:
    """The base, each parameter through its AllowedValues, each condition true and false, and all of them true."""
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
class Side:
    """One version, with what was found out about its conditions."""

    template: Mapping[str, Any]
    pseudo: Pseudo
    together: Set[Guard] = frozenset()
    given_up: dict[str, None] = field(default_factory=dict)
    known: dict[str, list[str]] = field(default_factory=dict)
    """Parameter → values that may matter."""

    @cached_property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameters."""
        return entries(self.template, "Parameters")

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """Condition → every text that it depends on: parameters by name, and what they are compared with."""
        canonical = Canonical(self.template)
        return {name: list(dict.fromkeys(texts(canonical.condition(name)))) for name in canonical.conditions}

    def guards(self, relevant: Set[str]) -> Iterator[Guard]:
        """Each condition that is relevant, true and false, and those that are to be met together."""
        for name in self.texts:
            if relevant & set(self.parameters_of(name)):
                yield from (((name, wanted),) for wanted in (True, False))
        yield from sorted(guard for guard in self.together if len(guard) > 1)

    def parameters_of(self, name: str) -> list[str]:
        """The parameters that decide a condition, also through others."""
        return [text for text in self.texts.get(name, ()) if text in self.declared]

    def solved(self, guard: Guard, base: Variation) -> dict[str, str] | None:
        """Values under which conditions are as wanted; none where they are so already, or no values are found."""
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
        """Whether conditions are as wanted; not when they cannot be evaluated."""
        try:
            values = resolve_parameters(self.template, variation.given(self.template)).values
            decided = evaluate_conditions(self.template, values, self.pseudo)
        except TemplateError:
            return False
        return all(decided.get(name) is wanted for name, wanted in guard)

    def candidates(self, name: str) -> list[str]:
        """Values of a parameter that may matter: those allowed, the default, what it is compared with, another one."""
        if name not in self.known:
            definition = self.declared[name]
            allowed = finite(definition)
            self.known[name] = list(allowed) if allowed is not None else list(self.imagined(name, definition))
        return self.known[name]

    def imagined(self, name: str, definition: Mapping[str, Any]) -> Iterator[str]:
        """Values of a parameter that has no AllowedValues."""
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
