"""Code for product files that tries things out: what each attempt comes to, without an end of the whole."""

from __future__ import annotations

from collections.abc import Mapping


def indented(text: str) -> str:
    """`text`, one level deeper."""
    return "\n".join(f"    {line}" for line in text.splitlines())


def outcomes_of(attempts: Mapping[str, str]) -> str:
    """Code that sets `results`: name of an attempt → `done`, or the class of the error."""
    lines = ["results = {}"]
    for name, code in attempts.items():
        lines += ["try:", indented(f"{code}\nresults[{name!r}] = 'done'")]
        lines += ["except Exception as error:", f"    results[{name!r}] = type(error).__name__"]
    return "\n".join(lines)
