"""E9116: every TEMPLATE rule can be satisfied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.portfolio._control import (
    Fault,
    OfferedVersion,
    Path,
    PortfolioControl,
    Subject,
    rule_path,
    rule_paths,
    rules_of,
)
from catalog.check.portfolio._search import impossible_rules, refused_values


class RuleSatisfiable(PortfolioControl):
    """A rule that compares a parameter with a value that it cannot have looks strict, and shuts the product."""

    id = "E9116"
    shortdesc = "Every TEMPLATE rule can be satisfied"
    description = (
        "For each rule there are values, within the parameters' own constraints, with which it holds. It is a finding "
        "only when the search was exhaustive."
    )
    why = "Nobody can launch the product from this portfolio, and the message that they read blames their parameters."
    remedy = "Compare with values that the parameter accepts."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each rule that no launch satisfies, with the values that its parameters refuse."""
        for path, entry, offered in subject.versions():
            rules = rules_of(entry)
            for name in impossible_rules(offered, rules):
                yield (*path, *rule_path(entry, name)), no_launch(offered, name, rules[name])

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)


def no_launch(offered: OfferedVersion, name: str, rule: Mapping[str, Any]) -> str:
    """What to say of such a rule."""
    refused = "; ".join(
        f"{parameter} cannot be {value!r}, it must be {limit}"
        for parameter, value, limit in refused_values(offered, rule)
    )
    return f"rule {name!r} can never be satisfied by a launch of {offered.name}{f': {refused}' if refused else ''}"
