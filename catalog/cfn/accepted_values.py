"""Decide whether one definition of a parameter accepts all values that another definition accepts.

The decision is about values, not about text: a pattern that all AllowedValues match does not narrow the parameter, and
neither does a MinLength that the pattern implies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import chain
from typing import Any

from catalog.cfn import resolve_parameters
from catalog.cfn.parameter_types import AWS_TYPES, NUMBER, parse_type
from catalog.cfn.pattern_languages import language_of, of_length, text_itself
from catalog.cfn.regular_languages import EVERYTHING, Language, UndecidedError, both, complement, either, shortest
from catalog.cfn.template import TemplateError, is_list, text_of

CONSTRAINTS = ("AllowedValues", "AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue")
LONGEST = 4096
"""Limit on the bytes of a value (CloudFormation quotas)."""
PROBES = "aA0 -_./:+=@,*$#!\"'()[]{}%&?<>|\\~^;\u00e9"
"""Characters that are added to known values to find one that a definition refuses."""


class Fit(Enum):
    """Whether one definition accepts all values of another."""

    ALL = "all"
    NOT_ALL = "not all"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The answer, with a value that only the first definition accepts, if one is known."""

    fit: Fit
    witness: str | None = None


ALL = Inclusion(Fit.ALL)


def included(old: Mapping[str, Any], other: Mapping[str, Any], example_values: Iterable[str] = ()) -> Inclusion:
    """Whether `other` accepts every value of `old`, or every member for lists; both have the same type.

    `example_values` are tried if a pattern cannot be decided. Raises `TemplateError` on a malformed definition.
    """
    allowed = finite(old)
    if allowed is not None:
        return first_refused([value for value in allowed if accepts(old, value)], old, other) or ALL
    likely = [value for value in (*example_values, *defaults(old, other)) if accepts(old, value)]
    tried = first_refused(likely, old, other)
    if tried:
        return tried
    if numeric(old):
        return numbers_included(old, other)
    return texts_included(old, other, tuple(example_values))


def accepts(definition: Mapping[str, Any], value: str) -> bool:
    """Whether the definition accepts a value, or a member for lists; for SSM types, the name of a parameter."""
    member = {key: value for key, value in definition.items() if key != "Default"}

    def stored(name: str, is_list: bool) -> str | tuple[str, ...]:
        return (name,) if is_list else name

    return not resolve_parameters({"Parameters": {"P": member}}, {"P": value}, unknown_ssm=stored).problems


def first_refused(values: list[str], definition: Mapping[str, Any], other: Mapping[str, Any]) -> Inclusion | None:
    """The first of `values` that `other` refuses; `definition` accepts all of them."""
    refused = next((value for value in values if not accepts(other, value)), None)
    return None if refused is None else Inclusion(Fit.NOT_ALL, shown(definition, refused))


def shown(definition: Mapping[str, Any], value: str) -> str:
    """A value as reports may show it: `****` for NoEcho."""
    if text_of(definition.get("NoEcho")) == "true":
        return "****"
    return value.encode("utf-8", "backslashreplace").decode()


def finite(definition: Mapping[str, Any]) -> tuple[str, ...] | None:
    """AllowedValues as text; None without AllowedValues."""
    values = definition.get("AllowedValues")
    if values is None or not is_list(values):
        return None
    return tuple(text for value in values if (text := text_of(value)) is not None)


def defaults(*definitions: Mapping[str, Any]) -> Iterator[str]:
    """The default values, split into members for lists."""
    for definition in definitions:
        default = text_of(definition.get("Default"))
        if default is not None:
            yield from parse_type(definition.get("Type")).split(default)


def numeric(definition: Mapping[str, Any]) -> bool:
    """Whether the values are numbers."""
    return parse_type(definition.get("Type")).member == "Number"


def numbers_included(old: Mapping[str, Any], other: Mapping[str, Any]) -> Inclusion:
    """Decide by the borders: try numbers at and next to the borders of both definitions.

    With AllowedValues, `other` cannot accept all numbers of a range.
    """
    allowed = [text for text in finite(other) or () if NUMBER.fullmatch(text)]
    borders = [Decimal(border) for border in (*borders_of(old), *borders_of(other), *allowed)]
    near = [border + step for border in borders for step in (0, -1, 1)] or [Decimal(0)]
    tried = first_refused([text for value in near if accepts(old, text := f"{value:f}")], old, other)
    if tried:
        return tried
    if finite(other) is not None:
        return Inclusion(Fit.NOT_ALL)
    same = old.get("AllowedPattern") == other.get("AllowedPattern") or "AllowedPattern" not in other
    return ALL if same else Inclusion(Fit.UNKNOWN)


