"""W9105: a portfolio whose products ask for something in production says its stage."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class Stage(PortfolioControl):
    """Without a stage the control over production does not know whether it is meant."""

    id = "W9105"
    shortdesc = "A portfolio says its stage when its products ask for something in production"
    description = (
        "A portfolio with a product that has values for production (`production` of its file) has stage: dev, test, "
        "staging or prod."
    )
    why = "A portfolio without a stage is not held to what production needs, even if it is for production."
    remedy = "Write stage: dev, test, staging or prod at the top of the file."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """The portfolio, once."""
        keys = demanding(subject)
        if keys and not subject.portfolio.stage:
            yield (), f"the portfolio has no stage, and {', '.join(keys)} asks for values in production"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The stage, where a product asks for it."""
        if demanding(subject):
            yield ("stage",)


def demanding(subject: Subject) -> list[str]:
    """Keys of the products with values for production."""
    return list(dict.fromkeys(one.key for _, _, one in subject.versions() if one.definition.production))
