"""W9105: a portfolio with products that have production values has a stage."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class Stage(PortfolioControl):
    """Without a stage, E9104 cannot know whether the portfolio is for production."""

    id = "W9105"
    shortdesc = "A portfolio has a stage if its products have production values"
    description = (
        "A portfolio with a product that has production values (`production` in its file) has a stage: dev, test, "
        "staging or prod."
    )
    why = "Without a stage, production values are not enforced, even if the portfolio is for production."
    remedy = "Write stage: dev, test, staging or prod at the top of the file."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """One fault for the portfolio."""
        keys = with_production_values(subject)
        if keys and not subject.portfolio.stage:
            yield (), f"the portfolio has no stage, but its products have production values: {', '.join(keys)}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The stage, if a product has production values."""
        if with_production_values(subject):
            yield ("stage",)


def with_production_values(subject: Subject) -> list[str]:
    """Keys of the products with production values."""
    return list(dict.fromkeys(offered.key for _, _, offered in subject.versions() if offered.definition.production))
