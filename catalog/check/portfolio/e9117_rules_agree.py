"""E9117: the rules of a portfolio contradict neither each other nor the template's."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_path, rule_paths, rules_of
from catalog.check.portfolio._search import contradictions


class RulesAgree(PortfolioControl):
    """Each rule alone may be sound, and all together shut the product."""

    id = "E9117"
    shortdesc = "Rules contradict neither each other nor the template's own Rules"
    description = (
        "Some launch satisfies all rules of the portfolio for a product and the template's Rules at once. A finding "
        "names the fewest rules that cannot hold together; it is one only when the search was exhaustive."
    )
    why = "Nobody can launch the product from this portfolio, whatever they enter."
    remedy = "Change or drop one of the rules that the finding names."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each set of rules that cannot hold together, at the first of the portfolio's."""
        for path, entry, offered in subject.versions():
            for clash in contradictions(offered, rules_of(entry)):
                named = " and ".join(
                    [f"rule {name!r}" for name in clash.rules] + [f"the template's {name!r}" for name in clash.own]
                )
                where = (*path, *rule_path(entry, clash.rules[0])) if clash.rules else path
                yield where, f"no launch of {offered.name} satisfies {named} together"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject)
