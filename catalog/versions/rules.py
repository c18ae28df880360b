"""Compare the Rules of two versions: whether the new version may refuse launches that the old one accepts.

A rule refuses a launch if its RuleCondition holds and one of its assertions does not. So a rule without new assertions
that does not apply more often refuses no more than before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.canonical import Canonical, as_key
from catalog.versions.change import Aspect, TemplateChange
from catalog.versions.sections import members


def compare_rules(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TemplateChange]:
    """Changes of the Rules, by name."""
    for name, before, after in members(old, new, "Rules"):
        path = ("Rules", name)
        if before is None:
            yield TemplateChange(Aspect.RULE_ADDED, path, "; ".join(words(after)), after=after)
        elif after is None:
            yield TemplateChange(Aspect.RULE_REMOVED, path, "; ".join(words(before)), before=before)
        else:
            aspect, detail = judged(before, after)
            yield TemplateChange(aspect, path, detail, before, after)


def judged(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Aspect, str]:
    """Whether a rule became tighter or looser, as far as that can be decided, and why."""
    before, after = set(asserted(old)), set(asserted(new))
    was, now = condition_of(old), condition_of(new)
    tighter = [*("a new assertion" for _ in after - before), *(["it always applies"] if was and not now else [])]
    looser = [
        *("an assertion removed" for _ in before - after),
        *(["it applies less often"] if now and not was else []),
    ]
    if was and now and was != now:
        return Aspect.RULE_CHANGED, "RuleCondition; treated as tightened"
    if tighter:
        return Aspect.RULE_TIGHTENED, ", ".join([*tighter, *looser])
    return (Aspect.RULE_LOOSENED, ", ".join(looser)) if looser else (Aspect.RULE_DESCRIPTION, "")


def asserted(rule: Mapping[str, Any]) -> Iterator[str]:
    """The assertions of a rule in canonical form, as text."""
    for assertion in assertions(rule):
        yield as_key(Canonical({}).boolean(assertion.get("Assert")))


def condition_of(rule: Mapping[str, Any]) -> str:
    """The RuleCondition in canonical form, as text; empty if the rule always applies."""
    return as_key(Canonical({}).boolean(rule["RuleCondition"])) if "RuleCondition" in rule else ""


def words(rule: Mapping[str, Any]) -> Iterator[str]:
    """The messages of a rule for a launch that it refuses."""
    for assertion in assertions(rule):
        if isinstance(assertion.get("AssertDescription"), str):
            yield assertion["AssertDescription"]


def assertions(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The well-formed assertions of a rule."""
    listed = rule.get("Assertions")
    if isinstance(listed, list):
        yield from (assertion for assertion in listed if isinstance(assertion, Mapping))
