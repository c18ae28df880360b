"""Import files: YAML → checked document → `PortfolioImport` for one account and Region."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from catalog.content.portfolio_files import EXAMPLE, AccountRegion, PortfolioFile
from catalog.content.schema_files import read_valid
from catalog.content.yaml_files import YamlDocument
from catalog.model.imports import AcceptedShareType, PortfolioImport


@dataclass(frozen=True, slots=True)
class ImportFile:
    """An import as written, valid against the schema; `resolve` gives it for one place."""

    key: str
    document: YamlDocument

    @property
    def portfolio(self) -> PortfolioFile:
        """The file as a portfolio without products: its principals and suppressions are read and checked alike."""
        data = {**self.document.data, "products": []}
        return PortfolioFile(self.key, YamlDocument(self.document.shown, data, self.document.lines))

    def resolve(self, place: AccountRegion, products: frozenset[str] = frozenset()) -> PortfolioImport | None:
        """The import in one account and Region, of which portfolios take `products` by name.

        None in the account that owns the portfolio, and in a Region for which no id is given. `ContentError` names
        file and line of what AWS would refuse.
        """
        data = self.document.data
        given = data.get("portfolio_id", "")
        portfolio_id = given if isinstance(given, str) else given.get(place.region, "")
        if data["account"] == place.account or (given and not portfolio_id):
            return None
        return self.declared(place, portfolio_id, products)

    def declared(
        self, place: AccountRegion, portfolio_id: str, products: frozenset[str] = frozenset()
    ) -> PortfolioImport:
        """The import, if the portfolio has this id in the place."""
        data = self.document.data
        default = AcceptedShareType.AWS_ORGANIZATIONS if "display_name" in data else AcceptedShareType.IMPORTED
        with self.portfolio.at():
            return PortfolioImport(
                key=self.key,
                account=data["account"],
                share_type=AcceptedShareType(data.get("share_type", default)),
                portfolio_id=portfolio_id,
                display_name=data.get("display_name", ""),
                principals=self.portfolio.principals(place),
                products=products,
            )


def load_import(file: Path, shown_as: str) -> ImportFile:
    """Read and check one file; `ContentError` lists every fault with file, line, what was got and what is allowed."""
    found = ImportFile(file.stem, read_valid(file, shown_as, "import"))
    given = found.document.data.get("portfolio_id", "")
    for portfolio_id in given.values() if isinstance(given, dict) else (given,):
        found.declared(EXAMPLE, portfolio_id)  # what AWS would refuse in any account is refused before there is one
    found.portfolio.suppressions()
    return found
