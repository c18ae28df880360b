"""E9106: portfolios are shared only with accounts and organizations on the allow-list."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject
from catalog.model.share import ShareType


class ShareScope(PortfolioControl):
    """Every administrator of the account, or of every account of the organizational unit, can accept a share."""

    id = "E9106"
    shortdesc = "Portfolios are shared only within the allow-list, and production not with a whole organization"
    description = (
        "Each share is with an account, organizational unit or organization in share_with of [tool.catalog]. A "
        "portfolio of stage prod is not shared with a whole organization."
    )
    why = (
        "An account that gets a portfolio can see its products and launch them. A mistyped account id is the account "
        "of a stranger, and an organization also has sandboxes and future accounts."
    )
    remedy = (
        "Share with accounts or organizational units, and ask the owners of pyproject.toml to add them to share_with."
    )
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each share that goes too far."""
        allowed = subject.config.share_with
        for index, share in enumerate(subject.portfolio.shares()):
            path = ("shares", index)
            if share.id not in allowed:
                entries = ", ".join(allowed) or "no entries"
                yield path, f"{share.id} is not in share_with of pyproject.toml, which has {entries}"
            if share.type is ShareType.ORGANIZATION and subject.portfolio.stage == "prod":
                yield (
                    path,
                    f"the whole organization {share.id} gets a portfolio of stage prod; use organizational units",
                )

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each share."""
        yield from (("shares", index) for index, _ in enumerate(subject.portfolio.shares()))
