"""Constraints as lines of a plan: by value, sets member by member, rules clause by clause. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.cfn.rule_implication import as_key, implies
from catalog.cfn.rule_text import rule_text
from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)

Rule = Mapping[str, Any]


def describe(constraint: Constraint) -> tuple[str, ...]:
    """The constraint's content in lines."""
    description = [f"description: {constraint.description!r}"] if constraint.description else []
    if isinstance(constraint, TemplateConstraint):
        return (*(line for name, rule in constraint.rules.items() for line in rule_lines(name, rule)), *description)
    return (*(f"{name}: {value}" for name, value in members(constraint).items()), *description)


def members(constraint: Constraint) -> dict[str, str]:
    """The members of a constraint other than TEMPLATE, in words."""
    match constraint:
        case LaunchConstraint():
            return {"role": constraint.local_role_name or constraint.role_arn}
        case NotificationConstraint():
            return {"topics": ", ".join(sorted(constraint.topics))}
        case ResourceUpdateConstraint():
            return {"tag updates": allowance(constraint.tag_updates)}
        case StackSetConstraint():
            return {
                "accounts": ", ".join(sorted(constraint.accounts)),
                "regions": ", ".join(constraint.regions),
                "admin role": constraint.admin_role,
                "execution role": constraint.execution_role,
                "stack instances by people": allowance(constraint.stack_instances),
            }
        case TemplateConstraint():
            return {}


def allowance(allowed: bool | None) -> str:
    """Whether people may, in words."""
    return "not set" if allowed is None else "allowed" if allowed else "not allowed"


def compare(old: Constraint, new: Constraint) -> tuple[str, ...]:
    """What differs between two constraints of a type, in lines."""
    lines = list(differences(old, new))
    if old.description != new.description:
        lines.append(f"description: {old.description!r} → {new.description!r}")
    return tuple(lines)


def differences(old: Constraint, new: Constraint) -> Iterator[str]:
    """Differences between two constraints, except the description."""
    match old, new:
        case TemplateConstraint(), TemplateConstraint():
            for name in sorted({*old.rules, *new.rules}):
                yield from compare_rules(name, old.rules.get(name), new.rules.get(name))
            return
        case NotificationConstraint(), NotificationConstraint():
            yield from set_lines("topics", old.topics, new.topics)
            return
        case StackSetConstraint(), StackSetConstraint():
            yield from set_lines("accounts", old.accounts, new.accounts)
            yield from set_lines("regions", old.regions, new.regions)
            if old.regions != new.regions and set(old.regions) == set(new.regions):
                yield f"regions: order {', '.join(old.regions)} → {', '.join(new.regions)}"
    sets = ("accounts", "regions")
    before, after = members(old), members(new)
    for name in before:
        if name not in sets and before[name] != after.get(name):
            yield f"{name}: {before[name]} → {after.get(name)}"


def set_lines(name: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    """A line for each member that comes or goes."""
    before, after = set(old), set(new)
    yield from (f"{name}: + {member}" for member in sorted(after - before))
    yield from (f"{name}: - {member}" for member in sorted(before - after))


def rule_lines(name: str, rule: Rule) -> Iterator[str]:
    """A rule, a line for each assertion."""
    when = condition_words(rule)
    for assertion in assertions(rule):
        yield f"rule {name}: {when}{rule_text(assertion.get('Assert'))}"


def condition_words(rule: Rule) -> str:
    """When a rule applies, in front of what it asserts."""
    return f"when {rule_text(rule['RuleCondition'])}: " if "RuleCondition" in rule else ""


def compare_rules(name: str, old: Rule | None, new: Rule | None) -> Iterator[str]:
    """What differs between two rules of a name."""
    if old is None or new is None:
        sign = "+" if old is None else "-"
        for line in rule_lines(name, old or new or {}):
            yield line.replace(f"rule {name}: ", f"rule {name}: {sign} ", 1)
        return
    if (was := condition_text(old)) != (now := condition_text(new)):
        yield f"rule {name}: when {was} → {now}"
    before, after = by_assert(old), by_assert(new)
    yield from (f"rule {name}: + {rule_text(after[key]['Assert'])}" for key in after if key not in before)
    yield from (f"rule {name}: - {rule_text(before[key]['Assert'])}" for key in before if key not in after)
    if was == now and list(before) != list(after) and set(before) == set(after):
        yield f"rule {name}: assertions in another order"
    for key in before:
        texts = [side[key].get("AssertDescription", "") if key in side else None for side in (before, after)]
        if None not in texts and texts[0] != texts[1]:
            yield f"rule {name}: message {texts[0]!r} → {texts[1]!r}"


def condition_text(rule: Rule) -> str:
    """When a rule applies, alone."""
    return rule_text(rule["RuleCondition"]) if "RuleCondition" in rule else "always"


def by_assert(rule: Rule) -> dict[str, Rule]:
    """Assertions by what they assert."""
    return {as_key(assertion.get("Assert")): assertion for assertion in assertions(rule)}


def assertions(rule: Rule) -> list[Rule]:
    """The assertions of a rule, if it is well formed: AWS may hold rules that nobody could declare."""
    listed = rule.get("Assertions")
    return [assertion for assertion in listed if isinstance(assertion, Mapping)] if isinstance(listed, list) else []


def refuses_no_less(old: Rule, new: Rule) -> bool:
    """Whether a rule is proven to refuse all that it refused.

    Its old assertions follow from the new ones, and it applies whenever it applied.
    """
    applies = "RuleCondition" not in new or (
        "RuleCondition" in old and implies(old["RuleCondition"], new["RuleCondition"])
    )
    after, before = ({"Fn::And": [each.get("Assert") for each in assertions(rule)]} for rule in (new, old))
    return applies and implies(after, before)
