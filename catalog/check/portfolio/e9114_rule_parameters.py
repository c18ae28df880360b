"""E9114: TEMPLATE rules use only parameters of the template."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_paths
from catalog.content.rule_checks import unknown_parameters


class RuleParameters(PortfolioControl):
    """AWS accepts the constraint, but then every launch fails."""

    id = "E9114"
    shortdesc = "TEMPLATE rules use only parameters of the template"
    description = "Each Ref and Fn::ValueOf in a portfolio's rules names a parameter of each offered version."
    why = "CloudFormation cannot evaluate the rule, so nobody can launch the product from this portfolio."
    remedy = "Correct the name, or retire the versions without the parameter."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each name that is not a parameter."""
        for _, product_entry, offered in subject.versions():
            yield from unknown_parameters(subject.portfolio, product_entry["product"], offered.template, offered.name)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)
