"""E9112: a shared portfolio uses no role of a single account."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class SharedLaunchRole(PortfolioControl):
    """An ARN names a role of one account, also for people who launch in another account.

    The administration role of a stack set is always an ARN, and nobody can pass a role of another account (IAM user
    guide, "Granting a user permissions to pass a role to an AWS service").
    """

    id = "E9112"
    shortdesc = "A shared portfolio uses no role of a single account"
    description = (
        "A portfolio with shares has local_role_name and not role_arn, so that each launch uses the role of its own "
        "account. It also has no stackset, because admin_role is a role of one account."
    )
    why = (
        "Otherwise people of other accounts create resources in the account of the role, with its permissions. Or they "
        "cannot launch at all."
    )
    remedy = (
        "Write local_role_name, and create the role in each account. Offer stack sets in a portfolio without shares."
    )
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each ARN of a role in a shared portfolio."""
        if not subject.data.get("shares"):
            return
        for path, product_entry in subject.product_entries():
            for name, key in (("launch", "role_arn"), ("stackset", "admin_role")):
                if arn := product_entry.get(name, {}).get(key):
                    yield (*path, name, key), f"{arn} is a role of one account, but the portfolio is shared"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The roles of a shared portfolio."""
        if subject.data.get("shares"):
            for path, product_entry in subject.product_entries():
                yield from ((*path, name) for name in ("launch", "stackset") if name in product_entry)
