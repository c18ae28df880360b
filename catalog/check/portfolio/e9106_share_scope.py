"""E9106: a portfolio is shared only with those who are meant to get it."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject
from catalog.model.share import ShareType


class ShareScope(PortfolioControl):
    """A share is an offer to every administrator of the account, or of every account of the unit."""

    id = "E9106"
    shortdesc = "Portfolios are shared only with those on the allow-list, and production with no whole organization"
    description = (
        "Each share names an account, organizational unit or organization that share_with of [tool.catalog] lists. A "
        "portfolio of stage prod is not shared with a whole organization."
    )
    why = (
        "Whoever receives a portfolio can launch from it and see its products; a mistyped account is a stranger's, and "
        "an organization also has sandboxes and accounts that do not exist yet."
    )
    remedy = (
        "Share with accounts or organizational units, and have those who own pyproject.toml list them in share_with."
    )
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each share that goes too far."""
        allowed = subject.config.share_with
        for index, share in enumerate(subject.portfolio.shares()):
            path = ("shares", index)
            if share.id not in allowed:
                listed = ", ".join(allowed) or "nothing"
                yield path, f"{share.id} is not in share_with of pyproject.toml, which has {listed}"
            if share.type is ShareType.ORGANIZATION and subject.portfolio.stage == "prod":
                yield path, f"the whole organization {share.id} gets a portfolio of stage prod; name its units"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each share."""
        yield from (("shares", index) for index, _ in enumerate(subject.portfolio.shares()))
