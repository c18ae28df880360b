"""L2. E9112: a shared portfolio names its launch roles by local name."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class SharedLaunchRole(PortfolioControl):
    """A role by ARN is one role of one account, also for those who launch in another."""

    id = "E9112"
    shortdesc = "A shared portfolio names its launch roles by local_role_name"
    description = "A portfolio with shares has no role_arn: each launch takes the role of that name in its own account."
    why = "People of other accounts would make resources in, and with the permissions of, the account of the role."
    remedy = "Write local_role_name, and make the role in each account that gets the portfolio."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each role by ARN."""
        for path in self.looked_at(subject):
            arn = subject.data["products"][path[1]]["launch"].get("role_arn")
            if arn:
                yield (*path, "role_arn"), f"{arn} is a role of one account, and the portfolio is shared"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each launch role of a shared portfolio."""
        if subject.data.get("shares"):
            yield from ((*path, "launch") for path, entry in subject.entries() if "launch" in entry)
