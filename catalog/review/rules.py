"""Rules in words, before and after a change: those of a template, or those of a portfolio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.cfn.rule_implication import implies
from catalog.cfn.rule_text import rule_text
from catalog.review.mark import PartMark, mark_of


@dataclass(frozen=True, slots=True)
class RuleDemand:
    """What one assertion demands, and when."""

    expression: Any
    condition: Any = None

    def follows_from(self, other: RuleDemand) -> bool:
        """Whether each launch that passes the other one is proven to pass this one."""
        applies = other.condition is None or (self.condition is not None and implies(self.condition, other.condition))
        return applies and implies(other.expression, self.expression)


NO_DEMAND = RuleDemand(True)


@dataclass(frozen=True, slots=True)
class RuleSentence:
    """What one assertion demands."""

    name: str
    text: str
    """The assertion in words, with its condition."""
    message: str
    """What people read when it refuses a launch; empty without an AssertDescription."""
    mark: PartMark = PartMark.SAME
    follows: bool = False
    """Whether a rule of the other side demands this too: then it refuses nothing new, or still refuses what it did."""
    instead: str = ""
    """The weaker rule that takes the place of one that is removed."""
    demand: RuleDemand = field(default=NO_DEMAND, compare=False, repr=False)


def rule_sentences(new: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> tuple[RuleSentence, ...]:
    """Each assertion of `new`, and those that only `old` has. Without `old`, nothing is marked."""
    after, before = tuple(sentences(new)), tuple(sentences(old or {}))
    if old is None:
        return after
    was = {(each.name, each.text): each for each in before}
    now = {(each.name, each.text): each for each in after}
    both = [marked(each, mark_of(was.get(key), each), before) for key, each in now.items()]
    return (*both, *(marked(each, PartMark.REMOVED, after) for key, each in was.items() if key not in now))


def marked(sentence: RuleSentence, mark: PartMark, others: Sequence[RuleSentence]) -> RuleSentence:
    """The sentence with its mark, and what the rules of the other side say of it."""
    if mark not in (PartMark.ADDED, PartMark.REMOVED):
        return replace(sentence, mark=mark)
    follows = any(sentence.demand.follows_from(other.demand) for other in others)
    weaker = [other.text for other in others if other.demand.follows_from(sentence.demand)]
    instead = weaker[0] if mark is PartMark.REMOVED and weaker and not follows else ""
    return replace(sentence, mark=mark, follows=follows, instead=instead)


def sentences(rules: Mapping[str, Any]) -> Iterator[RuleSentence]:
    """Each assertion."""
    for name, rule in rules.items():
        condition = f" if {rule_text(rule['RuleCondition'])}" if "RuleCondition" in rule else ""
        for assertion in rule.get("Assertions", ()):
            demand = RuleDemand(assertion["Assert"], rule.get("RuleCondition"))
            text = f"{rule_text(assertion['Assert'])}{condition}"
            yield RuleSentence(name, text, str(assertion.get("AssertDescription", "")), demand=demand)
