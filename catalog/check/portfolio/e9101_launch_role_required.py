"""E9101: every product of a portfolio is launched by a role of its own."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class LaunchRoleRequired(PortfolioControl):
    """A STACKSET constraint names roles of its own and excludes a launch role, so it counts too."""

    id = "E9101"
    shortdesc = "Every product has a launch role"
    description = "Each product of a portfolio has a LAUNCH constraint, or a STACKSET constraint with its own roles."
    why = (
        "Without one people launch with their own permissions: whoever may launch a key may then make any key, without "
        "the catalogue and its rules."
    )
    remedy = "Write launch: {local_role_name: …} for the product; `catalog bootstrap` makes the role."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each product without."""
        for path, entry in subject.entries():
            if "launch" not in entry and "stackset" not in entry:
                yield path, f"{entry['product']} has no launch role: people would launch with their own permissions"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The constraint of each product."""
        for path, entry in subject.entries():
            yield (*path, "stackset" if "stackset" in entry else "launch")
