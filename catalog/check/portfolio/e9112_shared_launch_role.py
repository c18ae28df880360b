"""E9112: a shared portfolio names no role of one account."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class SharedLaunchRole(PortfolioControl):
    """A role by ARN is one role of one account, also for those who launch in another.

    The administration role of a stack set can only be given so, and nobody can pass a role of another account (IAM user
    guide, "Granting a user permissions to pass a role to an AWS service").
    """

    id = "E9112"
    shortdesc = "A shared portfolio names no role of one account"
    description = (
        "A portfolio with shares has no role_arn: each launch takes the role of that name in its own account. It has "
        "no stackset either, whose admin_role is one of one account."
    )
    why = (
        "People of other accounts would make resources in, and with the permissions of, the account of the role; or "
        "they could not launch at all."
    )
    remedy = "Write local_role_name, and make the role in each account; offer stack sets in a portfolio of their own."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each role by ARN."""
        if not subject.data.get("shares"):
            return
        for path, entry in subject.entries():
            for name, key in (("launch", "role_arn"), ("stackset", "admin_role")):
                if arn := entry.get(name, {}).get(key):
                    yield (*path, name, key), f"{arn} is a role of one account, and the portfolio is shared"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The roles of a shared portfolio."""
        if subject.data.get("shares"):
            for path, entry in subject.entries():
                yield from ((*path, name) for name in ("launch", "stackset") if name in entry)
