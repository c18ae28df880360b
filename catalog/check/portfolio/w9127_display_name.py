"""W9127: every portfolio has a display name of its own."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class OwnDisplayName(PortfolioControl):
    """AWS allows it: portfolios are told apart by id, and catalog tells them apart by their Address."""

    id = "W9127"
    shortdesc = "Every portfolio has a display name of its own"
    description = "No two portfolios of the repository have the same display_name."
    why = (
        "A launch path has the name of its portfolio and no other sign of it. Who can launch a product from two "
        "portfolios of one name cannot tell them apart, nor can `catalog launch`."
    )
    remedy = "Give one of the portfolios another display_name; the portfolio in AWS keeps its id."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_LaunchPathSummary.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """The name, with the other portfolios that have it."""
        if subject.namesakes:
            others = ", ".join(f"portfolio/{key}" for key in subject.namesakes)
            yield ("display_name",), f"{others} has the name {subject.portfolio.display_name!r} too"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The name."""
        yield ("display_name",)
