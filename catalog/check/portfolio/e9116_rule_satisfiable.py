"""E9116: a launch can satisfy every TEMPLATE rule."""

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
    """A rule that compares a parameter with a value that it cannot have looks strict, but prevents every launch."""

    id = "E9116"
    shortdesc = "A launch can satisfy every TEMPLATE rule"
    description = (
        "For each rule there are parameter values, within the parameters' own constraints, that satisfy it. A rule is "
        "reported only if the search was exhaustive."
    )
    why = "Nobody can launch the product from this portfolio, and the error message blames their parameter values."
    remedy = "Compare the parameter with values that it accepts."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each rule that no launch satisfies, with the values that its parameters do not accept."""
        for path, product_entry, offered in subject.versions():
            rules = rules_of(product_entry)
            for name in impossible_rules(offered, rules):
                yield (*path, *rule_path(product_entry, name)), no_launch(offered, name, rules[name])

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)


def no_launch(offered: OfferedVersion, name: str, rule: Mapping[str, Any]) -> str:
    """The message about a rule that no launch satisfies."""
    refused = "; ".join(
        f"{parameter} cannot be {value!r}, it must be {limit}"
        for parameter, value, limit in refused_values(offered, rule)
    )
    return f"no launch of {offered.name} can satisfy rule {name!r}{f': {refused}' if refused else ''}"
