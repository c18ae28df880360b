r"""Match AllowedPattern: Java regular expressions in Python.

CloudFormation matches AllowedPattern with java.util.regex against the whole value (sources: Parameters reference,
cfn-lint PR 2521). The `regex` package supports possessive quantifiers, `\p{L}` and set operations. This module
rewrites the other differences: predefined and POSIX classes are ASCII in Java, `.` stops at five line terminators, and
`\Q…\E`, `\k<name>`, `\x{…}`, `\0n`, `\cX`, `\e` have another syntax. Source: Javadoc of java.util.regex.Pattern.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex  # type: ignore[import-untyped]  # it ships no types

from catalog.cfn.template import TemplateError

SECONDS = 2.0
"""Limit on the time of a match: a pattern may backtrack without end."""

LINE_TERMINATORS = r"\n\r\x85\u2028\u2029"
_PREDEFINED = {
    "d": "[0-9]",
    "w": "[a-zA-Z0-9_]",
    "s": r"[ \t\n\x0B\f\r]",
    "h": r"[ \t\xA0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]",
    "v": r"[\n\x0B\f\r\x85\u2028\u2029]",
}
_POSIX = {
    "Lower": "[a-z]",
    "Upper": "[A-Z]",
    "ASCII": r"[\x00-\x7F]",
    "Alpha": "[a-zA-Z]",
    "Digit": "[0-9]",
    "Alnum": "[a-zA-Z0-9]",
    "Punct": r"[!-/\:-@\[-`\{-\~]",
    "Graph": r"[!-\~]",
    "Print": r"[ -\~]",
    "Blank": r"[ \t]",
    "Cntrl": r"[\x00-\x1F\x7F]",
    "XDigit": "[0-9a-fA-F]",
    "Space": r"[ \t\n\x0B\f\r]",
}
_ESCAPES = regex.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)"
    r"|\\(?P<property>[pP])\{(?P<name>\w+)\}"
    r"|\\k<(?P<group>\w+)>"
    r"|\\x\{(?P<hex>[0-9a-fA-F]+)\}"
    r"|\\0(?P<octal>[0-3]?[0-7]{1,2})"
    r"|\\c(?P<control>.)"
    r"|\\(?P<single>.)",
    regex.DOTALL,
)
_DOTALL_FLAG = regex.compile(r"\(\?[a-zA-Z]*s")


def matches(pattern: str, value: str) -> bool:
    """Whether Java's `Pattern.matches(pattern, value)` holds.

    Raises `TemplateError` if the pattern is invalid, or takes more than `SECONDS`.
    """
    try:
        return _compiled(pattern).fullmatch(value, timeout=SECONDS) is not None
    except regex.error as error:
        raise TemplateError(f"AllowedPattern must be a valid regular expression: {pattern} ({error})") from error
    except RecursionError as error:
        raise TemplateError(f"AllowedPattern has too many groups in groups: {pattern[:80]}…") from error
    except TimeoutError as error:
        raise TemplateError(f"AllowedPattern backtracks for more than {SECONDS:g} seconds: {pattern}") from error


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile("".join(_translate(pattern)), regex.VERSION1)


def _translate(pattern: str) -> Iterator[str]:
    dot = "." if _DOTALL_FLAG.search(pattern) else f"[^{LINE_TERMINATORS}]"
    position, depth, previous = 0, 0, ""
    while position < len(pattern):
        escape = _ESCAPES.match(pattern, position)
        if escape:
            yield _escape(escape)
            position, previous = escape.end(), ""
            continue
        character = pattern[position]
        position += 1
        if character == "[":
            depth += 1
            opening = regex.compile(r"\^?\]?").match(pattern, position).group()
            yield "[" + opening.replace("]", r"\]")
            position += len(opening)
        elif character == "]" and depth:
            depth -= 1
            yield "]"
        elif depth:
            # Only && is an operator between sets in Java; regex also has ||, --, ~~ and [:posix:].
            yield "\\" + character if character in "|~:" or (character == previous == "-") else character
        else:
            yield dot if character == "." else character
        previous = character


def _escape(match: regex.Match[str]) -> str:
    quoted, name, group, digits, octal, control, single = match.group(
        "quoted", "name", "group", "hex", "octal", "control", "single"
    )
    if quoted is not None:
        return "".join("\\" + character if not character.isalnum() else character for character in quoted)
    if name is not None:
        return _property(name, negated=match["property"] == "P")
    if group is not None:
        return f"(?P={group})"
    if digits is not None:
        return f"\\U{digits:0>8}"
    if octal is not None:
        return f"\\x{int(octal, 8):02x}"
    if control is not None:
        return f"\\x{ord(control) ^ 64:02x}"
    return _single(single)


def _property(name: str, *, negated: bool) -> str:
    if name not in _POSIX:
        return f"\\{'P' if negated else 'p'}{{{name}}}"
    return f"[^{_POSIX[name][1:]}" if negated else _POSIX[name]


def _single(letter: str) -> str:
    if letter in _PREDEFINED:
        return _PREDEFINED[letter]
    if letter.lower() in _PREDEFINED:
        return f"[^{_PREDEFINED[letter.lower()][1:]}"
    if letter == "Z":  # the end, or before a last line terminator; Python's \Z is Java's \z
        return rf"(?=[{LINE_TERMINATORS}]?\Z)"
    return {"z": r"\Z", "e": r"\x1b"}.get(letter, "\\" + letter)
