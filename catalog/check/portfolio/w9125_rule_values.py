"""W9125: TEMPLATE rules compare parameters with values that they can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_path, rule_paths, rules_of
from catalog.check.portfolio._search import impossible_rules, refused_values


class RuleValues(PortfolioControl):
    """With a misspelt value among others, a launch can satisfy the rule, but the rule means less than it says.

    A value that one of the offered versions accepts is not reported: the rule is for that version. Neither is the empty
    text, which rules often compare with, without harm.
    """

    id = "W9125"
    shortdesc = "TEMPLATE rules compare parameters with values that they can have"
    description = (
        "In at least one offered version, the parameter's own constraints accept each text that a rule compares it "
        "with. E9116 reports rules that no launch can satisfy."
    )
    why = (
        "A value that nobody can choose is misspelt or outdated. The rule then refuses what it should allow, or the "
        "reverse."
    )
    remedy = "Write the value as the parameter defines it, or remove it."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each value that no offered version accepts."""
        for path, product_entry in subject.product_entries():
            for name, rule in rules_of(product_entry).items():
                where = (*path, *rule_path(product_entry, name))
                key = product_entry["product"]
                for parameter, value, limit in misspelt(subject, key, name, rule):
                    yield where, f"rule {name!r}: {parameter} of {key} cannot be {value!r}, it must be {limit}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)


def misspelt(subject: Subject, key: str, name: str, rule: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(parameter, value, accepted values) of each value that all versions refuse; empty if E9116 reports the rule."""
    versions = subject.offered.get(key, ())
    if not versions or any(impossible_rules(offered, {name: rule}) for offered in versions):
        return []
    first, *others = (
        {refused[:2]: refused for refused in refused_values(offered, rule) if refused[1]} for offered in versions
    )
    return [refused for key, refused in first.items() if all(key in other for other in others)]
