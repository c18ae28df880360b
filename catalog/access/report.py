"""The access matrix as text and Markdown: an overview, then every answer with its reasons.

Principals with the same answers share a block; actions with the same answer for the same reasons share a line.
`Create*` is shown only if the answer holds for every action of the service with that prefix.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.access import lifting
from catalog.access.actions import FAMILIES, matrix_actions
from catalog.access.lifting import LiftedDeny
from catalog.access.matrix import Matrix, MatrixRow, PolicyMatrix
from catalog.iam import Answer
from catalog.model.markdown import escaped

WIDTH = 100
WORDS = {Answer.ALLOWED: "allowed", Answer.CONDITIONAL: "allowed if", Answer.UNKNOWN: "unknown"}
LEGEND = (
    "yes: all of these actions; IAM: all, but some only with an IAM policy too; if: all, under conditions; no: none; "
    "n/m, k if: n of m, and k more under conditions; ?: unknown."
)
LIFTED = "These Denies hold for these parameters only. An update with others lifts them"
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """Actions with the same answer for the same reasons."""

    answer: str
    actions: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def order(self) -> int:
        """The position of the answer: `allowed` comes first, `not allowed` last."""
        return ("allowed", "allowed if", "unknown", "denied", "not allowed").index(self.answer)


@dataclass(frozen=True, slots=True)
class MatrixBlock:
    """Principals with the same answers."""

    principals: tuple[str, ...]
    lines: tuple[MatrixLine, ...]


def blocks(policy: PolicyMatrix) -> tuple[MatrixBlock, ...]:
    """The matrix of a policy as blocks."""
    every = matrix_actions(policy.service).names
    names_by_lines: dict[tuple[MatrixLine, ...], list[str]] = {}
    for principal, rows in by_principal(policy).items():
        names_by_lines.setdefault(tuple(lines(rows, every)), []).append(principal)
    return tuple(MatrixBlock(tuple(principals), listed) for listed, principals in names_by_lines.items())


def by_principal(policy: PolicyMatrix) -> dict[str, list[MatrixRow]]:
    """The rows of each principal, in order."""
    rows_of: dict[str, list[MatrixRow]] = {}
    for row in policy.rows:
        rows_of.setdefault(row.principal, []).append(row)
    return rows_of


def lines(rows: Iterable[MatrixRow], every: Sequence[str]) -> list[MatrixLine]:
    """The answers of one principal, grouped by answer and reasons."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for row in rows:
        groups.setdefault((answer(row), tuple(reasons(row))), []).append(row.action.partition(":")[2])
    if len(groups) == 1:
        ((word, why),) = groups
        return [MatrixLine(word, ("every action",), why)]
    result = [MatrixLine(word, tuple(short(names, every)), why) for (word, why), names in groups.items()]
    return sorted(result, key=lambda line: line.order)


def answer(row: MatrixRow) -> str:
    """The answer in words; an implicit denial differs from an explicit Deny."""
    if row.answer is Answer.DENIED:
        return "denied" if row.explicit else "not allowed"
    return WORDS[row.answer]


def reasons(row: MatrixRow) -> Iterator[str]:
    """The reasons of an answer: conditions, deciding statements, and further permissions that are needed."""
    if row.answer is Answer.DENIED and not row.explicit:
        yield from _openings(row)
        return
    if row.conditions:
        yield " and ".join(row.conditions)
    if row.sids:
        yield f"by {', '.join(row.sids)}"
    if row.answer is Answer.UNKNOWN or row.explicit:
        return
    if not row.sids and not row.needs_iam:
        yield "as owner: no policy needs to allow it"
    if row.needs_iam:
        yield "an IAM policy must allow it too" if row.sids else "only by IAM policies"
    if row.by_grant:
        yield "a grant can allow it"


def _openings(row: MatrixRow) -> Iterator[str]:
    """How a principal may get access that no statement allows."""
    if row.reason:
        yield row.reason
    if row.by_grant and row.conditions:
        yield f"a grant can allow it if {' and '.join(row.conditions)}, by {', '.join(row.sids)}"
    elif row.by_grant:
        yield "a grant can allow it"


def short(names: Sequence[str], every: Sequence[str]) -> Iterator[str]:
    """Action names, shortened with a * where all actions of the service with the same prefix are among them."""
    left = sorted(names)
    chosen = set(names)
    while left:
        name = left.pop(0)
        words = WORD.findall(name)
        for count in range(1, len(words) + 1):
            prefix = "".join(words[:count])
            alike = [other for other in every if other.startswith(prefix)]
            if len(alike) > 1 and chosen.issuperset(alike):
                name = f"{prefix}*"
                left = [other for other in left if other not in alike]
                break
        yield name


