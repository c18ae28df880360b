"""E9121: patterns of principals are not shared with other accounts."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class SharePrincipals(PortfolioControl):
    """The API reference of CreatePortfolioShare warns of this."""

    id = "E9121"
    shortdesc = "Patterns of principals are not shared with other accounts"
    description = (
        "No share has share_principals if the portfolio has principals of type IAM_PATTERN. No share with an account "
        "has it at all, because AWS supports it only for organizations and organizational units."
    )
    why = (
        "Everybody who may create roles in an account that gets the portfolio can create a role with a matching name "
        "and launch with it (privilege escalation)."
    )
    remedy = "Share without principals, and let each account associate its own principals of type IAM."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each share with principals that it must not have."""
        patterns = [arn for _, kind, arn in subject.principals() if kind == "IAM_PATTERN"]
        for index, share in enumerate(subject.portfolio.shares()):
            path = ("shares", index, "share_principals")
            if share.share_principals and not share.type.takes_principals:
                yield path, f"AWS does not support share_principals for a share with an account ({share.id})"
            elif share.share_principals and patterns:
                yield path, f"{share.id} gets {', '.join(patterns)}: everybody there who may create a role can launch"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each share."""
        yield from (("shares", index) for index, _ in enumerate(subject.portfolio.shares()))
