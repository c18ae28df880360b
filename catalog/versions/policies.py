"""Statements of a policy document in two versions: by Sid, else by what they say, element by element."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.canonical import Canonical, Guard, as_key, guarded_members, when
from catalog.versions.change import Aspect, Path, TemplateChange

UNORDERED = ("Action", "NotAction", "Resource", "NotResource")
"""Elements whose one value and list of values mean the same, in any order (IAM, "Policy grammar")."""
PRINCIPALS = ("Principal", "NotPrincipal")


@dataclass(frozen=True, slots=True)
class PolicyStatement:
    """A statement with the conditions under which the template has it."""

    sid: str
    guard: Guard
    body: Mapping[str, Any]
    meaning: Mapping[str, str]
    """Element → its meaning as comparable text; "When" is what the guard says."""

    @property
    def label(self) -> str:
        """The Sid, or the effect and actions of a statement without one."""
        actions = self.body.get("Action", self.body.get("NotAction", ""))
        return self.sid or f"{self.body.get('Effect', '')} {in_words(actions)}"[:80]


def is_policy(node: Any) -> bool:
    """Whether a value is a policy document as data; other things, such as rules of a firewall, have statements too."""
    if not isinstance(node, Mapping) or "Statement" not in node:
        return False
    return any(
        isinstance(statement, Mapping) and "Effect" in statement for _, statement in guarded_members(node["Statement"])
    )


def compare_policy(
    path: Path, old: Mapping[str, Any], new: Mapping[str, Any], before: Canonical, after: Canonical
) -> Iterator[TemplateChange]:
    """The statements, then what else the document says."""
    olds, news = list(statements(old, before)), list(statements(new, after))
    pairs = paired(olds, news)
    where = (*path, "Statement")
    for one, other in pairs:
        shown = other or one
        yield from compare_statement((*where, shown.label if shown else ""), one, other)
    kept = [(olds.index(one), news.index(other)) for one, other in pairs if one and other]
    if [new for _, new in sorted(kept)] != sorted(new for _, new in kept):
        yield TemplateChange(Aspect.STATEMENTS_REORDERED, where)
    for name in dict.fromkeys([*new, *old]):
        if name != "Statement" and before.value(old.get(name)) != after.value(new.get(name)):
            yield TemplateChange(Aspect.PROPERTY_CHANGED, (*path, name), "", old.get(name), new.get(name))


def statements(document: Mapping[str, Any], canonical: Canonical) -> Iterator[PolicyStatement]:
    """Every statement that some set of conditions brings about."""
    for guard, body in guarded_members(document["Statement"]):
        if isinstance(body, Mapping):
            sid = body.get("Sid")
            meaning = {key: as_key(meant(key, canonical.value(value))) for key, value in body.items() if key != "Sid"}
            meaning["When"] = as_key(canonical.guard(guard))
            yield PolicyStatement(sid if isinstance(sid, str) else "", guard, body, meaning)


def meant(element: str, value: Any) -> Any:
    """An element in one way of writing: lists in order, actions in lower case, for IAM ignores it there."""
    if element in UNORDERED:
        return one_list(value, lower=element.endswith("Action"))
    if element in PRINCIPALS and isinstance(value, Mapping):
        return {kind: one_list(names) for kind, names in value.items()}
    if element == "Condition" and isinstance(value, Mapping):
        return {
            operator: {key: one_list(values) for key, values in keys.items()} if isinstance(keys, Mapping) else keys
            for operator, keys in value.items()
        }
    return value


def one_list(value: Any, *, lower: bool = False) -> list[Any]:
    """One value or a list as a list in an order of its own, without repeats."""
    members = value if isinstance(value, list) else [value]
    texts = {as_key(member.lower() if lower and isinstance(member, str) else member) for member in members}
    return [json.loads(text) for text in sorted(texts)]


def paired(
    olds: list[PolicyStatement], news: list[PolicyStatement]
) -> list[tuple[PolicyStatement | None, PolicyStatement | None]]:
    """Statements that are the same one in both: by Sid and by meaning, the rest are gone or new."""
    left = list(olds)
    pairs: list[tuple[PolicyStatement | None, PolicyStatement | None]] = []
    for same in (is_identical, has_its_sid, says_the_same):
        for new in [new for new in news if not any(new is other for _, other in pairs)]:
            match = next((old for old in left if same(old, new)), None)
            if match:
                left.remove(match)
                pairs.append((match, new))
    pairs += [(None, new) for new in news if not any(new is other for _, other in pairs)]
    return [*pairs, *((old, None) for old in left)]


def is_identical(old: PolicyStatement, other: PolicyStatement) -> bool:
    """The same name and meaning."""
    return has_its_sid(old, other) and says_the_same(old, other)


def has_its_sid(old: PolicyStatement, other: PolicyStatement) -> bool:
    """The same name, which must be one."""
    return bool(old.sid) and old.sid == other.sid


def says_the_same(old: PolicyStatement, other: PolicyStatement) -> bool:
    """The same meaning, whatever they are called."""
    return old.meaning == other.meaning


def compare_statement(path: Path, old: PolicyStatement | None, new: PolicyStatement | None) -> Iterator[TemplateChange]:
    """One statement, element by element."""
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
    """What changed in one element, in words: members that came and went where it is a list."""
    if name == "When":
        return f"{when(old.guard) or 'always'} → {when(new.guard) or 'always'}"
    before, after = old.body.get(name), new.body.get(name)
    if name in UNORDERED and before is not None and after is not None:
        olds, news = ([as_key(member) for member in one_list(side)] for side in (before, after))
        plus = [f"+{in_words(json.loads(member))}" for member in news if member not in olds]
        minus = [f"-{in_words(json.loads(member))}" for member in olds if member not in news]
        return f"{name} {' '.join([*plus, *minus])}"
    return f"{name} {in_words(before)} → {in_words(after)}"


def in_words(value: Any) -> str:
    """A value as one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(member, str) for member in value):
        return ", ".join(value)
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
