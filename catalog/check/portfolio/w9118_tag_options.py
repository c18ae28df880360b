"""W9118: every portfolio has TagOptions."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, product_values


class TagOptionsRequired(PortfolioControl):
    """TagOptions are the only tags that Service Catalog requires people to choose."""

    id = "W9118"
    shortdesc = "Every portfolio has TagOptions"
    description = (
        "A portfolio, or each of its products, offers at least one active TagOption, so that every provisioned product "
        "has a tag with known values."
    )
    why = "People forget or misspell free tags, and then nobody knows who owns a resource or what data it holds."
    remedy = "Write tag_options with the tag keys and values of your organization."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """One fault for the portfolio."""
        own = [bool(product_values(offered)) for _, _, offered in subject.versions()]
        if not subject.tag_options and not (own and all(own)):
            yield ("tag_options",), "the portfolio has no TagOptions, so a provisioned product needs no tag"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The TagOptions."""
        yield ("tag_options",)
