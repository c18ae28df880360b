"""The canonical form of a template: values that CloudFormation treats alike become equal.

`Fn::Sub` and `Fn::Join` become one list of parts; the names of conditions and mappings are replaced by their contents.
Two values with the same canonical form are equal in every stack. Two values with different forms differ in meaning, or
these rules do not cover the case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from catalog.cfn.loops import Member, members_of
from catalog.cfn.references import named, parse_get_att, parse_sub, sub_parts
from catalog.cfn.template import TemplateError, is_list

LONG = 4000
"""Limit on the characters of a condition that is written out where it is used; a longer one becomes a digest."""
NO_VALUE = {"Ref": "AWS::NoValue"}
Guard = tuple[tuple[str, bool], ...]
"""The conditions under which a part of the template is used: (name, wanted), outermost first; empty: always."""


@dataclass(frozen=True)
class Canonical:
    """Canonical forms of the parts of one template."""

    template: Mapping[str, Any]
    rewritten: dict[str, Any] = field(default_factory=dict)
    """Condition → its canonical form. While a form is being computed, it is the name, so that a circle ends."""

    def value(self, node: Any) -> Any:
        """The canonical form of a property, an output, or a part of one."""
        if isinstance(node, list | tuple):
            return [self.value(member) for member in node]
        if not isinstance(node, Mapping):
            return node
        if len(node) == 1:
            (name, argument), *_ = node.items()
            try:
                return self.function(str(name), argument)
            except TemplateError:  # malformed: cfn-lint reports it; it is compared as written
                return {name: argument}
        return {name: self.value(member) for name, member in node.items()}

    def function(self, name: str, argument: Any) -> Any:
        """The canonical form of a mapping with one key, which may be a function call."""
        if name == "Ref" and (source := self.ssm(argument)):
            return {name: [argument, source]}  # the value is in Parameter Store
        if name == "Fn::Sub":
            text, variables = parse_sub(argument)
            return text_parts(self.sub(text, variables))
        if name == "Fn::Join" and is_list(argument) and len(argument) == 2 and is_list(argument[1]):
            return text_parts(self.join(argument[0], argument[1]))
        if name == "Fn::GetAtt":
            logical_id, attribute = parse_get_att(argument)
            return {name: [self.value(logical_id), self.value(attribute)]}
        if name == "Fn::If" and is_list(argument) and len(argument) == 3:
            then, otherwise = self.value(argument[1]), self.value(argument[2])
            return then if then == otherwise else {name: [self.condition(argument[0]), then, otherwise]}
        if name == "Fn::FindInMap" and is_list(argument) and len(argument) >= 3:
            return self.find_in_map(argument)
        return {name: self.value(argument)}

    def sub(self, text: str, variables: Mapping[str, Any]) -> Iterator[Any]:
        """The parts of a `Fn::Sub`."""
        for literal, name in sub_parts(text):
            yield literal
            if name:
                yield self.value(variables[name] if name in variables else named(name).symbolic)

    def join(self, delimiter: Any, members: Any) -> Iterator[Any]:
        """The parts of a `Fn::Join` whose list is written in the template."""
        for index, member in enumerate(members):
            if index:
                yield delimiter
            yield self.value(member)

    def find_in_map(self, argument: Any) -> Any:
        """The value, if its keys are written in the template.

        Otherwise the call with the content of the mapping in place of its name, or of all mappings if the name is
        computed.
        """
        mappings = self.template.get("Mappings")
        content: Any = mappings if isinstance(mappings, Mapping) else {}
        if isinstance(argument[0], str):
            content = content.get(argument[0])
        keys = [self.value(key) for key in argument[1:]]
        value = content if isinstance(argument[0], str) else None
        for key in keys[:2]:
            value = value.get(key) if isinstance(value, Mapping) and isinstance(key, str) else None
        if value is not None:
            return value
        which = [] if isinstance(argument[0], str) else [self.value(argument[0])]
        return {"Fn::FindInMap": [content or argument[0], *which, *keys]}

    def ssm(self, name: Any) -> str:
        """The type of a parameter whose value is in Parameter Store; empty for any other name."""
        parameters = self.template.get("Parameters")
        definition = parameters.get(name) if isinstance(parameters, Mapping) and isinstance(name, str) else None
        kind = definition.get("Type") if isinstance(definition, Mapping) else None
        return kind if isinstance(kind, str) and kind.startswith("AWS::SSM::Parameter::Value<") else ""

    def members(self, section: str) -> Iterator[Member]:
        """The members of a section of the template, with loops expanded."""
        return members_of(self.template.get(section), self.value, as_key)

    @cached_property
    def conditions(self) -> dict[str, Member]:
        """The conditions by name."""
        return {member.name: member for member in self.members("Conditions")}

    def condition(self, name: Any) -> Any:
        """The canonical form of the condition with this name; an unknown name stays."""
        if not isinstance(name, str):
            return name
        if name not in self.rewritten:
            self.rewritten[name] = name
            self.rewritten[name] = shortened(self.definition(name))
        return self.rewritten[name]

    def definition(self, name: str) -> Any:
        """The expression of a condition, in canonical form.

        An unknown name may come from a loop whose collection depends on the launch: then all such loops count.
        """
        member = self.conditions.get(name)
        if member is not None:
            expression = self.boolean(member.body)
            return {"Fn::ForEach": [*member.open, expression]} if member.open else expression
        looped = [[loop.name, *loop.open, self.boolean(loop.body)] for loop in self.conditions.values() if loop.open]
        return {"Fn::ForEach": [name, *looped]} if looped else name

    def boolean(self, node: Any) -> Any:
        """The canonical form of a condition's expression; the order inside And, Or and Equals has no meaning."""
        if not isinstance(node, Mapping) or len(node) != 1:
            return node
        (name, argument), *_ = node.items()
        if name == "Condition":
            return self.condition(argument)
        if name in ("Fn::And", "Fn::Or") and is_list(argument):
            return {name: sorted_members([self.boolean(member) for member in argument])}
        if name == "Fn::Equals" and is_list(argument):
            return {name: sorted_members([self.value(member) for member in argument])}
        if name == "Fn::Not" and is_list(argument) and len(argument) == 1:
            inner = self.boolean(argument[0])
            if isinstance(inner, Mapping) and list(inner) == ["Fn::Not"]:
                return inner["Fn::Not"][0]
            return {name: [inner]}
        return self.value(node)

    def guard(self, guard: Guard) -> tuple[Any, ...]:
        """The conditions of a guard in canonical form, as text that can be compared."""
        return tuple((as_key(self.condition(name)), wanted) for name, wanted in guard)


