"""E9117: TEMPLATE rules do not contradict each other or the template's Rules."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_path, rule_paths, rules_of
from catalog.check.portfolio._search import contradictions


class RulesAgree(PortfolioControl):
    """Each rule alone can be correct, but all together can prevent every launch."""

    id = "E9117"
    shortdesc = "TEMPLATE rules do not contradict each other or the template's Rules"
    description = (
        "A launch can satisfy all rules of the portfolio for a product together with the template's Rules. A finding "
        "names the smallest set of rules that contradict each other. It is reported only if the search was exhaustive."
    )
    why = "Nobody can launch the product from this portfolio, with any parameter values."
    remedy = "Change or remove one of the rules that the finding names."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each set of rules that contradict each other, at the path of its first rule in the portfolio."""
        for path, product_entry, offered in subject.versions():
            for clash in contradictions(offered, rules_of(product_entry)):
                named = " and ".join(
                    [f"rule {name!r}" for name in clash.rules] + [f"the template's {name!r}" for name in clash.own]
                )
                where = (*path, *rule_path(product_entry, clash.rules[0])) if clash.rules else path
                yield where, f"no launch of {offered.name} satisfies {named} together"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)
