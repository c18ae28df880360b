"""What a template can say: every value that a property may have, over all parameters that are allowed.

Sound, not exact: what cannot be told counts as anything. A literal is itself; a parameter with AllowedValues is one of
them; Fn::If is whatever its reachable branches are, where a condition over parameters with AllowedValues is decided by
trying them all; a lookup in a mapping is any value of its that fits; every other function is anything. The template's
Rules and a portfolio's constraints are left out of account: they can only make less possible.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.cfn import Pseudo, Template, evaluate_conditions
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.template import is_list, section, text_of

LOOP = "Fn::ForEach::"
TRIALS = 4096
"""Combinations of parameters that are tried to decide a condition; beyond, both outcomes count as possible."""
SOMEWHERE = Pseudo("123456789012", "us-east-1")


@dataclass(frozen=True, slots=True)
class PossibleValues:
    """What a property can be."""

    texts: frozenset[str] = frozenset()
    """The scalars that it can be, as CloudFormation compares them: true is "true"."""
    anything: bool = False
    """Whether it can also be what cannot be told before launch, or an object or list."""
    absent: bool = False
    """Whether it can be left out."""

    @property
    def present(self) -> bool:
        """Whether the property can be there."""
        return self.anything or bool(self.texts)

    def can_be(self, text: str, default: str = "") -> bool:
        """Whether it can have the value; left out, it has `default`."""
        return self.anything or text in self.texts or (self.absent and text == default)

    def __or__(self, other: PossibleValues) -> PossibleValues:
        """What either can be."""
        return PossibleValues(self.texts | other.texts, self.anything or other.anything, self.absent or other.absent)


ANYTHING = PossibleValues(anything=True)
ABSENT = PossibleValues(absent=True)
NOTHING = PossibleValues()


@dataclass(frozen=True, slots=True)
class TemplateView:
    """One version's template, asked for what it can be."""

    template: Template
    outcomes: dict[str, frozenset[bool]] = field(default_factory=dict, compare=False, repr=False)
    """Conditions that were decided already."""

    def resources(self) -> Iterator[TemplateResource]:
        """Every resource that can exist, those made by loops once each."""
        yield from self.members(section(self.template, "Resources"))

    def members(self, resources: Mapping[str, Any]) -> Iterator[TemplateResource]:
        """The resources of a section, or of a loop's body."""
        for logical_id, resource in resources.items():
            if logical_id.startswith(LOOP) and is_list(resource) and isinstance(resource[-1], Mapping):
                yield from self.members(resource[-1])
            elif isinstance(resource, Mapping) and True in self.outcome(resource.get("Condition")):
                yield TemplateResource(self, logical_id, str(resource.get("Type")), resource.get("Properties", {}))

    def values(self, node: Any) -> PossibleValues:
        """What a node can be."""
        if isinstance(node, Mapping) and len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref":
                return ABSENT if argument == "AWS::NoValue" else self.parameter(argument)
            if name == "Fn::If":
                return union(self.values(branch) for branch in self.branches(argument))
            return self.mapped(argument) if name == "Fn::FindInMap" else ANYTHING
        text = text_of(node)
        # A loop's variable may stand in any text, a dynamic reference in any property.
        unknown = text is None or "{{resolve:" in text or "${" in text or "&{" in text
        return ANYTHING if unknown else PossibleValues(frozenset({str(text)}))

    def parameter(self, name: Any) -> PossibleValues:
        """What a parameter can be; anything, unless AllowedValues list it."""
        allowed = self.allowed(name)
        return ANYTHING if allowed is None else PossibleValues(frozenset(allowed))

    def allowed(self, name: Any) -> tuple[str, ...] | None:
        """The values of a parameter that has a list of them; None for all others, for SSM's and for lists."""
        definition = section(self.template, "Parameters").get(name) if isinstance(name, str) else None
        if not isinstance(definition, Mapping) or not is_list(definition.get("AllowedValues")):
            return None
        kind = parse_type(definition.get("Type"))
        texts = [text_of(value) for value in definition["AllowedValues"]]
        # Of an SSM parameter it is the name that is limited, not what is stored under it.
        return None if kind.from_ssm or kind.is_list else tuple(text for text in texts if text is not None)

    def branches(self, argument: Any) -> Iterator[Any]:
        """The branches of a Fn::If that can be taken."""
        if not is_list(argument) or len(argument) != 3:
            return
        outcome = self.outcome(argument[0])
        if True in outcome:
            yield argument[1]
        if False in outcome:
            yield argument[2]

    def mapped(self, argument: Any) -> PossibleValues:
        """What a lookup can find: the values of the mapping under the keys that fit."""
        if not is_list(argument) or len(argument) != 3 or not isinstance(argument[0], str):
            return ANYTHING
        top, second = self.values(argument[1]), self.values(argument[2])
        table = section(self.template, "Mappings").get(argument[0])
        rows = [row for key, row in table.items() if top.can_be(key)] if isinstance(table, Mapping) else []
        return union(
            self.values(value)
            for row in rows
            if isinstance(row, Mapping)
            for key, value in row.items()
            if second.can_be(key)
        )

    def outcome(self, condition: Any) -> frozenset[bool]:
        """What a condition can be; True for a resource that has none."""
        if not isinstance(condition, str):
            return frozenset({True}) if condition is None else frozenset({True, False})
        if condition not in self.outcomes:
            self.outcomes[condition] = self.decide(condition)
        return self.outcomes[condition]

    def decide(self, condition: str) -> frozenset[bool]:
        """Try all values of the parameters that the condition reads; both outcomes when they cannot all be tried."""
        conditions = section(self.template, "Conditions")
        needed = closure(condition, conditions)
        read = {name for key in needed for name in references(conditions[key])}
        choices = {name: self.allowed(name) for name in sorted(read)}
        finite = {name: values for name, values in choices.items() if values is not None}
        if condition not in needed or len(finite) < len(choices) or math.prod(map(len, finite.values())) > TRIALS:
            return frozenset({True, False})
        reduced = {
            **({"Transform": self.template["Transform"]} if "Transform" in self.template else {}),
            "Mappings": section(self.template, "Mappings"),
            "Conditions": {key: conditions[key] for key in needed},
        }
        trials = itertools.product(*finite.values())
        return frozenset(
            evaluate_conditions(reduced, dict(zip(finite, trial, strict=True)), SOMEWHERE)[condition]
            for trial in trials
        )


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """One resource of one version's template."""

    view: TemplateView
    logical_id: str
    type: str
    properties: Any

    def values(self, path: str) -> PossibleValues:
        """What the property at a path such as `SSESpecification.KMSMasterKeyId` can be; lists are looked through."""
        return union(self.view.values(node) for node in self.nodes(path)) | self.missing(path)

    def nodes(self, path: str) -> Iterator[Any]:
        """Every node that can stand at `path`; an opaque function on the way stands for all below it."""
        nodes: Iterable[Any] = (self.properties,)
        for step in path.split("."):
            nodes = [below for node in nodes for below in self.below(node, step)]
        yield from nodes

    def below(self, node: Any, step: str) -> Iterator[Any]:
        """What can stand under `step` of a node."""
        if is_list(node):
            for member in node:
                yield from self.below(member, step)
        elif isinstance(node, Mapping) and "Fn::If" in node:
            for branch in self.view.branches(node["Fn::If"]):
                yield from self.below(branch, step)
        elif isinstance(node, Mapping) and step in node:
            yield node[step]
        elif isinstance(node, Mapping) and opaque(node):
            yield node

    def missing(self, path: str) -> PossibleValues:
        """Whether nothing may stand at `path`: unless every step of it is written out, without a condition."""
        node = self.properties
        for step in path.split("."):
            if not isinstance(node, Mapping) or step not in node:
                return ABSENT
            node = node[step]
        return NOTHING


