"""The access to what is launched, in sentences: who may use, administer and read it, and who may do nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.access import actions
from catalog.review.cells import AccessCell, AccessLine, AccessTable

VERBS = {
    actions.USE: "use it",
    actions.SIGN: "sign with it",
    actions.GRANT: "give others access to it",
    actions.REPLICATE: "replicate it",
    actions.ADMINISTER: "administer it",
    actions.READ: "read about it",
}
ENDS = {
    "yes": "",
    "IAM": " where an IAM policy allows it too",
    "if": " under conditions",
    "?": " perhaps: the template does not decide it",
}
PART = re.compile(r"(\d+)/(\d+)(?:, (\d+) if)?(?:, (\d+) \?)?")
"""`13/19, 4 if`: so many of so many actions, and so many more under conditions."""


@dataclass(frozen=True, slots=True)
class AccessStatement:
    """What some principals may do: `principals` `may`, then `never` what they may not."""

    principals: tuple[str, ...]
    may: tuple[str, ...]
    """`use it`, `administer it in part (13 of 19 actions)`; empty for those who may do nothing."""
    never: tuple[str, ...]

    @property
    def text(self) -> str:
        """`may use it and read about it in part (1 of 10 actions), and may not administer it`."""
        if not self.may:
            return "may do nothing"
        text = f"may {listed(self.may, 'and')}"
        return f"{text}; may not {listed(self.never, 'or')}" if self.never else text


def statements(table: AccessTable) -> Iterator[AccessStatement]:
    """A sentence about each principal, those with the same access together; who may do nothing comes last."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for line in table.lines:
        groups.setdefault(answers(table, line), []).append(line.principal)
    ordered = sorted(groups.items(), key=lambda group: not group[0][0])
    return (AccessStatement(tuple(principals), may, never) for (may, never), principals in ordered)


def answers(table: AccessTable, line: AccessLine) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what a principal may do, what it may not)."""
    may = [words for family, cell in zip(table.families, line.cells, strict=True) if (words := allowed(family, cell))]
    never = [VERBS[family] for family, cell in zip(table.families, line.cells, strict=True) if cell.after == "no"]
    return tuple(may), tuple(never) if may else ()


def allowed(family: str, cell: AccessCell) -> str:
    """What a cell allows, in words; empty if it allows nothing."""
    if cell.after in ENDS:
        return f"{VERBS[family]}{ENDS[cell.after]}"
    if not (match := PART.fullmatch(cell.after)):
        return ""
    some, every, conditional, unknown = match.groups()
    if some == "0" and conditional:
        words = f"{conditional} of {every} actions, under conditions"
    else:
        words = f"{some} of {every} actions"
        words += f", {conditional} more under conditions" if conditional else ""
    words += f", {unknown} not decided" if unknown else ""
    return f"{VERBS[family]} in part ({words})"


def listed(words: tuple[str, ...], last: str) -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
