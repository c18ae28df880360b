"""The differences of two versions as text, JSON and Markdown. Pure: values in, text out; the CLI adds colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.model.markdown import code, escaped
from catalog.versions.change import Aspect, Level, TemplateChange, Verdict
from catalog.versions.compare import Difference, Version
from catalog.versions.excerpts import Excerpt, excerpts

FORMAT = 1
"""Version of the JSON form; it grows when a member changes its meaning or is removed."""
SAME_MEANING = "the bytes differ, but the meaning is the same"
DETAIL_IS_ENOUGH = frozenset(
    {
        Aspect.ACCESS_GAINED,
        Aspect.ACCESS_LOST,
        Aspect.ACCESS_CHANGED,
        Aspect.STATEMENT_CHANGED,
        Aspect.STATEMENT_REWRITTEN,
        Aspect.RESOURCE_CONDITION,
        Aspect.RESOURCE_RENAMED,
        Aspect.OUTPUT_CONDITION,
        Aspect.OUTPUT_RENAMED,
    }
)
"""Aspects whose detail is enough for text and Markdown; JSON has the values too."""
Names = tuple[str, str]
"""The names by which the user asked for the two versions: `1.0.0`, `working`."""


def lines(product: str, difference: Difference, names: Names = ("", "")) -> Iterator[tuple[Level, str]]:
    """The lines of the text form, each with the level of its change."""
    yield Level.NONE, f"{product} {title(difference.old, names[0])} → {title(difference.new, names[1])}"
    for change in difference.changes:
        yield change.level, f"  {marked(change)}"
        for detail in values(change):
            yield Level.NONE, f"           {detail}"
    yield from verdict_lines(difference)


def marked(change: TemplateChange) -> str:
    """The change on one line, after the version bump that it needs."""
    return f"{change.level.word:5}  {headline(change)}"


def headline(change: TemplateChange) -> str:
    """The change and its path, on one line."""
    detail = f": {change.detail}" if change.detail else ""
    mark = " (widens access)" if change.widens_access else ""
    return f"{change.aspect} {change.where}{detail}{mark}"


def values(change: TemplateChange) -> Iterator[str]:
    """The old and the new value, where the detail is not enough."""
    if shows_values(change):
        for excerpt in excerpts(change.before, change.after):
            where = f"{excerpt.where}: " if excerpt.where else ""
            if excerpt.old == excerpt.new:
                yield f"  {excerpt.old}"
                continue
            yield f"- {where}{excerpt.old}"
            yield f"+ {where}{excerpt.new}"


def reasons(verdict: Verdict) -> list[str]:
    """The changes that need the level, each once."""
    return list(dict.fromkeys(f"{change.aspect} {change.where}: {change.reason}" for change in verdict.reasons))


def shows_values(change: TemplateChange) -> bool:
    """Whether there are two values, and the detail is not enough."""
    worded = change.aspect in DETAIL_IS_ENOUGH
    return not worded and change.before is not None and change.after is not None


def verdict_lines(difference: Difference) -> Iterator[tuple[Level, str]]:
    """The verdict with its reasons."""
    verdict = difference.verdict
    if verdict.level is Level.NONE:
        yield Level.NONE, "No differences."
        return
    yield verdict.level, f"Verdict: {verdict.level.word}"
    for reason in reasons(verdict):
        yield Level.NONE, f"  {reason}"
    if not verdict.reasons:
        yield Level.NONE, f"  {SAME_MEANING}"


def title(version: Version, name: str) -> str:
    """A version with the start of its digest, and the name that the user gave if it differs."""
    other = f", {name}" if name not in ("", version.version) else ""
    return f"{version.version} ({version.digest[:19]}{other})"


def as_text(product: str, difference: Difference, names: Names = ("", "")) -> str:
    """The text form without colours."""
    return "\n".join(text for _, text in lines(product, difference, names)) + "\n"


def as_data(product: str, difference: Difference) -> dict[str, Any]:
    """The JSON form: docs/versions.md says what its members mean."""
    verdict = difference.verdict
    return {
        "format": FORMAT,
        "product": product,
        "old": {"version": difference.old.version, "digest": difference.old.digest},
        "new": {"version": difference.new.version, "digest": difference.new.digest},
        "verdict": {
            "level": verdict.level.word,
            "reasons": reasons(verdict),
        },
        "widens_access": bool(difference.widens_access),
        "changes": [change_data(change) for change in difference.changes],
    }


def change_data(change: TemplateChange) -> dict[str, Any]:
    """One change."""
    return {
        "aspect": change.aspect.value,
        "path": list(change.path),
        "detail": change.detail,
        "before": change.before,
        "after": change.after,
        "witness": change.witness,
        "level": change.level.word,
        "reason": change.reason,
        "widens_access": change.widens_access,
    }


MARKDOWN: Mapping[Level, str] = {Level.MAJOR: "**major**", Level.MINOR: "minor", Level.PATCH: "patch"}


def as_markdown(product: str, difference: Difference) -> str:
    """A section of a pull request: the verdict first, then a table."""
    verdict = difference.verdict
    names = f"{escaped(product)} {escaped(difference.old.version)} → {escaped(difference.new.version)}"
    head = f"### {names}: {verdict.level.word}"
    if not difference.changes:
        words = "No differences" if verdict.level is Level.NONE else SAME_MEANING.capitalize()
        return f"{head}\n\n{words}.\n"
    gained = [f"> **Widens access:** {escaped(change.detail)}\n" for change in difference.widens_access]
    rows = [
        f"| {MARKDOWN[change.level]} | {change.aspect} | {code(change.where)} | {markdown_detail(change)} |"
        for change in difference.changes
    ]
    table = ["| needs | what | where | detail |", "|---|---|---|---|", *rows]
    why = dict.fromkeys(
        f"- {code(change.where)}: {change.aspect}; {escaped(change.reason)}" for change in verdict.reasons
    )
    parts = [head, "", *gained, *table, "", f"Why {verdict.level.word}:", "", *why]
    return "\n".join(parts) + "\n"


def markdown_detail(change: TemplateChange) -> str:
    """Detail and values in one cell."""
    parts = [escaped(change.detail)] if change.detail else []
    if shows_values(change):
        parts += map(markdown_excerpt, excerpts(change.before, change.after))
    return "; ".join(parts)


def markdown_excerpt(excerpt: Excerpt) -> str:
    """A part that differs, inside a cell."""
    if excerpt.old == excerpt.new:
        return escaped(excerpt.old)
    where = f"{code(excerpt.where)}: " if excerpt.where else ""
    return f"{where}{code(excerpt.old)} → {code(excerpt.new)}"
