"""`catalog import-portfolio`: the YAML of a portfolio of the account. Changes nothing."""

from __future__ import annotations

from catalog.aws.observe import observe
from catalog.aws.session import AwsSession
from catalog.content.config import Config
from catalog.errors import ContentError
from catalog.upkeep.adopting import Adopter
from catalog.upkeep.yamlform import portfolio_yaml


def import_portfolio(config: Config, session: AwsSession, portfolio_id: str) -> tuple[bytes, tuple[str, ...]]:
    """(YAML, notes on what it does not say). A product has its own key, or the key that adopting it would give."""
    if not portfolio_id.startswith("port-"):
        raise ContentError(f"{portfolio_id!r} is not the id of a portfolio (port-…)")
    adopter = Adopter(config, session)
    adopter.choose([portfolio_id])
    observed = observe(adopter.adopting_reader(), config.owner)
    key = (adopter.marks | adopter.ours)[portfolio_id].removeprefix("portfolio/")
    portfolio = observed.state.portfolios[key]
    header = f"Imported from {adopter.origin(portfolio_id)}."
    unmanaged = [address for address in adopter.marks.values() if address.startswith("product/")]
    notes = [f"{address} is not managed yet: `catalog adopt` writes its files" for address in unmanaged]
    text = portfolio_yaml(portfolio, adopter.account_region, header, observed.state.tag_options)
    return text, (*adopter.notes, *notes, *observed.all_notices)
