"""Rules in words, before and after a change: those of a template, or those of a portfolio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.rule_text import rule_text
from catalog.review.mark import PartMark, mark_of


@dataclass(frozen=True, slots=True)
class RuleSentence:
    """What one assertion demands."""

    name: str
    text: str
    """The assertion in words, with its condition."""
    message: str
    """What people read when it refuses a launch; empty without an AssertDescription."""
    mark: PartMark = PartMark.SAME


def rule_sentences(new: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> tuple[RuleSentence, ...]:
    """Each assertion of `new`, and those that only `old` has. Without `old`, nothing is marked."""
    after, before = tuple(sentences(new)), tuple(sentences(old or {}))
    if old is None:
        return after
    was = {(each.name, each.text): each for each in before}
    now = {(each.name, each.text): each for each in after}
    both = [marked(each, mark_of(was.get(key), each)) for key, each in now.items()]
    return (*both, *(marked(each, PartMark.REMOVED) for key, each in was.items() if key not in now))


def marked(sentence: RuleSentence, mark: PartMark) -> RuleSentence:
    """The sentence with its mark."""
    return RuleSentence(sentence.name, sentence.text, sentence.message, mark)


def sentences(rules: Mapping[str, Any]) -> Iterator[RuleSentence]:
    """Each assertion."""
    for name, rule in rules.items():
        condition = f" if {rule_text(rule['RuleCondition'])}" if "RuleCondition" in rule else ""
        for assertion in rule.get("Assertions", ()):
            text = f"{rule_text(assertion['Assert'])}{condition}"
            yield RuleSentence(name, text, str(assertion.get("AssertDescription", "")))
