"""E9104: a portfolio of stage prod enforces the production values of its products."""

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
    """The effect of rules counts, not their text: the control searches for a launch that avoids the values."""

    id = "E9104"
    shortdesc = "A portfolio of stage prod enforces the production values of its products"
    description = (
        "For each parameter in the product's `production`, no launch that satisfies the template's Rules and the "
        "portfolio's rules has another value. If that cannot be decided, the value counts as not enforced."
    )
    why = "People forget values that only a guide asks for. In production, that can be a key that anybody can delete."
    remedy = "Add {parameter: PARAMETER, equals: VALUE} to template.require."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/reference-template_constraint_rules.html"
    frameworks: ClassVar[Frameworks] = {"KMS article checklist": ("4", "5"), "KMS article compliance": ("4",)}

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each value that is not enforced, with a launch that proves it."""
        if subject.portfolio.stage != "prod":
            return
        for path, product_entry, offered in subject.versions():
            for name, value in offered.definition.production.items():
                message = not_enforced(offered, rules_of(product_entry), name, value)
                if message:
                    yield (*path, "template"), message

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The rules of each product with production values."""
        if subject.portfolio.stage != "prod":
            return
        paths = {path: None for path, _, offered in subject.versions() if offered.definition.production}
        yield from ((*path, "template") for path in paths)


def not_enforced(offered: OfferedVersion, rules: Mapping[str, Any], name: str, value: str) -> str:
    """Why a launch can have another value of the parameter; empty when no launch can."""
    if name not in offered.template.get("Parameters", {}):
        return f"{offered.name} has no parameter {name}, so {value} cannot be enforced"
    try:
        result = search(offered, rules, {"Another": {"Assertions": [{"Assert": refuses(offered, name, value)}]}})
    except TemplateError:  # the parameters are malformed
        result = Search(None, exact=False)
    if result.impossible:
        return ""
    if result.launch is None or not result.exact:
        return f"cannot decide whether {name} of {offered.name} can differ from {value}; require the value with equals"
    return f"{name} of {offered.name} must be {value}, but the rules allow a launch with {shown_launch(result.launch)}"
