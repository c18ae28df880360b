"""What a new version does to a launch that sets no new parameter: the template with the defaults of new parameters.

A version often adds an optional parameter whose default leaves everything as it is. An update of an existing launch
keeps its previous values and takes these defaults. So a difference that disappears with the defaults changes no launch
until somebody sets the parameter.

One kind stays what it is: with the parameter set, a later update would delete or replace a stateful resource. The
launch had its data before anybody could know of the parameter, so the version gate asks for a Migration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from catalog.cfn.canonical import NO_VALUE, Canonical
from catalog.cfn.intrinsics import LONGEST_INDEX
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.references import parse_sub, sub_parts
from catalog.cfn.template import TemplateError, is_list, text_of
from catalog.versions.change import Aspect, Level, Path, TemplateChange
from catalog.versions.sections import entries

SECTIONS = ("Rules", "Resources", "Outputs")
"""Sections whose differences can depend on the value of a parameter."""
REMOVED = object()
"""The value of a property that the defaults leave out."""


def new_defaults(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults of the parameters that only `new` has; none for values in Parameter Store, which are not known."""
    before = entries(old, "Parameters")
    return {
        name: value
        for name, definition in entries(new, "Parameters").items()
        if name not in before and (value := default_of(definition)) is not None
    }


def default_of(definition: Mapping[str, Any]) -> Any:
    """The default as `Ref` returns it; None if it is not known."""
    text = text_of(definition.get("Default"))
    try:
        kind = parse_type(definition.get("Type"))
    except TemplateError:
        return None
    if text is None or kind.from_ssm:
        return None
    return list(kind.split(text)) if kind.is_list else text


