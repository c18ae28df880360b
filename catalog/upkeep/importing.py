"""`catalog import-portfolio`: the YAML of a portfolio of the account, without a change anywhere."""

from __future__ import annotations

from catalog.aws.observe import observe
from catalog.aws.session import AwsSession
from catalog.content.config import Config
from catalog.errors import ContentError
from catalog.upkeep.adopting import Adopter
from catalog.upkeep.yamlform import portfolio_yaml


def import_portfolio(config: Config, session: AwsSession, portfolio_id: str) -> tuple[bytes, tuple[str, ...]]:
    """(YAML, what it does not say); products go by the key that they have, or that adopting them would give."""
    if not portfolio_id.startswith("port-"):
        raise ContentError(f"{portfolio_id!r} is no id of a portfolio (port-…)")
    adopter = Adopter(config, session)
    adopter.choose([portfolio_id])
    observed = observe(adopter.adopting_reader(), config.owner)
    key = (adopter.marks | adopter.ours)[portfolio_id].removeprefix("portfolio/")
    portfolio = observed.state.portfolios[key]
    header = f"Imported from {portfolio_id} of account {adopter.place.account}, Region {adopter.place.region}."
    unknown = [address for address in adopter.marks.values() if address.startswith("product/")]
    notes = [f"{address} is not managed yet: `catalog adopt` brings its files" for address in unknown]
    text = portfolio_yaml(portfolio, adopter.place, header, observed.state.tag_options)
    return text, (*adopter.notes, *notes, *observed.all_notices)
