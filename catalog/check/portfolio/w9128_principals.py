"""W9128: somebody can launch from every portfolio."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class PrincipalsRequired(PortfolioControl):
    """`catalog plan` also says when all principals are patterns and none of them matches a role of the account.

    A portfolio with shares is launched from in other accounts, and an import without principals can be there for its
    products alone.
    """

    id = "W9128"
    of_imports = True
    shortdesc = "Somebody can launch from every portfolio"
    description = (
        "A portfolio that is not shared has principals, and so has an import whose products no portfolio offers."
    )
    why = "Without a principal nobody has a launch path, not even administrators, and nothing in AWS says so."
    remedy = "Write principals: the roles, users or groups that launch."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_users.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """One fault for the portfolio."""
        if not any(subject.principals()) and not subject.data.get("shares") and not subject.taken:
            yield ("principals",), "the portfolio has no principals, so nobody can launch from it"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The principals."""
        yield ("principals",)
