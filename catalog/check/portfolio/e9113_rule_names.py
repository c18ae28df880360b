"""E9113: a TEMPLATE rule does not bear the name of a rule of the template."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_paths
from catalog.content.load import shared_names


class RuleNames(PortfolioControl):
    """Service Catalog merges the portfolio's rules with the template's."""

    id = "E9113"
    shortdesc = "No TEMPLATE rule bears the name of a rule of the template"
    description = "The names of the portfolio's rules differ from those in the Rules section of each version offered."
    why = "Of two rules of one name only one can hold; the template's safety rule could silently be the other one."
    remedy = "Rename the portfolio's rule; one that is said in words (`require`) takes a name: `name`."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each rule with the name of another."""
        for _, entry, offered in subject.versions():
            yield from shared_names(subject.portfolio, entry["product"], offered.template, offered.name)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)
