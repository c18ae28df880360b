"""Import files: YAML → valid document → `PortfolioImport` for an account and Region."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from catalog.content.portfolio_files import EXAMPLE, AccountRegion, PortfolioFile
from catalog.content.schema_files import read_valid
from catalog.content.yaml_files import YamlDocument
from catalog.model.imports import AcceptedShareType, PortfolioImport


@dataclass(frozen=True, slots=True)
class ImportFile:
    """An import file that is valid against the schema. `resolve` makes its value for an account and Region."""

    key: str
    document: YamlDocument

    @property
    def portfolio(self) -> PortfolioFile:
        """The file as a portfolio without products, to read its principals and suppressions."""
        data = {**self.document.data, "products": []}
        return PortfolioFile(self.key, YamlDocument(self.document.shown, data, self.document.lines))

    def resolve(self, account_region: AccountRegion, products: frozenset[str] = frozenset()) -> PortfolioImport | None:
        """The import in an account and Region. `products` are the names of its products that portfolios use.

        None in the account that owns the portfolio, and in a Region without an id. `ContentError` with file and line if
        AWS would reject it.
        """
        data = self.document.data
        ids = data.get("portfolio_id", "")
        portfolio_id = ids if isinstance(ids, str) else ids.get(account_region.region, "")
        if data["account"] == account_region.account or (ids and not portfolio_id):
            return None
        return self.declared(account_region, portfolio_id, products)

    def declared(
        self, account_region: AccountRegion, portfolio_id: str, products: frozenset[str] = frozenset()
    ) -> PortfolioImport:
        """The import of the portfolio with this id."""
        data = self.document.data
        default = AcceptedShareType.AWS_ORGANIZATIONS if "display_name" in data else AcceptedShareType.IMPORTED
        principals = self.portfolio.principals(account_region)  # its errors have their own lines
        with self.portfolio.at():
            return PortfolioImport(
                key=self.key,
                account=data["account"],
                share_type=AcceptedShareType(data.get("share_type", default)),
                portfolio_id=portfolio_id,
                display_name=data.get("display_name", ""),
                principals=principals,
                products=products,
            )


def load_import(file: Path, shown_as: str) -> ImportFile:
    """Read and check one file; `ContentError` lists every fault with file, line, value and what is allowed."""
    import_file = ImportFile(file.stem, read_valid(file, shown_as, "import"))
    ids = import_file.document.data.get("portfolio_id", "")
    for portfolio_id in ids.values() if isinstance(ids, dict) else (ids,):
        import_file.declared(EXAMPLE, portfolio_id)  # reports what AWS would reject in every account
    import_file.portfolio.suppressions()
    return import_file
