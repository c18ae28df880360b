"""Plans as Markdown for a pull request: changes with an impact first, details folded. Pure.

Text from AWS or YAML is shown as code (`catalog.model.markdown`).
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.model.limits import short_digests
from catalog.model.markdown import clean, entities
from catalog.model.markdown import code as code_span
from catalog.plan.changes import Impact, Plan
from catalog.plan.report import MARKS, VERBS, WARNED, ChangeLine, folded, summary, version_diff

LIMIT = 65_536
"""Characters of a comment on GitHub."""
CUT = (
    "*Details are left out here, since a comment on GitHub has at most 65,536 characters: `catalog plan` shows them.*\n"
)
SHORTENED = "*Shortened: `catalog plan` shows the rest.*\n"
HEADS = {Impact.DESTROYS: "Destroys", Impact.WIDENS: "Widens access", Impact.RESTRICTS: "Restricts"}


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """Some lines; `extra` ones are dropped first when the text is too long."""

    text: str
    extra: bool = False


def as_markdown(plans: Sequence[tuple[str, Plan | None, str]], limit: int = LIMIT) -> str:
    """The (target, plan, error) of a run as one text of at most `limit` characters; a target may be empty."""
    blocks = [block for label, plan, error in plans for block in plan_blocks(label, plan, error)]
    return fitted(blocks, limit)


def fitted(blocks: Sequence[MarkdownBlock], limit: int) -> str:
    """All blocks, or without the details that do not fit, or cut after a line."""
    room = limit - sum(len(block.text) for block in blocks if not block.extra) - len(CUT)
    if sum(len(block.text) for block in blocks if block.extra) <= room + len(CUT):
        return "".join(block.text for block in blocks)
    kept = []
    for block in blocks:
        if block.extra and len(block.text) > room:
            continue
        room -= len(block.text) if block.extra else 0
        kept.append(block.text)
    text = "".join((*kept, CUT))
    if len(text) <= limit:
        return text
    text = "".join(
        block.text for block in blocks if not block.extra
    )  # no <details>, so that the text may end after any line
    return f"{text[: limit - len(SHORTENED) - 2].rpartition(chr(10))[0]}\n\n{SHORTENED}"


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
    lines = list(folded(plan.changes))
    for impact in WARNED:
        if marked := [line for line in lines if line.impact is impact]:
            rows = (f"- `{MARKS[impact]}` {line.operation} {code(line.address)}{names(line)}\n" for line in marked)
            yield MarkdownBlock(f"**{HEADS[impact]}**\n\n{''.join(rows)}\n")
    owned: dict[str, list[ChangeLine]] = {}
    for line in lines:
        owned.setdefault(owner(line), []).append(line)
    for name, members in owned.items():
        yield from section(name, members, plan)
    if plan.notices:
        yield details("Notes", plan.notices)


def names(line: ChangeLine) -> str:
    """The names in a folded line, which must stay visible."""
    return f": {code(' '.join(line.details))}" if line.count > 1 else ""


def section(name: str, lines: Sequence[ChangeLine], plan: Plan) -> Iterator[MarkdownBlock]:
    """The changes of one product or portfolio: a table, then folded details."""
    rows = "".join(
        f"| `{MARKS[line.impact]}` | {line.operation} | {code(line.address)} | {VERBS[line.impact][0]} |\n"
        for line in lines
    )
    yield MarkdownBlock(f"#### {name}\n\n| | change | where | impact |\n|---|---|---|---|\n{rows}\n")
    texts = [text for line in lines if line.details for text in (line.address, *(f"  {each}" for each in line.details))]
    if texts:
        yield details("Details", texts)
    for line in lines:
        if differs := version_diff(plan, line.operation, line.address):
            yield details(f"Template of {line.address} {differs[0]}", differs[1:])


def owner(line: ChangeLine) -> str:
    """The heading of a change."""
    kind, _, rest = line.address.partition("/")
    key = rest.partition("/")[0]
    if kind in ("product", "portfolio", "template"):
        return code(f"{'product' if kind == 'template' else kind}/{key}")
    return "The account"


def details(title: str, lines: Iterable[str]) -> MarkdownBlock:
    """Folded lines; GitHub would read Markdown again after a blank one, so it gets a space."""
    body = "\n".join(html.escape(clean(short_digests(line))) if line.strip() else "&#160;" for line in lines)
    return MarkdownBlock(
        f"<details><summary>{entities(clean(title))}</summary>\n<pre>\n{body}\n</pre>\n</details>\n\n", extra=True
    )


def code(text: str) -> str:
    """Text as code, with short digests."""
    return code_span(short_digests(text))
