"""Plans as Markdown for a pull request: what people get, who may launch it, what roles may do; details folded. Pure.

Text from AWS or YAML is shown as code (`catalog.model.markdown`).
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from catalog.model.limits import short_digests
from catalog.model.markdown import clean, entities, escaped
from catalog.model.markdown import code as code_span
from catalog.plan.changes import Impact, Plan
from catalog.plan.report import counted, folded, headline, summary, version_diff, without_account
from catalog.plan.rows import group_rows
from catalog.plan.rows.row import ACCOUNT, Group, Row, groups

LIMIT = 65_536
"""Characters of a comment on GitHub."""
CUT = (
    "*Details are left out here, since a comment on GitHub has at most 65,536 characters: `catalog plan` shows them.*\n"
)
SHORTENED = "*Shortened: `catalog plan` shows the rest.*\n"
TITLES = {
    "product": "What people get",
    "portfolio": "Who may launch it",
    "import": "From other accounts",
    "stack": "What roles may do",
    "stack-set": "In other accounts",
    ACCOUNT: "In the account",
}
"""Kind of a group → its heading."""


class Rank(IntEnum):
    """What goes first when a text is too long: the highest."""

    NEEDED = 0
    SAFE = 1
    """Rows of what is safe."""
    DETAILS = 2


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """Some lines."""

    text: str
    rank: Rank = Rank.NEEDED


def as_markdown(plans: Sequence[tuple[str, Plan | None, str]], limit: int = LIMIT) -> str:
    """The (target, plan, error) of a run as one text of at most `limit` characters; a target may be empty."""
    blocks = [block for label, plan, error in plans for block in plan_blocks(label, plan, error)]
    return fitted(blocks, limit)


def fitted(blocks: Sequence[MarkdownBlock], limit: int) -> str:
    """All blocks, or without the details that do not fit, or cut after a line."""
    room = limit - sum(len(block.text) for block in blocks if block.rank < Rank.DETAILS)
    if sum(len(block.text) for block in blocks if block.rank is Rank.DETAILS) <= room:
        return "".join(block.text for block in blocks)
    room -= len(CUT)
    kept = []
    for block in blocks:
        if block.rank is Rank.DETAILS and len(block.text) > room:
            continue
        room -= len(block.text) if block.rank is Rank.DETAILS else 0
        kept.append(block.text)
    text = "".join((*kept, CUT))
    if len(text) <= limit:
        return text
    # No <details>, so that the text may end after any line; and nothing safe before what is not.
    needed = "".join(block.text for block in blocks if block.rank is Rank.NEEDED)
    room = limit - len(SHORTENED) - 2
    if len(needed) > room:
        return f"{needed[:room].rpartition(chr(10))[0]}\n\n{SHORTENED}"
    return f"{needed}{SHORTENED}"


def plan_blocks(label: str, plan: Plan | None, error: str) -> Iterator[MarkdownBlock]:
    """One account and Region."""
    head = f"target {code(label)}" if label else "the catalog"
    where = f": account {code(plan.account)}, Region {code(plan.region)}" if plan else ""
    yield MarkdownBlock(f"### Plan for {head}{where}\n\n")
    if error:
        yield MarkdownBlock(f"**Failed:** {code(error)}\n\n")
    if plan is None:
        return
    yield MarkdownBlock(f"**{summary(plan)}**\n\n")
    if plan.blockers:
        yield MarkdownBlock("".join(f"- **Blocked:** {code(text)}\n" for text in plan.blockers) + "\n")
    by_kind = {kind: list(members) for kind, members in groupby(groups(plan.changes), key=lambda group: group.kind)}
    for kind, members in by_kind.items():
        yield from row_blocks(TITLES[kind], [row for group in members for row in group_rows(group, plan)], plan)
    if plan.notices:
        yield details("Notes", plan.notices)
    for group in (group for members in by_kind.values() for group in members):
        yield from change_blocks(group, plan)


def row_blocks(title: str, shown: Sequence[Row], plan: Plan) -> Iterator[MarkdownBlock]:
    """The rows of one kind of object, each in its list; a heading stays as long as one of them is not safe."""
    if not shown:
        return
    safe = all(row.impact is Impact.NONE for row in shown)
    yield MarkdownBlock(f"**{title}**\n\n", Rank.SAFE if safe else Rank.NEEDED)
    for row, following in zip(shown, [*shown[1:], None], strict=True):
        # A row stands for those inside of it too: they say nothing without it.
        goes = row.impact is Impact.NONE and not (following and following.inside and not row.inside)
        yield MarkdownBlock(row_text(row, plan), Rank.SAFE if goes else Rank.NEEDED)
    yield MarkdownBlock("\n", Rank.SAFE if safe else Rank.NEEDED)


def row_text(row: Row, plan: Plan) -> str:
    """A row as a member of a list, with its details below it."""

    def words(text: str) -> str:
        return escaped(short_digests(without_account(text, plan)))

    mark = f"`{row.mark}` " if row.mark.strip() else ""
    text = f": {words(row.text)}" if row.text else ""
    below = "".join(f"{'  ' * (row.inside + 1)}- {words(detail)}\n" for detail in row.details)
    return f"{'  ' * row.inside}- {mark}**{words(row.head)}**{text}\n{below}"


def change_blocks(group: Group, plan: Plan) -> Iterator[MarkdownBlock]:
    """Every change of one object, folded, and what its versions change in their templates."""
    changes = [*group.own, *group.members]
    texts = []
    for line in folded(changes):
        texts += [headline(line)[1].strip(), *(f"      {detail}" for detail in line.details)]
    yield details(f"{counted(changes)} of {group.title}", texts)
    for change in changes:
        if differs := version_diff(plan, change.operation, change.address):
            yield details(f"Template of {change.address} {differs[0]}", differs[1:])


def details(title: str, lines: Iterable[str]) -> MarkdownBlock:
    """Folded lines; GitHub would read Markdown again after a blank one, so it gets a space."""
    body = "\n".join(html.escape(clean(short_digests(line))) if line.strip() else "&#160;" for line in lines)
    return MarkdownBlock(
        f"<details><summary>{entities(clean(title))}</summary>\n<pre>\n{body}\n</pre>\n</details>\n\n", Rank.DETAILS
    )


def code(text: str) -> str:
    """Text as code, with short digests."""
    return code_span(short_digests(text))
