"""W9118: every portfolio has TagOptions."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, product_values


class TagOptionsRequired(PortfolioControl):
    """TagOptions are the only tags that Service Catalog makes people choose."""

    id = "W9118"
    shortdesc = "Every portfolio has TagOptions"
    description = (
        "A portfolio, or each of its products, offers at least one active TagOption, so that what is launched bears a "
        "tag whose values are known."
    )
    why = "Free tags are forgotten or misspelt, and then nobody knows whose a resource is, or what data it holds."
    remedy = "Write tag_options with the keys and values that your organization tags by."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """The portfolio, once."""
        own = [bool(product_values(offered)) for _, _, offered in subject.versions()]
        if not subject.tag_options and not (own and all(own)):
            yield ("tag_options",), "the portfolio has no TagOptions: what is launched need not bear any tag"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The TagOptions."""
        yield ("tag_options",)
