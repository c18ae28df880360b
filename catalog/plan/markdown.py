"""Plans as Markdown for a pull request: what destroys and widens first, details folded away. Pure.

What comes from AWS or from YAML is shown as code: a code span, or HTML with every sign as an entity. Neither has a
meaning in Markdown, and GitHub looks for no @mentions in it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.plan.changes import Impact, Plan
from catalog.plan.report import MARKS, VERBS, WARNED, Line, folded, summary, version_diff

LIMIT = 65_536
"""Characters of a comment on GitHub."""
CUT = (
    "*Details are left out here, since a comment on GitHub has at most 65,536 characters: `catalog plan` shows them.*\n"
)
SHORTENED = "*Shortened: `catalog plan` shows the rest.*\n"
HEADS = {Impact.DESTROYS: "Destroys", Impact.WIDENS: "Widens access", Impact.RESTRICTS: "Restricts"}


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines; those that are `extra` go first when all of it is too long."""

    text: str
    extra: bool = False


def as_markdown(plans: Sequence[tuple[str, Plan | None, str]], limit: int = LIMIT) -> str:
    """(target, plan, error) of each place as one text of at most `limit` characters; the target may be empty."""
    blocks = [block for label, plan, error in plans for block in place(label, plan, error)]
    return fitted(blocks, limit)


def fitted(blocks: Sequence[Block], limit: int) -> str:
    """All of it, or without details as far as they do not fit, or cut after a line."""
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
    text = "".join(block.text for block in blocks if not block.extra)  # no <details>, so that any line may be the last
    return f"{text[: limit - len(SHORTENED) - 2].rpartition(chr(10))[0]}\n\n{SHORTENED}"


def place(label: str, plan: Plan | None, error: str) -> Iterator[Block]:
    """One account and Region."""
    head = f"target {code(label)}" if label else "the catalogue"
    where = f": account {code(plan.account)}, Region {code(plan.region)}" if plan else ""
    yield Block(f"### Plan for {head}{where}\n\n")
    if error:
        yield Block(f"**Failed:** {code(error)}\n\n")
    if plan is None:
        return
    yield Block(f"**{summary(plan)}**\n\n")
    if plan.blockers:
        yield Block("".join(f"- **Blocked:** {code(text)}\n" for text in plan.blockers) + "\n")
    lines = list(folded(plan.changes))
    for impact in WARNED:
        if marked := [line for line in lines if line.impact is impact]:
            rows = (f"- `{MARKS[impact]}` {line.operation} {code(line.address)}{names(line)}\n" for line in marked)
            yield Block(f"**{HEADS[impact]}**\n\n{''.join(rows)}\n")
    owned: dict[str, list[Line]] = {}
    for line in lines:
        owned.setdefault(owner(line), []).append(line)
    for name, members in owned.items():
        yield from section(name, members, plan)
    if plan.notices:
        yield details("Notes", plan.notices)


def names(line: Line) -> str:
    """Of several changes what each is about, for it must not be folded away."""
    return f": {code(' '.join(line.details))}" if line.count > 1 else ""


def section(name: str, lines: Sequence[Line], plan: Plan) -> Iterator[Block]:
    """What changes of one product or portfolio: a table, and the details folded away."""
    rows = "".join(
        f"| `{MARKS[line.impact]}` | {line.operation} | {code(line.address)} | {VERBS[line.impact][0]} |\n"
        for line in lines
    )
    yield Block(f"#### {name}\n\n| | change | where | impact |\n|---|---|---|---|\n{rows}\n")
    told = [text for line in lines if line.details for text in (line.address, *(f"  {one}" for one in line.details))]
    if told:
        yield details("Details", told)
    for line in lines:
        if differs := version_diff(plan, line):
            yield details(f"Template of {line.address} {differs[0]}", differs[1:])


def owner(line: Line) -> str:
    """The heading under which a change stands."""
    kind, _, rest = line.address.partition("/")
    key = rest.partition("/")[0]
    if kind in ("product", "portfolio", "template"):
        return code(f"{'product' if kind == 'template' else kind}/{key}")
    return "The account"


def details(title: str, lines: Iterable[str]) -> Block:
    """Lines that are shown on demand; after a blank one GitHub would read Markdown again, so it gets a space."""
    body = "\n".join(html.escape(clean(line)) if line.strip() else "&#160;" for line in lines)
    return Block(
        f"<details><summary>{entities(clean(title))}</summary>\n<pre>\n{body}\n</pre>\n</details>\n\n", extra=True
    )


def code(text: str) -> str:
    """Text as code, also in a cell of a table."""
    text = clean(text).strip()
    plain = text and not set(text) & set("`|\\")
    return f"`{text}`" if plain else f"<code>{entities(text)}</code>"


def clean(text: str) -> str:
    """Text on one line, without signs that are not shown."""
    indent = "  " if text.startswith("  ") else ""
    words = " ".join(text.split())
    return indent + "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in words)


def entities(text: str) -> str:
    """Text of which nothing but letters, digits and spaces stands for itself."""
    return "".join(sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};" for sign in text)
