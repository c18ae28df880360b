"""E9104: a portfolio for production enforces what its products ask for there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.cfn import Search, TemplateError
from catalog.check.metadata import Frameworks
from catalog.check.portfolio._control import (
    Fault,
    OfferedVersion,
    Path,
    PortfolioControl,
    Subject,
    rules_of,
    shown_launch,
)
from catalog.check.portfolio._search import refuses, search


class ProductionEnforced(PortfolioControl):
    """Rules are read by their effect and not by their text: a launch is searched that gets round them."""

    id = "E9104"
    shortdesc = "A portfolio of stage prod enforces what its products ask for in production"
    description = (
        "For each product, no launch that satisfies the template's Rules and the portfolio's rules gives a parameter "
        "of the product's `production` another value. When that cannot be decided, it counts as not enforced."
    )
    why = "What only a guide asks for is forgotten once; in production that is a key that somebody could delete."
    remedy = "Add to template.require: {parameter: PARAMETER, equals: VALUE}."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"
    frameworks: ClassVar[Frameworks] = {"KMS article checklist": ("4", "5"), "KMS article compliance": ("4",)}

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each value that is not enforced, with a launch that shows it."""
        if subject.portfolio.stage != "prod":
            return
        for path, entry, offered in subject.versions():
            for name, value in offered.definition.production.items():
                message = not_enforced(offered, rules_of(entry), name, value)
                if message:
                    yield (*path, "template"), message

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The rules of each product with values for production."""
        if subject.portfolio.stage != "prod":
            return
        seen = {path: None for path, _, offered in subject.versions() if offered.definition.production}
        yield from ((*path, "template") for path in seen)


def not_enforced(offered: OfferedVersion, rules: Mapping[str, Any], name: str, value: str) -> str:
    """Why a launch can give a parameter another value; empty when none can."""
    if name not in offered.template.get("Parameters", {}):
        return f"{offered.name} has no parameter {name}, so {value} cannot be enforced"
    try:
        found = search(offered, rules, {"Another": {"Assertions": [{"Assert": refuses(offered, name, value)}]}})
    except TemplateError:  # the parameters are malformed
        found = Search(None, exact=False)
    if found.impossible:
        return ""
    if found.launch is None or not found.exact:
        return f"it cannot be decided whether {name} of {offered.name} can differ from {value}; require it by equals"
    return f"{name} of {offered.name} must be {value}, and the rules allow a launch with {shown_launch(found.launch)}"