def union(values: Iterable[PossibleValues]) -> PossibleValues:
    """What any of `values` can be."""
    result = NOTHING
    for each in values:
        result |= each
    return result


def opaque(node: Mapping[str, Any]) -> bool:
    """Whether what the node holds is known only when it is evaluated; `AWS::NoValue` holds nothing."""
    if "Fn::Transform" in node or any(str(key).startswith(LOOP) for key in node):
        return True
    if len(node) != 1 or node == {"Ref": "AWS::NoValue"}:
        return False
    return "Ref" in node or any(str(key).startswith("Fn::") for key in node)


def closure(condition: str, conditions: Mapping[str, Any]) -> dict[str, None]:
    """The condition and all that it refers to, as far as they are declared."""
    found: dict[str, None] = {}
    open_names = [condition]
    while open_names:
        name = open_names.pop()
        if name in conditions and name not in found:
            found[name] = None
            open_names += named_conditions(conditions[name])
    return found


def named_conditions(node: Any) -> Iterator[str]:
    """Names of conditions that a condition refers to."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "Condition" and isinstance(value, str):
                yield value
            else:
                yield from named_conditions(value)
    elif is_list(node):
        for member in node:
            yield from named_conditions(member)


def references(node: Any) -> Iterator[str]:
    """What a condition reads: parameters and pseudo parameters, by Ref or inside Fn::Sub; "" for what cannot be told.

    A pseudo parameter has no AllowedValues, so a condition that reads one can be either.
    """
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "Ref":
                yield str(value)
            elif key == "Fn::Sub" or str(key).startswith(LOOP):
                yield ""
            else:
                yield from references(value)
    elif is_list(node):
        for member in node:
            yield from references(member)
