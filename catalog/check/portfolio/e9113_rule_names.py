"""E9113: no TEMPLATE rule has the name of a rule of the template."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_paths
from catalog.content.rule_checks import shared_names


class RuleNames(PortfolioControl):
    """Service Catalog merges the portfolio's rules with the template's."""

    id = "E9113"
    shortdesc = "No TEMPLATE rule has the name of a rule of the template"
    description = "No rule of the portfolio has the name of a rule in the Rules section of an offered version."
    why = "Only one of two rules with the same name applies, so a safety rule of the template could be lost."
    remedy = "Rename the portfolio's rule. A rule in words (`require`) has the key `name`."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each rule with a name that the template uses too."""
        for _, product_entry, offered in subject.versions():
            yield from shared_names(subject.portfolio, product_entry["product"], offered.template, offered.name)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)