def borders_of(definition: Mapping[str, Any]) -> Iterator[str]:
    """MinValue and MaxValue as text, where they are numbers."""
    for name in ("MinValue", "MaxValue"):
        text = text_of(definition.get(name))
        if text is not None and NUMBER.fullmatch(text):
            yield text


def texts_included(old: Mapping[str, Any], other: Mapping[str, Any], example_values: tuple[str, ...]) -> Inclusion:
    """Decide by the languages of both definitions; if they are undecided, try values."""
    if all(old.get(name) == other.get(name) for name in CONSTRAINTS):
        return ALL
    try:
        mine, theirs, longest = languages(old, other)
        outside = shortest(both(mine, complement(theirs)), longest)
    except (UndecidedError, RecursionError):
        tried = first_refused([guess for guess in guesses(old, example_values) if accepts(old, guess)], old, other)
        return tried or (ALL if looser(old, other) else Inclusion(Fit.UNKNOWN))
    return ALL if outside is None else Inclusion(Fit.NOT_ALL, shown(old, outside))


def languages(old: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Language, Language, int]:
    """(language of `old`, language of `other`, limit on the length of values of `old`).

    If `other` allows the same length or more, its own limit is left out: the language is then smaller to compute.
    """
    longest = whole(old, "MaxLength", LONGEST)
    shared = longest <= whole(other, "MaxLength", LONGEST)
    return language(old, None), language(other, None if shared else whole(other, "MaxLength", LONGEST)), longest


def language(definition: Mapping[str, Any], longest: int | None) -> Language:
    """The texts that a definition accepts, up to the length `longest`."""
    pattern = definition.get("AllowedPattern")
    accepted = language_of(pattern) if isinstance(pattern, str) else EVERYTHING
    kind = parse_type(definition.get("Type"))
    if kind.member in AWS_TYPES and not kind.from_ssm:
        accepted = both(accepted, language_of(AWS_TYPES[kind.member]))
    allowed = finite(definition)
    if allowed is not None:
        accepted = both(accepted, either(*(text_itself(text) for text in allowed)))
    return both(accepted, of_length(whole(definition, "MinLength", 0), longest))


def whole(definition: Mapping[str, Any], name: str, otherwise: int) -> int:
    """MinLength or MaxLength, or `otherwise` without it; CloudFormation ignores both for lists."""
    text = text_of(definition.get(name))
    if text is None or not text.isdecimal() or parse_type(definition.get("Type")).is_list:
        return otherwise
    return min(int(text), LONGEST)


def looser(old: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether `other` cannot be stricter, independent of the pattern's meaning: it has the same pattern or none."""
    if finite(other) is not None:
        return False
    pattern = "AllowedPattern" not in other or old.get("AllowedPattern") == other["AllowedPattern"]
    lengths = whole(other, "MinLength", 0) <= whole(old, "MinLength", 0) and (
        whole(other, "MaxLength", LONGEST) >= whole(old, "MaxLength", LONGEST)
    )
    return pattern and lengths


def example(definition: Mapping[str, Any]) -> str | None:
    """A value that the definition accepts; None if none is found."""
    allowed = finite(definition)
    candidates = chain(allowed or (), defaults(definition), borders_of(definition), guesses(definition, ()))
    return next((value for value in candidates if accepts(definition, value)), None)


def guesses(definition: Mapping[str, Any], example_values: tuple[str, ...]) -> Iterator[str]:
    """Values that may be accepted: the shortest ones of the pattern, then known values with an added character."""
    try:
        for least in (max(1, whole(definition, "MinLength", 0)), 0):
            text = shortest(both(language(definition, None), of_length(least, None)), LONGEST)
            if text is not None:
                yield text
    except (UndecidedError, RecursionError):
        pass
    for value in (*example_values, *defaults(definition), "a", "A", "0", "1", "example", "Example-1", ""):
        yield value
        middle = len(value) // 2
        for character in PROBES:
            yield value + character
            yield character + value
            yield value[:middle] + character + value[middle:]


def well_formed(definition: Any) -> bool:
    """Whether the definition is well formed, so that it can be compared."""
    try:
        parse_type(definition.get("Type") if isinstance(definition, Mapping) else None)
        accepts(definition, "a")
    except TemplateError:
        return False
    return True
