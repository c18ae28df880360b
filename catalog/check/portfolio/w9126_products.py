"""W9126: every portfolio has products."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, PortfolioControl, Subject


class ProductsRequired(PortfolioControl):
    """Products of other accounts (imported_products) count as well."""

    id = "W9126"
    shortdesc = "Every portfolio has products"
    description = "A portfolio offers at least one product of this repository, or of a portfolio of another account."
    why = "An empty portfolio is a place for products to come, or a file whose last product was taken out by mistake."
    remedy = "Add a product, or delete the file and run `catalog prune`."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_adding-products.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """One fault for the portfolio."""
        if not any(subject.portfolio.product_entries()):
            yield ("products",), "the portfolio has no products"
