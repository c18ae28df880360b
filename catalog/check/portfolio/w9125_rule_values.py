"""W9125: TEMPLATE rules compare with values that the parameter can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_path, rule_paths, rules_of
from catalog.check.portfolio._search import impossible_rules, refused_values


class RuleValues(PortfolioControl):
    """A misspelt value among others leaves a rule that can be satisfied, and means less than it says.

    A value that one of the offered versions accepts is none: the rule is for that version. Emptiness is asked for also
    where it cannot be, and no harm done.
    """

    id = "W9125"
    shortdesc = "TEMPLATE rules compare with values that the parameter can have"
    description = (
        "Each text that a rule compares a parameter with is accepted by the parameter's own constraints in some "
        "version offered. A rule that is impossible as a whole is E9116's."
    )
    why = "A value that nobody can choose is misspelt or left over: what it was to allow is refused, or the reverse."
    remedy = "Write the value as the parameter has it, or take it out."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each value that no version offered accepts."""
        for path, entry in subject.entries():
            for name, rule in rules_of(entry).items():
                where = (*path, *rule_path(entry, name))
                key = entry["product"]
                for parameter, value, limit in misspelt(subject, key, name, rule):
                    yield where, f"rule {name!r}: {parameter} of {key} is never {value!r}, it must be {limit}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)


def misspelt(subject: Subject, key: str, name: str, rule: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(parameter, value, what would be right) of what all versions refuse; nothing where E9116 says more."""
    versions = subject.offered.get(key, ())
    if not versions or any(impossible_rules(offered, {name: rule}) for offered in versions):
        return []
    first, *others = ({each[:2]: each for each in refused_values(offered, rule) if each[1]} for offered in versions)
    return [each for known, each in first.items() if all(known in other for other in others)]
