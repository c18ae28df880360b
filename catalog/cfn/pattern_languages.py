"""Read an AllowedPattern as a language: the set of all texts that match it.

CloudFormation's patterns are Java's (java.util.regex.Pattern) and must match the whole value. Supported: characters,
classes (own, predefined and POSIX), groups, alternation, greedy and lazy quantifiers, anchors and lookahead. Other
syntax (backreferences, lookbehind, flags, possessive quantifiers, nested classes) raises `UndecidedError`.
`catalog.cfn.patterns` decides whether one value matches; this module is for questions about all values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from catalog.cfn.regular_languages import (
    CHARACTER,
    EMPTY,
    EVERYTHING,
    NOTHING,
    Chars,
    Language,
    Ranges,
    UndecidedError,
    both,
    complement,
    concat,
    either,
    joined,
    other_than,
    repeat,
)

Then = Callable[[Language, bool], Language]
"""A part of a pattern: (what follows, whether it is at the start) → the texts that it and the rest accept."""


def ranges_of(text: str) -> Ranges:
    """`"azAZ09"` as ranges: pairs of first and last."""
    return joined((ord(low), ord(high)) for low, high in zip(text[::2], text[1::2], strict=True))


LINE_ENDS = ranges_of("\n\n\r\r\x85\x85\u2028\u2029")
CLASSES = {
    "d": ranges_of("09"),
    "w": ranges_of("azAZ09__"),
    "s": ranges_of("  \t\r"),
    "h": ranges_of("  \t\t\xa0\xa0\u1680\u1680\u180e\u180e\u2000\u200a\u202f\u202f\u205f\u205f\u3000\u3000"),
    "v": ranges_of("\n\r\x85\x85\u2028\u2029"),
}
POSIX = {
    "Lower": ranges_of("az"),
    "Upper": ranges_of("AZ"),
    "ASCII": ranges_of("\x00\x7f"),
    "Alpha": ranges_of("azAZ"),
    "Digit": ranges_of("09"),
    "Alnum": ranges_of("azAZ09"),
    "Punct": ranges_of("!/:@[`{~"),
    "Graph": ranges_of("!~"),
    "Print": ranges_of(" ~"),
    "Blank": ranges_of("  \t\t"),
    "Cntrl": ranges_of("\x00\x1f\x7f\x7f"),
    "XDigit": ranges_of("09afAF"),
    "Space": ranges_of("  \t\r"),
}
CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
AT_END = either(EMPTY, Chars(LINE_ENDS), concat(Chars(ranges_of("\r\r")), Chars(ranges_of("\n\n"))))
"""What `$` allows before the end of the text: nothing, or the last line break."""
QUANTIFIER = re.compile(r"[?*+]|\{(\d+)(,(\d*))?\}")
GROUP = re.compile(r"\?(?::|=|!|<[A-Za-z][A-Za-z0-9]*>)")
HEX = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|x\{([0-9a-fA-F]+)\}")
PROPERTY = re.compile(r"([pP])\{(\w+)\}")


@lru_cache(maxsize=256)
def language_of(pattern: str) -> Language:
    """The texts that Java's `Pattern.matches` accepts. Raises `UndecidedError` on unsupported syntax."""
    reader = PatternReader(pattern)
    part = reader.alternatives()
    if reader.position < len(pattern):
        raise UndecidedError(f"unbalanced ) in {pattern}")
    return part.then(EMPTY, True)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a pattern."""

    then: Then
    asserts: bool = False
    """Whether it depends on its surroundings, so that it cannot simply be repeated."""
    width: bool = True
    """Whether it may consume characters, so that the next part is no longer at the start."""

    @classmethod
    def of(cls, language: Language) -> Part:
        """A part that does not depend on its surroundings."""
        return cls(lambda rest, _: concat(language, rest))


def sequence(parts: list[Part]) -> Part:
    """The parts, one after the other."""

    def then(rest: Language, at_start: bool) -> Language:
        starts = [at_start]
        for part in parts:
            starts.append(starts[-1] and not part.width)
        for part, start in zip(reversed(parts), reversed(starts[:-1]), strict=True):
            rest = part.then(rest, start)
        return rest

    return Part(then, any(part.asserts for part in parts), any(part.width for part in parts))


def choice(parts: list[Part]) -> Part:
    """One of the parts."""
    asserts, width = any(part.asserts for part in parts), any(part.width for part in parts)
    if not asserts:  # the same set, in a smaller form
        return Part.of(either(*(part.then(EMPTY, False) for part in parts)))
    return Part(lambda rest, at_start: either(*(part.then(rest, at_start) for part in parts)), asserts, width)


def quantified(part: Part, least: int, most: int | None) -> Part:
    """The part, `least` to `most` times."""
    if not part.asserts:
        return Part.of(repeat(part.then(EMPTY, False), least, most))
    if (least, most) == (1, 1):
        return part
    if (least, most) == (0, 1):
        return choice([part, Part(lambda rest, _: rest, asserts=True, width=False)])
    raise UndecidedError("a quantifier over ^, $ or a lookahead")


def lookahead(part: Part, wanted: bool) -> Part:
    """`(?=…)`, or `(?!…)` if not `wanted`."""

    def then(rest: Language, at_start: bool) -> Language:
        ahead = part.then(EVERYTHING, at_start)
        return both(rest, ahead if wanted else complement(ahead))

    return Part(then, asserts=True, width=False)


def start(rest: Language, at_start: bool) -> Language:
    """`^`: nothing is consumed. Raises `UndecidedError` unless it is at the start."""
    if not at_start:
        raise UndecidedError("^ that is not at the start")
    return rest


START = Part(start, asserts=True, width=False)
END = Part(lambda rest, _: both(rest, AT_END), asserts=True, width=False)
VERY_END = Part(lambda rest, _: both(rest, EMPTY), asserts=True, width=False)


class PatternReader:
    """Parses a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def ahead(self) -> str:
        """The next character, which is not consumed; empty at the end."""
        return self.text[self.position : self.position + 1]

    def take(self) -> str:
        """Consume the next character. Raises `UndecidedError` at the end."""
        character = self.ahead()
        if not character:
            raise UndecidedError(f"{self.text} ends too early")
        self.position += 1
        return character

    def matched(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """Consume the match of `expression` at this position, if any."""
        match = expression.match(self.text, self.position)
        if match:
            self.position = match.end()
        return match

    def alternatives(self) -> Part:
        """Parse alternatives up to the end, or to a `)` that closes the group."""
        branches: list[list[Part]] = [[]]
        while self.ahead() not in ("", ")"):
            if self.ahead() == "|":
                self.take()
                branches.append([])
            else:
                branches[-1].append(self.repeated(self.item()))
        return choice([sequence(branch) for branch in branches])

    def repeated(self, part: Part) -> Part:
        """Parse the quantifier after a part, if any, and apply it."""
        quantifier = self.matched(QUANTIFIER)
        if not quantifier:
            return part
        sign = quantifier.group()
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign, (0, 0))
        if sign[0] == "{":
            least = int(quantifier[1])
            most = least if quantifier[2] is None else int(quantifier[3]) if quantifier[3] else None
        if self.ahead() == "+":
            raise UndecidedError("a possessive quantifier")
        if self.ahead() == "?":  # lazy: the same texts
            self.take()
        if most is not None and most < least:
            raise UndecidedError(f"the maximum of {sign} is less than its minimum")
        return quantified(part, least, most)

    def item(self) -> Part:
        """Parse a part without its quantifier."""
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return Part.of(Chars(self.set_of_characters()))
        if character in "?*+{":
            raise UndecidedError(f"nothing to repeat before {character}")
        if character == "\\":
            return self.escaped()
        if character == ".":
            return Part.of(Chars(other_than(LINE_ENDS)))
        return {"^": START, "$": END}.get(character) or Part.of(single(character))

    def group(self) -> Part:
        """Parse a group, after its `(`."""
        match = self.matched(GROUP)
        if not match and self.ahead() == "?":
            raise UndecidedError(f"a group {self.text[self.position - 1 : self.position + 3]}…)")
        inner = self.alternatives()
        if self.ahead() != ")":
            raise UndecidedError(f"unbalanced ( in {self.text}")
        self.take()
        kind = match.group() if match else ""
        return lookahead(inner, kind == "?=") if kind in ("?=", "?!") else inner

    def escaped(self) -> Part:
        """Parse an escape outside a class, after its backslash."""
        if self.ahead() == "Q":
            end = self.text.find("\\E", self.position)
            quoted = self.text[self.position + 1 : end if end >= 0 else None]
            self.position = end + 2 if end >= 0 else len(self.text)
            return Part.of(text_itself(quoted))
        anchors = {"A": START, "z": VERY_END, "Z": END}
        if self.ahead() in anchors:
            return anchors[self.take()]
        return Part.of(Chars(self.escape()))

    def escape(self) -> Ranges:
        """Parse an escape, inside or outside a class, as a set of characters."""
        if match := self.matched(HEX):
            code = int(match[1] or match[2] or match[3], 16)
            return ((code, code),)
        if match := self.matched(PROPERTY):
            if match[2] not in POSIX:
                raise UndecidedError(f"the class {match.group()}")
            return POSIX[match[2]] if match[1] == "p" else other_than(POSIX[match[2]])
        letter = self.take()
        if letter.lower() in CLASSES:
            ranges = CLASSES[letter.lower()]
            return ranges if letter.islower() else other_than(ranges)
        if letter.isalnum() and letter not in CONTROLS:
            raise UndecidedError(f"the escape \\{letter}")
        character = ord(CONTROLS.get(letter, letter))
        return ((character, character),)

    def set_of_characters(self) -> Ranges:
        """Parse a class of characters, after its `[`."""
        negated = self.ahead() == "^"
        if negated:
            self.take()
        ranges: list[tuple[int, int]] = []
        first = True
        while self.ahead() != "]" or first:
            ranges += self.member()
            first = False
        self.take()
        return other_than(ranges) if negated else joined(ranges)

    def member(self) -> Ranges:
        """Parse a character, range or escape inside a class."""
        character = self.take()
        if character == "[" or self.text[self.position - 1 : self.position + 1] == "&&":
            raise UndecidedError("a class inside a class, or &&")
        low = self.escape() if character == "\\" else ((ord(character), ord(character)),)
        if self.ahead() != "-" or self.text[self.position + 1 : self.position + 2] in ("]", ""):
            return low
        if low[0][0] != low[-1][1]:
            raise UndecidedError("a range that starts with a class")
        self.take()
        end = self.take()
        high = self.escape() if end == "\\" else ((ord(end), ord(end)),)
        if end == "[" or high[0][0] != high[-1][1] or high[0][0] < low[0][0]:
            raise UndecidedError("a range that ends with a class, or before its start")
        return ((low[0][0], high[0][0]),)


def single(character: str) -> Language:
    """The language with this text of one character."""
    return Chars(((ord(character), ord(character)),))


def of_length(least: int, most: int | None) -> Language:
    """All texts of `least` to `most` characters."""
    return NOTHING if most is not None and most < least else repeat(CHARACTER, least, most)


def text_itself(text: str) -> Language:
    """The language with this text alone."""
    language: Language = EMPTY
    for character in reversed(text):
        language = concat(single(character), language)
    return language
