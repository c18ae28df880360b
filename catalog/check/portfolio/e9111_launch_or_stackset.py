"""E9111: no product has both a LAUNCH and a STACKSET constraint."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class LaunchOrStackSet(PortfolioControl):
    """A stack set has its own roles, for administration and for execution."""

    id = "E9111"
    shortdesc = "No product has both a LAUNCH and a STACKSET constraint"
    description = "A product of a portfolio has launch or stackset, because AWS does not accept both."
    why = "AWS refuses the second of the two during a publish."
    remedy = "Remove one of the two. The roles of a stack set are admin_role and execution_role."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each product with both."""
        for path, product, product_entry in subject.portfolio.product_entries():
            if "launch" in product_entry and "stackset" in product_entry:
                yield (*path, "stackset"), f"{product} has launch and stackset, but AWS accepts only one of them"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each product with one of the two."""
        yield from (
            path
            for path, _, product_entry in subject.portfolio.product_entries()
            if "launch" in product_entry or "stackset" in product_entry
        )
