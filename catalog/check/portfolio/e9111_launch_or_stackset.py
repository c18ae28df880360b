"""E9111: a product has a LAUNCH or a STACKSET constraint, not both."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class LaunchOrStackSet(PortfolioControl):
    """A stack set has roles of its own, for administration and for execution."""

    id = "E9111"
    shortdesc = "No product has both a LAUNCH and a STACKSET constraint"
    description = "A product of a portfolio has launch or stackset; AWS does not accept both."
    why = "The second of the two is refused while the portfolio is being published."
    remedy = "Take one of them out; a stack set's roles are admin_role and execution_role."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each product with both."""
        for path, product, entry in subject.portfolio.entries():
            if "launch" in entry and "stackset" in entry:
                yield (*path, "stackset"), f"{product} has launch and stackset, and AWS accepts only one of them"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each product with either."""
        yield from (path for path, _, entry in subject.portfolio.entries() if "launch" in entry or "stackset" in entry)
