"""E9101: every product of a portfolio has a launch role."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class LaunchRoleRequired(PortfolioControl):
    """A STACKSET constraint has its own roles and excludes a launch role, so it counts too."""

    id = "E9101"
    shortdesc = "Every product has a launch role"
    description = "Each product of a portfolio has a LAUNCH constraint, or a STACKSET constraint with its own roles."
    why = (
        "Without a launch role, people launch with their own permissions. Everybody who may launch a key may then "
        "create any key, without the catalogue and its rules."
    )
    remedy = "Write launch: {local_role_name: …} for the product. `catalog bootstrap` creates the role."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each product without a launch role."""
        for path, product_entry in subject.product_entries():
            if "launch" not in product_entry and "stackset" not in product_entry:
                yield (
                    path,
                    f"{product_entry['product']} has no launch role: people would launch with their own permissions",
                )

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The constraint of each product."""
        for path, product_entry in subject.product_entries():
            yield (*path, "stackset" if "stackset" in product_entry else "launch")
