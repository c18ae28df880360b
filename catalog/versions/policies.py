"""Compare a policy document in two versions: match the statements by Sid or content, then compare their elements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from catalog.cfn.canonical import Canonical, as_key, when
from catalog.versions.change import Aspect, Path, TemplateChange
from catalog.versions.coverage import covered
from catalog.versions.statements import PRINCIPALS, UNORDERED, PolicyStatement, in_words, sorted_list, statements


def compare_policy(
    path: Path, old: Mapping[str, Any], new: Mapping[str, Any], before: Canonical, after: Canonical
) -> Iterator[TemplateChange]:
    """Changes of the statements, then of the other elements of the document."""
    olds, news = list(statements(old, before)), list(statements(new, after))
    pairs = paired(olds, news)
    where = (*path, "Statement")
    for old_statement, new_statement in pairs:
        shown = new_statement or old_statement
        kept = old_statement is None or covered(old_statement, news)
        nothing_new = new_statement is None or covered(new_statement, olds)
        changes = compare_statement((*where, shown.label if shown else ""), old_statement, new_statement)
        yield from map(rewritten, changes) if kept and nothing_new else changes
    moved = [
        (olds.index(old_statement), news.index(new_statement))
        for old_statement, new_statement in pairs
        if old_statement and new_statement
    ]
    if [position for _, position in sorted(moved)] != sorted(position for _, position in moved):
        yield TemplateChange(Aspect.STATEMENTS_REORDERED, where)
    for name in dict.fromkeys([*new, *old]):
        if name != "Statement" and before.value(old.get(name)) != after.value(new.get(name)):
            yield TemplateChange(Aspect.PROPERTY_CHANGED, (*path, name), "", old.get(name), new.get(name))


def rewritten(change: TemplateChange) -> TemplateChange:
    """The change of a statement that says nothing new: all that was or is in it, other statements say too."""
    if change.aspect is Aspect.STATEMENT_REWRITTEN:
        return change
    detail = f"other statements say the same: {change.detail}"
    return replace(change, aspect=Aspect.STATEMENT_REWRITTEN, detail=detail)


def paired(
    olds: list[PolicyStatement], news: list[PolicyStatement]
) -> list[tuple[PolicyStatement | None, PolicyStatement | None]]:
    """(old, new) statements that belong together, by Sid and by meaning; None for a removed or added statement."""
    left = list(olds)
    pairs: list[tuple[PolicyStatement | None, PolicyStatement | None]] = []
    for same in (is_identical, same_sid, same_meaning):
        for new in [new for new in news if not any(new is other for _, other in pairs)]:
            match = next((old for old in left if same(old, new)), None)
            if match:
                left.remove(match)
                pairs.append((match, new))
    pairs += [(None, new) for new in news if not any(new is other for _, other in pairs)]
    return [*pairs, *((old, None) for old in left)]


def is_identical(old: PolicyStatement, other: PolicyStatement) -> bool:
    """Whether two statements have the same Sid and meaning."""
    return same_sid(old, other) and same_meaning(old, other)


def same_sid(old: PolicyStatement, other: PolicyStatement) -> bool:
    """Whether two statements have the same Sid, and not both none."""
    return bool(old.sid) and old.sid == other.sid


def same_meaning(old: PolicyStatement, other: PolicyStatement) -> bool:
    """Whether two statements have the same meaning; their Sids may differ."""
    return old.meaning == other.meaning


def compare_statement(path: Path, old: PolicyStatement | None, new: PolicyStatement | None) -> Iterator[TemplateChange]:
    """Changes of a statement, element by element."""
    if old is None and new is not None:
        yield TemplateChange(Aspect.STATEMENT_ADDED, path, summary(new), after=new.body)
    elif new is None and old is not None:
        yield TemplateChange(Aspect.STATEMENT_REMOVED, path, summary(old), before=old.body)
    elif old is not None and new is not None:
        differing = [name for name in {**old.meaning, **new.meaning} if old.meaning.get(name) != new.meaning.get(name)]
        if differing:
            details = "; ".join(element(name, old, new) for name in differing)
            yield TemplateChange(Aspect.STATEMENT_CHANGED, path, details, old.body, new.body)
        elif old.body != new.body or old.guard != new.guard:
            words = f"Sid {old.sid!r} → {new.sid!r}" if old.sid != new.sid else "order or spelling"
            yield TemplateChange(Aspect.STATEMENT_REWRITTEN, path, words, old.body, new.body)


def summary(statement: PolicyStatement) -> str:
    """A whole statement on one line."""
    body = statement.body
    parts = [in_words(body.get("Effect"))]
    for name in (*PRINCIPALS, *UNORDERED, "Condition"):
        if name in body and (name != "Resource" or body[name] not in ("*", ["*"])):
            parts.append(f"{name} {in_words(body[name])}")
    return " ".join([*parts, when(statement.guard)]).strip()


def element(name: str, old: PolicyStatement, new: PolicyStatement) -> str:
    """The change of one element, in words: for a list, the added and removed members."""
    if name == "When":
        return f"{when(old.guard) or 'always'} → {when(new.guard) or 'always'}"
    before, after = old.body.get(name), new.body.get(name)
    if name in UNORDERED and before is not None and after is not None:
        olds, news = ([as_key(member) for member in sorted_list(side)] for side in (before, after))
        plus = [f"+{in_words(json.loads(member))}" for member in news if member not in olds]
        minus = [f"-{in_words(json.loads(member))}" for member in olds if member not in news]
        return f"{name} {' '.join([*plus, *minus])}"
    return f"{name} {in_words(before)} → {in_words(after)}"
