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

from catalog.access.resources import AccountValues
from catalog.cfn import Parameters as ResolvedParameters
from catalog.cfn import Pseudo, evaluate_conditions, evaluate_rules
from catalog.cfn.accepted_values import accepts, example, finite
from catalog.cfn.canonical import Canonical, Guard, texts
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.template import ParameterValues, TemplateError, section, text_of
from catalog.versions.sections import entries

Parameters = Mapping[str, str]
MOST_COMBINATIONS = 256
"""Limit on the combinations of values that are tried for the parameters of a condition."""
UNKNOWN = ""
"""The value in Parameter Store is not known; no value there is empty."""


@dataclass(frozen=True, slots=True)
class Variation:
    """The parameters of a launch, for both versions."""

    example: str
    """The example that it varies: `examples/launch-dev.yaml`."""
    values: Parameters
    changed: Parameters = field(default_factory=dict)
    """The parameters that differ from the example; for one in Parameter Store, the value that is stored there."""
    stored: Parameters = field(default_factory=dict)
    """The values in Parameter Store, by name; the others are unknown."""
    all_on: bool = False
    """Whether every condition is true, as far as values for that exist."""

    @property
    def label(self) -> str:
        """For example `examples/launch-dev.yaml with MultiRegion=true`."""
        words = ", ".join(f"{name}={value}" for name, value in sorted(self.changed.items()))
        return " with ".join(part for part in (self.example, words) if part)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Equal for launches with the same values."""
        return (*sorted(self.values.items()), *sorted(self.stored.items()))

    @property
    def account_values(self) -> AccountValues:
        """The values of the account, as far as the launch needs particular ones."""
        return AccountValues(ssm=self.stored)

    def given(self, template: Mapping[str, Any]) -> dict[str, str]:
        """The values of the parameters that the template has."""
        return {name: self.values[name] for name in entries(template, "Parameters") if name in self.values}

    def resolved(self, template: Mapping[str, Any]) -> ResolvedParameters:
        """All parameters of the template, with placeholders for unknown values in Parameter Store."""
        return self.account_values.parameters(template, self.given(template))

    def with_values(self, changes: Parameters, in_store: Set[str]) -> Variation:
        """The launch with some values changed; of the parameters in `in_store`, the stored value is changed."""
        stored = {name: value for name, value in changes.items() if name in in_store and value != UNKNOWN}
        values = {name: value for name, value in changes.items() if name not in in_store}
        differing = {name: value for name, value in values.items() if self.values.get(name) != value}
        return replace(
            self,
            values={**self.values, **values},
            changed={**self.changed, **differing, **stored},
            stored={**self.stored, **{self.values[name]: value for name, value in stored.items()}},
        )


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
            if variation.key not in result or variation.all_on:
                result[variation.key] = variation
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
    all_on = base
    for side in sides:
        for name, definition in side.declared.items():
            for value in (finite(definition) or ()) if name in relevant and name not in side.in_store else ():
                yield base.with_values({name: value}, side.in_store)
        for guard in side.guards(relevant):
            changes = side.solved(guard, base)
            if changes:
                yield base.with_values(changes, side.in_store)
                if all(wanted for _, wanted in guard):
                    all_on = all_on.with_values(changes, side.in_store)
    if all_on is not base:
        yield replace(all_on, all_on=True)


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
    bases: dict[tuple[tuple[str, str], ...], ParameterValues] = field(default_factory=dict)
    """Launch → the values of all its parameters, computed once."""

    @cached_property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameters of the template."""
        return entries(self.template, "Parameters")

    @cached_property
    def in_store(self) -> frozenset[str]:
        """The parameters whose values are in Parameter Store."""
        types = {name: parse_type(definition.get("Type")) for name, definition in self.declared.items()}
        return frozenset(name for name, kind in types.items() if kind.from_ssm)

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
            if self.holds(guard, base, changes):
                return changes
        if prod(map(len, options)) > MOST_COMBINATIONS:
            self.given_up[" and ".join(name if wanted else f"not {name}" for name, wanted in guard)] = None
        return None

    def holds(self, guard: Guard, base: Variation, changes: Parameters) -> bool:
        """Whether the conditions are as wanted with these changes; False if they cannot be evaluated."""
        try:
            values = self.changed_values(base, changes)
            decided = evaluate_conditions(self.template, values, self.pseudo, only=[name for name, _ in guard])
        except TemplateError:
            return False
        return all(decided.get(name) is wanted for name, wanted in guard)

    def changed_values(self, base: Variation, changes: Parameters) -> ParameterValues:
        """The parameters of the base with some changed. The others are resolved once: there can be hundreds."""
        if base.key not in self.bases:
            self.bases[base.key] = base.resolved(self.template).values
        new = {name: body for name, body in self.declared.items() if name in changes or name in self.in_store}
        changed = base.with_values(changes, self.in_store).resolved({**self.template, "Parameters": new})
        return {**self.bases[base.key], **changed.values}

    def candidates(self, name: str) -> list[str]:
        """The values of a parameter that may matter: its AllowedValues, or those of `likely_values`."""
        if name not in self.values:
            definition = self.declared[name]
            allowed = finite(definition) if name not in self.in_store else None
            self.values[name] = list(allowed) if allowed is not None else list(self.likely_values(name, definition))
        return self.values[name]

    def likely_values(self, name: str, definition: Mapping[str, Any]) -> Iterator[str]:
        """For a parameter without AllowedValues: the default, the texts that it is compared with, and another one.

        For one in Parameter Store: `UNKNOWN`, which equals no text, and what its stored value is compared with.
        """
        compared = [text for texts in self.texts.values() if name in texts for text in texts if text != name]
        if name in self.in_store:
            yield from (UNKNOWN, *dict.fromkeys(compared))
            return
        other = example({key: value for key, value in definition.items() if key != "Default"})
        for value in dict.fromkeys([text_of(definition.get("Default")), *compared, other]):
            if value is not None and accepts(definition, value):
                yield value


def can_launch(variation: Variation, template: Mapping[str, Any], pseudo: Pseudo) -> bool:
    """Whether the parameters are accepted and the template's Rules hold."""
    try:
        resolved = variation.resolved(template)
        rules = section(template, "Rules")
        return not resolved.problems and all(result.passed for result in evaluate_rules(rules, resolved.values, pseudo))
    except TemplateError:
        return False
