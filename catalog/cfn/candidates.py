"""Values worth trying for a parameter: those that rules compare it with, and fresh ones that equal none of them.

Rules only ask whether values are equal. So all values that no rule names behave alike, and one of them represents all
of them; as many as can be told apart at once are needed when parameters are compared with each other.
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

SEEDS = (
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
"""Values of usual shapes. A pattern that neither they nor small changes of them satisfy leaves a search inexact."""

LITERALS = re.compile(r"\^?(?:\((?:\?:)?)?([\w :/=@,-]*(?:\|[\w :/=@,-]*)*)\)?\$?", re.ASCII)
"""A pattern that is a list of words: `^(true|false)$`."""

ENDINGS = "0123456789abcdefghij"
SEEDS_OF_CONSTANTS = 8


@dataclass(frozen=True)
class Candidate:
    """A parameter, and which values CloudFormation accepts for it."""

    name: str
    definition: Mapping[str, Any]

    @cached_property
    def type(self) -> ParameterType:
        """Its parsed Type."""
        return parse_type(self.definition.get("Type"))

    @cached_property
    def finite(self) -> tuple[str, ...] | None:
        """All values that it (or a member of it) can have; None when that cannot be told from its definition."""
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
        """The default, or its members, where accepted."""
        text = text_of(self.definition.get("Default"))
        return tuple(part for part in self.type.split(text) if self.accepts(part)) if text is not None else ()

    def accepts(self, value: str) -> bool:
        """Whether `value` (of a list: as a member) satisfies type and constraints."""
        return self.refusal(value) is None

    def refusal(self, value: str) -> ParameterProblem | None:
        """What CloudFormation would say against `value`; what is stored in SSM is not known, so anything goes."""
        if self.type.from_ssm:
            return None
        if self.type.is_list and (value != value.strip() or "," in value):
            return ParameterProblem(self.name, value, "a member without commas and blanks around it", "")
        problems = resolve_parameters({"Parameters": {self.name: self.definition}}, {self.name: value}).problems
        return problems[0] if problems else None


def fresh(candidates: Iterable[Candidate], known: Iterable[str], number: int) -> list[str]:
    """Up to `number` values that each of `candidates` accepts and that are none of `known`, always the same ones."""
    everyone, taken = list(candidates), set(known)
    texts: list[str] = []
    for value in proposals(everyone, sorted(taken)[:SEEDS_OF_CONSTANTS]):
        if len(texts) == number:
            break
        if value not in taken and value not in texts and all(candidate.accepts(value) for candidate in everyone):
            texts.append(value)
    return texts


def proposals(candidates: list[Candidate], constants: list[str]) -> Iterator[str]:
    """Values to try: defaults, numbers, then small changes of what rules name and of usual shapes."""
    for candidate in candidates:
        yield from candidate.default
        yield from numbers(candidate)
    seeds = [*constants, *SEEDS]
    yield from SEEDS[:-1]
    for ending in ENDINGS:
        for seed in seeds:
            yield seed + ending
            yield seed[:-1] + ending
            yield ending + seed
    yield ""


def numbers(candidate: Candidate) -> Iterator[str]:
    """Numbers within MinValue and MaxValue of a Number parameter: whole ones, then ones between them."""
    if candidate.type.member != "Number":
        return
    low, high = (text_of(candidate.definition.get(name)) for name in ("MinValue", "MaxValue"))
    try:
        start = int(low or int(high or 20) - 20)
    except ValueError:
        return
    yield from (str(start + step) for step in range(20))
    yield from (f"{start}.{step}" for step in range(1, 10))
