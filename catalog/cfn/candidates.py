"""The values that a search tries for a parameter: constants of the rules, and fresh values that equal none of them.

Rules only test whether values are equal. So all values that no rule names behave alike, and one of them represents
them all. If rules compare parameters with each other, several distinct fresh values are needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalog.cfn.parameter_types import ParameterType, parse_type
from catalog.cfn.parameters import ParameterProblem, resolve_parameters
from catalog.cfn.template import is_list, text_of

EXAMPLE_VALUES = (
    "x",
    "1",
    "true",
    "example",
    "a-b",
    "arn:aws:iam::123456789012:role/example",
    "arn:aws:iam::123456789012:user/example",
    "arn:aws:s3:::example",
    "123456789012",
    "us-east-1",
    "us-east-1a",
    "10.0.0.0/16",
    "10.0.0.1",
    "2026-01-01",
    "someone@example.com",
    "https://example.com/x",
    "example.com",
    "/a/b",
    "t3.micro",
    "1.0.0",
    "ami-0123456789abcdef0",
    "i-0123456789abcdef0",
    "sg-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "vol-0123456789abcdef0",
    "vpc-0123456789abcdef0",
    "Z0123456789",
    "ABC",
    "abcdefgh",
    "Abcdefg1!",
    "",
)
"""Values of usual forms. If neither they nor small changes of them match a pattern, a search is inexact."""

LITERALS = re.compile(r"\^?(?:\((?:\?:)?)?([\w :/=@,-]*(?:\|[\w :/=@,-]*)*)\)?\$?", re.ASCII)
"""A pattern that is a list of words: `^(true|false)$`."""

ENDINGS = "0123456789abcdefghij"
MOST_CONSTANTS = 8
"""Limit on the constants of rules that are varied to find fresh values."""


@dataclass(frozen=True)
class SolverParameter:
    """A parameter, with the values that CloudFormation accepts for it."""

    name: str
    definition: Mapping[str, Any]

    @cached_property
    def type(self) -> ParameterType:
        """The parsed Type."""
        return parse_type(self.definition.get("Type"))

    @cached_property
    def finite(self) -> tuple[str, ...] | None:
        """All values that it (or a member) can have; None if the definition does not limit them."""
        if self.type.from_ssm:
            return None
        allowed: Any = self.definition.get("AllowedValues")
        if is_list(allowed):
            texts = [text for value in allowed if (text := text_of(value)) is not None]
        else:
            pattern = self.definition.get("AllowedPattern")
            words = LITERALS.fullmatch(pattern) if isinstance(pattern, str) and "|" in pattern else None
            if words is None:
                return None
            texts = words[1].split("|")
        return tuple(dict.fromkeys(text for text in texts if self.accepts(text)))

    @cached_property
    def default(self) -> tuple[str, ...]:
        """The default, or its members for a list, if accepted."""
        text = text_of(self.definition.get("Default"))
        return tuple(part for part in self.type.split(text) if self.accepts(part)) if text is not None else ()

    def accepts(self, value: str) -> bool:
        """Whether `value` (a member, for a list) satisfies the type and the constraints."""
        return self.refusal(value) is None

    def refusal(self, value: str) -> ParameterProblem | None:
        """The problem with `value`; None if it is accepted. A value from SSM is unknown, so it is accepted."""
        if self.type.from_ssm:
            return None
        if self.type.is_list and (value != value.strip() or "," in value):
            return ParameterProblem(self.name, value, "a member without commas and blanks around it", "")
        problems = resolve_parameters({"Parameters": {self.name: self.definition}}, {self.name: value}).problems
        return problems[0] if problems else None


def fresh(parameters: Iterable[SolverParameter], used: Iterable[str], number: int) -> list[str]:
    """Up to `number` values that all `parameters` accept and that are not in `used`; always the same values."""
    everyone, taken = list(parameters), set(used)
    texts: list[str] = []
    for value in proposals(everyone, sorted(taken)[:MOST_CONSTANTS]):
        if len(texts) == number:
            break
        if value not in taken and value not in texts and all(parameter.accepts(value) for parameter in everyone):
            texts.append(value)
    return texts


def proposals(parameters: list[SolverParameter], constants: list[str]) -> Iterator[str]:
    """Values to try: defaults, numbers, then small changes of the constants of rules and of usual values."""
    for parameter in parameters:
        yield from parameter.default
        yield from numbers(parameter)
    yield from EXAMPLE_VALUES[:-1]
    for ending in ENDINGS:
        for value in (*constants, *EXAMPLE_VALUES):
            yield value + ending
            yield value[:-1] + ending
            yield ending + value
    yield ""


def numbers(parameter: SolverParameter) -> Iterator[str]:
    """Numbers within MinValue and MaxValue of a Number parameter: whole numbers, then decimal ones."""
    if parameter.type.member != "Number":
        return
    low, high = (text_of(parameter.definition.get(name)) for name in ("MinValue", "MaxValue"))
    try:
        start = int(low or int(high or 20) - 20)
    except ValueError:
        return
    yield from (str(start + step) for step in range(20))
    yield from (f"{start}.{step}" for step in range(1, 10))