def text_parts(parts: Iterator[Any]) -> Any:
    """The parts of a text as one value: adjacent literals are joined, a single part stands alone."""
    merged: list[Any] = []
    for part in flat(parts):
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else {"Fn::Join": ["", merged]}


def flat(parts: Iterator[Any]) -> Iterator[Any]:
    """The parts, with nested texts replaced by their own parts."""
    for part in parts:
        if isinstance(part, Mapping) and list(part) == ["Fn::Join"] and part["Fn::Join"][0] == "":
            yield from part["Fn::Join"][1]
        else:
            yield part


def shortened(expression: Any) -> Any:
    """The condition, or its digest and the texts in it if it is long.

    A condition that names the previous one twice doubles in length: a chain of them would grow without limit.
    """
    text = as_key(expression)
    if len(text) <= LONG:
        return expression
    return {"Condition": [hashlib.sha256(text.encode()).hexdigest(), *sorted(set(texts(expression)))]}


def texts(node: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping | list):
        for member in node.values() if isinstance(node, Mapping) else node:
            yield from texts(member)


def sorted_members(members: list[Any]) -> list[Any]:
    """Members in an order that depends only on their values."""
    return sorted(members, key=as_key)


def as_key(value: Any) -> str:
    """A value as text: equal values have equal text; true differs from "true"."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def guarded(node: Any, guard: Guard = ()) -> Iterator[tuple[Guard, Any]]:
    """(guard, value) of each branch of `node`, nested `Fn::If` too, without NoValue."""
    if isinstance(node, Mapping) and len(node) == 1 and is_list(node.get("Fn::If")) and len(node["Fn::If"]) == 3:
        name, then, otherwise = node["Fn::If"]
        yield from guarded(then, (*guard, (str(name), True)))
        yield from guarded(otherwise, (*guard, (str(name), False)))
    elif node != NO_VALUE:
        yield guard, node


def guarded_members(node: Any) -> Iterator[tuple[Guard, Any]]:
    """(guard, member) of a list, or of a single value in place of a list."""
    for guard, value in guarded(node):
        if is_list(value):
            for member in value:
                yield from guarded(member, guard)
        else:
            yield guard, value


def when(guard: Guard) -> str:
    """A guard in words: `if A and not B`; empty without conditions."""
    words = [name if wanted else f"not {name}" for name, wanted in guard]
    return f"if {' and '.join(words)}" if words else ""
