"""The values that a property of a template can have, over all allowed parameter values.

The result is sound, not exact: a value that cannot be determined counts as any value.

- A literal has one value. A parameter with AllowedValues has one of them.
- Fn::If has the values of its reachable branches. A condition over parameters with AllowedValues is decided by trying
  all of them.
- Fn::FindInMap has the values of the mapping under the keys that fit.
- Every other function can have any value.

The template's Rules and a portfolio's constraints are not used: they could only make fewer values possible.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.cfn import Pseudo, Template, evaluate_conditions
from catalog.cfn.language import declared_resources
from catalog.cfn.names import referred_id
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.template import LOOP, is_list, macros, section, text_of

TRIALS = 4096
"""Limit on the parameter combinations that decide a condition. Above it, both outcomes count as possible."""
EXAMPLE_PSEUDO = Pseudo("123456789012", "us-east-1")


@dataclass(frozen=True, slots=True)
class PossibleValues:
    """The values that a property can have."""

    texts: frozenset[str] = frozenset()
    """The possible scalars, as CloudFormation compares them: true is "true"."""
    anything: bool = False
    """Whether it can also have a value that is not known before launch, or an object or list."""
    absent: bool = False
    """Whether the property can be absent."""

    @property
    def present(self) -> bool:
        """Whether the property can have a value."""
        return self.anything or bool(self.texts)

    def can_be(self, text: str, default: str = "") -> bool:
        """Whether it can have this value; an absent property has `default`."""
        return self.anything or text in self.texts or (self.absent and text == default)

    def __or__(self, other: PossibleValues) -> PossibleValues:
        """The values of either."""
        return PossibleValues(self.texts | other.texts, self.anything or other.anything, self.absent or other.absent)


ANYTHING = PossibleValues(anything=True)
ABSENT = PossibleValues(absent=True)
NOTHING = PossibleValues()


@dataclass(frozen=True)
class TemplateView:
    """The template of one version, with the values that its parts can have."""

    template: Template
    stack_name: str = "*"
    """The names of the stacks that are launched from it, as an IAM pattern."""
    outcomes: dict[str, frozenset[bool]] = field(default_factory=dict, compare=False, repr=False)
    """Condition → its possible outcomes, as decided so far."""

    def resources(self) -> Iterator[TemplateResource]:
        """Every resource that can exist; a resource in a loop counts once."""
        for logical_id, resource in declared_resources(section(self.template, "Resources")):
            if True in self.outcome(resource.get("Condition")):
                yield TemplateResource(self, logical_id, str(resource.get("Type")), resource.get("Properties", {}))

    @functools.cached_property
    def by_id(self) -> Mapping[str, TemplateResource]:
        """The resources that can exist, by logical id, listed once: templates refer to them all the time."""
        return {resource.logical_id: resource for resource in self.resources()}

    def referred(self, node: Any) -> TemplateResource | None:
        """The resource that a Ref or Fn::GetAtt names; None for any other node, and for one that cannot exist."""
        return self.by_id.get(referred_id(node))

    def launch_template(self, specification: Mapping[str, Any]) -> TemplateResource | None:
        """The launch template to which a specification refers; None when it is not in this template."""
        resource = self.referred(specification.get("LaunchTemplateId"))
        return resource if resource and resource.type == "AWS::EC2::LaunchTemplate" else None

    def values(self, node: Any) -> PossibleValues:
        """The values that a node can have."""
        if isinstance(node, Mapping) and len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref":
                return ABSENT if argument == "AWS::NoValue" else self.parameter(argument)
            if name == "Fn::If":
                return union(self.values(branch) for branch in self.branches(argument))
            return self.mapped(argument) if name == "Fn::FindInMap" else ANYTHING
        text = text_of(node)
        # A text can contain the variable of a loop, or a dynamic reference.
        unknown = text is None or "{{resolve:" in text or "${" in text or "&{" in text
        return ANYTHING if unknown else PossibleValues(frozenset({str(text)}))

    def parameter(self, name: Any) -> PossibleValues:
        """The values of a parameter: its AllowedValues, else any value."""
        allowed = self.allowed(name)
        return ANYTHING if allowed is None else PossibleValues(frozenset(allowed))

    def allowed(self, name: Any) -> tuple[str, ...] | None:
        """The AllowedValues of a parameter; None without them, and for SSM types and list types."""
        definition = section(self.template, "Parameters").get(name) if isinstance(name, str) else None
        if not isinstance(definition, Mapping) or not is_list(definition.get("AllowedValues")):
            return None
        kind = parse_type(definition.get("Type"))
        texts = [text_of(value) for value in definition["AllowedValues"]]
        # For an SSM type, AllowedValues limit the name of the SSM parameter, not its value.
        return None if kind.from_ssm or kind.is_list else tuple(text for text in texts if text is not None)

    def branches(self, argument: Any) -> Iterator[Any]:
        """The reachable branches of a Fn::If."""
        if not is_list(argument) or len(argument) != 3:
            return
        outcome = self.outcome(argument[0])
        if True in outcome:
            yield argument[1]
        if False in outcome:
            yield argument[2]

    def mapped(self, argument: Any) -> PossibleValues:
        """The values of a Fn::FindInMap: those of the mapping under the keys that fit; any value when none fits."""
        if not is_list(argument) or len(argument) != 3 or not isinstance(argument[0], str):
            return ANYTHING
        top, second = self.values(argument[1]), self.values(argument[2])
        table = section(self.template, "Mappings").get(argument[0])
        rows = [row for key, row in table.items() if top.can_be(key)] if isinstance(table, Mapping) else []
        result = union(
            self.values(value)
            for row in rows
            if isinstance(row, Mapping)
            for key, value in row.items()
            if second.can_be(key)
        )
        # The name of the mapping can be made by a loop: `Roles${Name}`.
        return result if result.present else ANYTHING

    def outcome(self, condition: Any) -> frozenset[bool]:
        """The possible outcomes of a condition; True for a resource without one."""
        if not isinstance(condition, str):
            return frozenset({True}) if condition is None else frozenset({True, False})
        if condition not in self.outcomes:
            self.outcomes[condition] = self.decide(condition)
        return self.outcomes[condition]

    def decide(self, condition: str) -> frozenset[bool]:
        """The outcomes for all values of the parameters that the condition reads; both if they cannot all be tried.

        A macro can change the conditions, so both outcomes count.
        """
        if macros(self.template):
            return frozenset({True, False})
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
            evaluate_conditions(reduced, dict(zip(finite, trial, strict=True)), EXAMPLE_PSEUDO)[condition]
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
        """The values of the property at a path such as `SSESpecification.KMSMasterKeyId`, in every member of lists."""
        return union(self.view.values(node) for node in self.nodes(path)) | self.missing(path)

    def nodes(self, path: str) -> Iterator[Any]:
        """Every node that can be at `path`. An opaque function on the way counts as the node."""
        nodes: Iterable[Any] = (self.properties,)
        for step in path.split("."):
            nodes = [child for node in nodes for child in self.children(node, step)]
        yield from nodes

    def children(self, node: Any, step: str) -> Iterator[Any]:
        """The nodes that can be under `step` of a node."""
        if is_list(node):
            for member in node:
                yield from self.children(member, step)
        elif isinstance(node, Mapping) and "Fn::If" in node:
            for branch in self.view.branches(node["Fn::If"]):
                yield from self.children(branch, step)
        elif isinstance(node, Mapping) and step in node:
            yield node[step]
        elif isinstance(node, Mapping) and opaque(node):
            yield node

    def property_names(self) -> Iterator[str]:
        """The names of all properties at any depth; of functions too, whose results can have more."""
        yield from keys_of(self.properties)

    def missing(self, path: str) -> PossibleValues:
        """ABSENT, unless the template has every step of `path` as a literal, without a condition."""
        node = self.properties
        for step in path.split("."):
            if not isinstance(node, Mapping) or step not in node:
                return ABSENT
            node = node[step]
        return NOTHING


def keys_of(node: Any) -> Iterator[str]:
    """Every key at any depth."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key)
            yield from keys_of(value)
    elif is_list(node):
        for member in node:
            yield from keys_of(member)


def union(values: Iterable[PossibleValues]) -> PossibleValues:
    """The values of all of `values`."""
    return functools.reduce(operator.or_, values, NOTHING)


def opaque(node: Mapping[str, Any]) -> bool:
    """Whether only evaluation gives the contents of a node. `AWS::NoValue` has none."""
    if "Fn::Transform" in node or any(str(key).startswith(LOOP) for key in node):
        return True
    if len(node) != 1 or node == {"Ref": "AWS::NoValue"}:
        return False
    return "Ref" in node or any(str(key).startswith("Fn::") for key in node)


def closure(condition: str, conditions: Mapping[str, Any]) -> dict[str, None]:
    """The condition and the conditions that it refers to, if they are declared."""
    names: dict[str, None] = {}
    open_names = [condition]
    while open_names:
        name = open_names.pop()
        if name in conditions and name not in names:
            names[name] = None
            open_names += named_conditions(conditions[name])
    return names


def named_conditions(node: Any) -> Iterator[str]:
    """Names of the conditions that a condition refers to."""
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
    """Parameters and pseudo parameters that a condition reads; "" for a Fn::Sub or a loop, whose names are not read.

    A pseudo parameter has no AllowedValues, so a condition that reads one can have both outcomes.
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
