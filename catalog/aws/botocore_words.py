"""botocore's own errors in our words: a wrong argument, profile or Region, and an endpoint that does not answer."""

from __future__ import annotations

import re

from botocore.exceptions import ParamValidationError

from catalog.model.limits import cut, shown

INVALID = (
    (
        re.compile(
            r"Invalid length for parameter (?P<name>\S+), value: (?P<got>\d+), valid min length: (?P<limit>\d+)"
        ),
        "{name} must have at least {limit} characters or members, got {got}",
    ),
    (
        re.compile(r"Invalid range for parameter (?P<name>\S+), value: (?P<got>.*), valid min value: (?P<limit>\S+)"),
        "{name} must be at least {limit}, got {got}",
    ),
    (re.compile(r'Missing required parameter in (?P<where>\S+): "(?P<name>[^"]+)"'), "{name} is missing in {where}"),
    (re.compile(r'Unknown parameter in (?P<where>\S+): "(?P<name>[^"]+)".*'), "{name} is unknown in {where}"),
    (
        re.compile(r"Invalid type for parameter (?P<name>\S+), value: (?P<got>.*), type: .*", re.DOTALL),
        "{name} has the wrong type, got {got}",
    ),
)
"""botocore's report of a wrong argument (botocore/validate.py) → ours."""


def argument_words(error: ParamValidationError) -> str:
    """Why arguments cannot be sent, each fault after the other."""
    lines = str(error.kwargs.get("report", "")).splitlines()
    return "; ".join(fault_words(line) for line in lines) or "its arguments cannot be sent"


def fault_words(line: str) -> str:
    """One fault."""
    for form, words in INVALID:
        if match := form.fullmatch(line):
            return words.format(**{name: cut(value) for name, value in match.groupdict().items()})
    return cut(line)


def region_words(name: object) -> str:
    """A Region that cannot be one."""
    return f"the name of a Region has lower-case letters, digits and hyphens, got {shown(str(name))}"
