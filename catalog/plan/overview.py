"""A plan for a terminal: its rows, between the account and the counts. Pure.

Each change stands here once, in the words of people. `report.lines` has every API call in its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from textwrap import wrap

from catalog.model.limits import printable, short_digests
from catalog.plan.changes import Change, Impact, Plan
from catalog.plan.report import account_line, summary, without_account
from catalog.plan.rows import rows
from catalog.plan.rows.products import NEW_PRODUCT
from catalog.plan.rows.row import Row, root_of
from catalog.plan.rows.stacks import MAY_DO

WIDTH = 100
"""Characters of a line where nobody says how wide the terminal is."""
ROOM = 20
"""Characters that a text has at least, on a narrow terminal."""
COLUMN = 29
"""Where the text after a head starts."""
HINT = "  Details: -v"
NUMBER = re.compile(r" (?=\(\d)|(?<=[ (]\d) (?=[a-z])|(?<=[ (]\d\d) (?=[a-z])|(?<=[ (]\d\d\d) (?=[a-z])")
"""The spaces beside a number of what is counted, as in `kms (13 actions)`."""
SERVICE = re.compile(r"([a-z][a-z0-9-]*)(?=:\w| \(\d+ actions?\))")
"""The services of actions in the text of a role, such as `kms (6 actions), s3:GetObject`."""
MANY = 3
"""So many products or roles have a line each."""
NO_BREAK = "\N{NO-BREAK SPACE}"

Line = tuple[Impact | None, str]


def lines(plan: Plan, width: int = WIDTH, seconds: float | None = None) -> Iterator[Line]:
    """The plan line by line, each with the impact that it speaks of; no character in it controls a terminal.

    `seconds` is how long it took to make the plan, if that is to be said.
    """
    overview = Overview(plan, width, seconds)
    yield from ((impact, printable(overview.shortened(text))) for impact, text in overview.lines())


def row_lines(plan: Plan, width: int = WIDTH) -> Iterator[Line]:
    """The rows alone, line by line."""
    overview = Overview(plan, width)
    yield from ((impact, printable(text)) for row in short_rows(list(rows(plan))) for impact, text in overview.row(row))


@dataclass(frozen=True, slots=True)
class Overview:
    """The lines of a plan for a terminal of a width, before control characters are replaced."""

    plan: Plan
    width: int
    seconds: float | None = None

    def lines(self) -> Iterator[Line]:
        """All lines."""
        yield None, account_line(self.plan.account, self.plan.region, self.plan.sandbox)
        shown = [line for row in short_rows(list(rows(self.plan))) for line in self.row(row)]
        yield from ([(None, ""), *shown, (None, "")] if shown else ())
        yield from ((None, f"  note: {notice}") for notice in self.plan.notices)
        yield from ((None, f"  blocked: {blocker}") for blocker in self.plan.blockers)
        yield None, f"{summary(self.plan, self.seconds)}{HINT if self.plan.changes else ''}"

    def row(self, row: Row) -> Iterator[Line]:
        """One row: the head, the text in its column, and the details below it, or beside it if there is room."""
        head = f"{'      ' if row.inside else '  '}{row.mark} {row.head}"
        text, details = self.shortened(row.text), [self.shortened(detail) for detail in row.details]
        beside = "; ".join(detail.strip() for detail in details)
        joined = f"{text}: {beside}" if text and beside else text or beside
        if beside and len(joined) <= self.width - max(COLUMN, len(head) + 1):
            text, details = joined, []
        yield from self.columns(row.impact, head, text)
        yield from self.details(details, 12 if row.inside else 8)

    def columns(self, impact: Impact, head: str, text: str) -> Iterator[Line]:
        """`head`, then `text` in its column, wrapped; below a head that leaves too little room for a word."""
        first, *others = self.wrapped(text, COLUMN)
        if len(head) < COLUMN:
            yield impact, f"{head:{COLUMN - 1}} {first}".rstrip()
        elif len(f"{head} {text}") <= self.width:
            yield impact, f"{head} {text}"
            return
        else:
            yield impact, head
            others = [first, *others]
        yield from ((impact, f"{' ' * COLUMN}{line}") for line in others)

    def details(self, details: Sequence[str], indent: int) -> Iterator[Line]:
        """Details below their row; long ones are wrapped, each under its own indentation."""
        for text in details:
            start = " " * (indent + len(text) - len(text.lstrip()))
            for number, line in enumerate(self.wrapped(text.strip(), len(start) + 2)):
                yield None, f"{start}{'  ' if number else ''}{line}"

    def wrapped(self, text: str, column: int) -> list[str]:
        """`text` in lines that fit from `column` on; a number stays with what it counts."""
        room = max(self.width - column, ROOM)
        lines = wrap(NUMBER.sub(NO_BREAK, text), room, break_long_words=False, break_on_hyphens=False)
        return [line.replace(NO_BREAK, " ") for line in lines] or [""]

    def shortened(self, text: str) -> str:
        """`text` without the start of ARNs of the plan's own account, and with short digests."""
        return short_digests(without_account(text, self.plan))


def short_rows(all_rows: Sequence[Row]) -> Iterator[Row]:
    """The rows, with one for more than `MANY` new products of which there is nothing else to say, or for as many roles.

    `-v` names what each role may do.
    """
    products = [
        row
        for row, following in zip_longest(all_rows, all_rows[1:])
        if row.text == NEW_PRODUCT and not row.details and not (following and following.inside)
    ]
    roles = [row for row in all_rows if row.inside and row.head == MAY_DO]
    for alike, row_of_many in ((products, new_products), (roles, roles_that_may)):
        if len(alike) > MANY:
            all_rows = [row_of_many(alike) if row is alike[0] else row for row in all_rows if row not in alike[1:]]
    yield from all_rows


def new_products(alike: Sequence[Row]) -> Row:
    """`9 products  new: queue 1.0.0, topic 1.0.0 …`."""
    names = ", ".join(row.head.replace(" ", NO_BREAK) for row in alike)
    return replace(alike[0], head=f"{len(alike)} products", text=f"new: {names}")


def roles_that_may(alike: Sequence[Row]) -> Row:
    """`may do  11 roles, each what its template needs: dynamodb, kms, s3`."""
    services = sorted({name for row in alike for name in SERVICE.findall(row.text.partition(": ")[2])})
    return replace(alike[0], text=f"{len(alike)} roles, each what its template needs: {', '.join(services)}")


def in_brief(change: Change) -> str:
    """`security-prod: rules`, for a line of progress."""
    kind, key, below = root_of(change.address)
    return f"{key or kind}: {change.label}" if below else f"{kind.replace('-', ' ')} {key}".strip()


def as_text(plan: Plan) -> str:
    """The overview without colours."""
    return "\n".join(text for _, text in lines(plan)) + "\n"