def changed_defaults(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Parameter of both versions → its default before and after, where these differ and both are known."""
    before, after = entries(old, "Parameters"), entries(new, "Parameters")
    pairs = {name: (default_of(before[name]), default_of(after[name])) for name in before if name in after}
    return {name: pair for name, pair in pairs.items() if None not in pair and pair[0] != pair[1]}


def may_be_optional(change: TemplateChange) -> bool:
    """Whether a change needs a major version, unless the defaults of new parameters leave it out."""
    return change.level is Level.MAJOR and change.path[0] in SECTIONS


def opted_in(
    changes: Iterable[TemplateChange],
    by_default: Iterable[TemplateChange],
    names: Iterable[str],
    loses: Callable[[TemplateChange], bool],
) -> Iterator[TemplateChange]:
    """`changes`, in which those that the defaults of the new parameters `names` leave out are marked as optional.

    Not those after which a stateful resource may be lost (`loses`): they only say that the parameter decides.

    With the defaults, a change may look different: a resource with a condition that is false is removed. So a change is
    optional only if the defaults bring no change at its path, above it or below it.
    """
    certain = {change.path for change in by_default if may_be_optional(change)}
    words = f"only if {' or '.join(sorted(names))} is set"
    for change in changes:
        if not may_be_optional(change) or any(overlap(change.path, path) for path in certain):
            yield change
            continue
        if loses(change):
            yield replace(change, detail=f"{words}: {change.detail}" if change.detail else words)
            continue
        aspect = Aspect.OPTIONAL_ACCESS if change.widens_access else Aspect.OPTIONAL_CHANGE
        detail = f"{change.aspect} {words}" + (f": {change.detail}" if change.detail else "")
        yield replace(change, aspect=aspect, detail=detail)


def overlap(left: Path, right: Path) -> bool:
    """Whether one path is the other, or contains it."""
    return all(mine == theirs for mine, theirs in zip(left, right, strict=False))


def with_values(template: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The template with `values` in place of these parameters, and without what conditions then leave out.

    Numbers and booleans become text, as CloudFormation reads them, so that a default can equal a value that was written
    as a number.
    """
    filled = {name: Filling(values).value(body) for name, body in template.items() if name != "Parameters"}
    folding = Folding(filled)
    result = {**template, **filled}
    for section in ("Resources", "Outputs"):
        if isinstance(filled.get(section), Mapping):
            result[section] = dict(folding.members(filled[section]))
    if isinstance(filled.get("Rules"), Mapping):
        result["Rules"] = {name: rule for name, rule in filled["Rules"].items() if folding.can_refuse(rule)}
    return result


class Filling:
    """Puts values in place of parameters."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def value(self, node: Any) -> Any:
        """The value with parameters replaced, and scalars as text."""
        if is_list(node):
            return [self.value(member) for member in node]
        if not isinstance(node, Mapping):
            text = text_of(node)
            return node if text is None else text
        if len(node) == 1:
            name = node.get("Ref")
            if isinstance(name, str) and name in self.values:
                return self.values[name]
            if "Fn::Sub" in node:
                return self.sub(node)
            if "Fn::Select" in node:
                return selected({"Fn::Select": self.value(node["Fn::Select"])})
        return {name: self.value(member) for name, member in node.items()}

    def sub(self, node: Mapping[str, Any]) -> Any:
        """A `Fn::Sub` as `Fn::Join`, if it refers to one of the parameters."""
        try:
            text, variables = parse_sub(node["Fn::Sub"])
            parts = list(sub_parts(text))
        except TemplateError:
            return node
        if not any(name in self.values and name not in variables for _, name in parts):
            return {"Fn::Sub": [text, self.value(variables)]} if variables else node
        joined: list[Any] = []
        for literal, name in parts:
            joined.append(literal)
            if name:
                value = variables.get(name, {"Fn::Sub": f"${{{name}}}"} if "." in name else {"Ref": name})
                joined.append(self.value(value))
        return {"Fn::Join": ["", joined]}


def selected(call: dict[str, Any]) -> Any:
    """The member that a `Fn::Select` selects, if its index and its list are written out."""
    argument = call["Fn::Select"]
    if is_list(argument) and len(argument) == 2 and is_list(argument[1]):
        index, members = str(argument[0]), argument[1]
        is_index = index.isascii() and index.isdecimal() and len(index) <= LONGEST_INDEX
        if is_index and int(index) < len(members):
            return members[int(index)]
    return call


class Folding:
    """Leaves out what conditions that no longer depend on the launch make false."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self.canonical = Canonical(template)
        self.open: list[str] = []

    def members(self, section: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """The resources or outputs that can exist, without conditions that are always true."""
        for name, body in section.items():
            decided = self.named(body.get("Condition")) if isinstance(body, Mapping) else None
            if decided is False:
                continue
            kept = {key: part for key, part in body.items() if key != "Condition"} if decided else body
            yield name, self.value(kept)

    def value(self, node: Any) -> Any:
        """The value with the branches that conditions choose, without NoValue."""
        if is_list(node):
            return [value for member in node if (value := self.value(member)) is not REMOVED]
        if node == NO_VALUE:
            return REMOVED
        if not isinstance(node, Mapping):
            return node
        branches: Any = node.get("Fn::If")
        if len(node) == 1 and is_list(branches) and len(branches) == 3:
            decided = self.named(branches[0])
            if decided is None:
                # NoValue stays in a branch: it means something only there.
                sides = [side if side == NO_VALUE else self.value(side) for side in branches[1:]]
                return {"Fn::If": [branches[0], *(NO_VALUE if side is REMOVED else side for side in sides)]}
            return self.value(branches[1] if decided else branches[2])
        values = {name: self.value(member) for name, member in node.items()}
        return {name: value for name, value in values.items() if value is not REMOVED}

    def can_refuse(self, rule: Any) -> bool:
        """Whether a rule may refuse a launch: it is not known that it never applies, or that its assertions hold."""
        if not isinstance(rule, Mapping):
            return True
        if "RuleCondition" in rule and self.decided(rule["RuleCondition"]) is False:
            return False
        listed: Any = rule.get("Assertions")
        asserted = [each.get("Assert") for each in listed if isinstance(each, Mapping)] if is_list(listed) else [None]
        return not all(self.decided(expression) is True for expression in asserted)

    def named(self, name: Any) -> bool | None:
        """The value of a condition; None if it depends on the launch."""
        member = self.canonical.conditions.get(name) if isinstance(name, str) else None
        if member is None or member.open or name in self.open:
            return None
        self.open.append(name)
        try:
            return self.decided(member.body)
        finally:
            self.open.pop()

    def decided(self, node: Any) -> bool | None:
        """The value of a condition's expression; None if it depends on the launch."""
        if not isinstance(node, Mapping) or len(node) != 1:
            return None
        (function, argument), *_ = node.items()
        if function == "Condition":
            return self.named(argument)
        if not is_list(argument):
            return None
        if function == "Fn::Equals" and len(argument) == 2:
            sides = [self.canonical.value(side) for side in argument]
            return sides[0] == sides[1] if all(isinstance(side, str) for side in sides) else None
        if function == "Fn::Not" and len(argument) == 1:
            inner = self.decided(argument[0])
            return None if inner is None else not inner
        if function == "Fn::Contains" and len(argument) == 2 and is_list(argument[0]):
            members, value = self.canonical.value(argument[0]), self.canonical.value(argument[1])
            literal = isinstance(value, str) and all(isinstance(member, str) for member in members)
            return value in members if literal else None
        if function in ("Fn::And", "Fn::Or"):
            values = [self.decided(member) for member in argument]
            ends = function == "Fn::Or"
            return ends if ends in values else None if None in values else not ends
        return None