def glance(policy: PolicyMatrix) -> tuple[list[str], list[list[str]]]:
    """(header, rows) of the overview: for each principal and family of actions, how many it may do."""
    families = {f"{policy.service}:{action.name}": action.family for action in matrix_actions(policy.service).decided}
    used = [family for family in FAMILIES if family in families.values()]
    table = [
        [principal, *(cell([row for row in rows if families[row.action] == family]) for family in used)]
        for principal, rows in by_principal(policy).items()
    ]
    return ["who", *used], table


def cell(rows: Sequence[MatrixRow]) -> str:
    """How much a principal may do of a family of actions, as a word or as numbers."""
    count = {answer: sum(row.answer is answer for row in rows) for answer in Answer}
    for answer, word in ((Answer.DENIED, "no"), (Answer.CONDITIONAL, "if"), (Answer.UNKNOWN, "?")):
        if count[answer] == len(rows):
            return word
    if count[Answer.ALLOWED] == len(rows):
        return "IAM" if any(row.needs_iam for row in rows) else "yes"
    words = [f"{count[Answer.ALLOWED]}/{len(rows)}"]
    words += [f"{count[Answer.CONDITIONAL]} if"] if count[Answer.CONDITIONAL] else []
    words += [f"{count[Answer.UNKNOWN]} ?"] if count[Answer.UNKNOWN] else []
    return ", ".join(words)


def heading(policy: PolicyMatrix) -> str:
    """The policy and the resource that it applies to."""
    return f"{policy.logical_id} ({policy.type}, {policy.property_name}): {policy.resource}"


def as_text(matrix: Matrix, lifted: Sequence[LiftedDeny] = ()) -> str:
    """The text form."""
    parts = [_policy_text(policy) for policy in matrix.policies]
    if lifted:
        lines = _columns([["DENY", "THROUGH", "UPDATE"], *lifting.table(lifted)])
        parts.append("\n".join([f"{LIFTED}:", *lines]))
    return "\n\n".join([*parts, *_rest(matrix)]) + "\n"


def _rest(matrix: Matrix) -> list[str]:
    """A note about policies that were not evaluated, or about no policy at all."""
    if matrix.not_evaluated:
        return [f"Not evaluated, because these policies are not supported: {', '.join(matrix.not_evaluated)}."]
    return [] if matrix.policies else ["No resource of this launch has a resource policy."]


def _policy_text(policy: PolicyMatrix) -> str:
    header, table = glance(policy)
    parts = [heading(policy), "", *_columns([[word.upper() for word in header], *table])]
    parts += ["", *textwrap.wrap(LEGEND, WIDTH, initial_indent="  ", subsequent_indent="  ")]
    for block in blocks(policy):
        parts += ["", *(f"{principal}" for principal in block.principals)]
        for line in block.lines:
            parts += _wrapped(f"  {line.answer:<12}", ", ".join(line.actions))
            for reason in line.reasons:
                parts += _wrapped(" " * 14, reason)
    return "\n".join([*parts, *_undecided(policy)])


def _columns(cells: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with columns."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  " + "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in cells
    ]


def _wrapped(indent: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _undecided(policy: PolicyMatrix) -> list[str]:
    if not policy.undecided:
        return []
    names = ", ".join(short(policy.undecided, matrix_actions(policy.service).names))
    return [
        "",
        "Policies of this kind do not decide these actions; IAM policies or a grant do:",
        *_wrapped("  ", names),
    ]


def as_markdown(matrix: Matrix, lifted: Sequence[LiftedDeny] = ()) -> str:
    """The Markdown form, for a pull request."""
    parts = [_policy_markdown(policy) for policy in matrix.policies]
    if lifted:
        rows = _rows(["Deny", "through", "update"], lifting.table(lifted))
        parts.append("\n".join([f"{LIFTED}:", "", *rows, ""]))
    return "\n".join([*parts, *(f"{escaped(text)}\n" for text in _rest(matrix))])


def _policy_markdown(policy: PolicyMatrix) -> str:
    header, table = glance(policy)
    parts = [f"### {escaped(heading(policy))}", "", *_rows(header, table), "", LEGEND, ""]
    details = [
        [
            LINE_END.join(block.principals) if index == 0 else "",
            line.answer,
            ", ".join(line.actions),
            "; ".join(line.reasons),
        ]
        for block in blocks(policy)
        for index, line in enumerate(block.lines)
    ]
    parts += ["<details><summary>Every action</summary>", "", *_rows(["who", "answer", "actions", "why"], details)]
    names = ", ".join(short(policy.undecided, matrix_actions(policy.service).names))
    parts += ["", f"Policies of this kind do not decide {escaped(names)}."] if names else []
    return "\n".join([*parts, "", "</details>", ""])


LINE_END = "\n"
"""Between the lines of a cell."""


def _rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join('<br>'.join(map(escaped, word.split(LINE_END))) for word in row)} |"
