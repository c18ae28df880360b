"""E9108: a local launch role is given by its name alone."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject
from catalog.model.constraint import ROLE_NAME


class LocalRoleName(PortfolioControl):
    """Service Catalog puts the name behind `role/` in the account that launches."""

    id = "E9108"
    shortdesc = "A local launch role is a role's name, without path or ARN"
    description = (
        "local_role_name holds 1 to 64 letters, digits and any of + = , . @ _ - and neither a path nor an ARN."
    )
    why = "AWS looks for a role of exactly this name; with a path in front there is none, and every launch fails."
    remedy = "Write the name alone. A role that has a path can be named by role_arn, for one account."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each name that is none."""
        for path, name in names(subject):
            if not ROLE_NAME.fullmatch(name):
                kind = "has a path" if "/" in name else "is no role's name"
                yield path, f"local_role_name {name!r} {kind}: AWS looks for a role of exactly this name"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each name."""
        yield from (path for path, _ in names(subject))


def names(subject: Subject) -> Iterator[tuple[Path, str]]:
    """(path, name) of each local launch role."""
    for path, _, launch in subject.declared("launch"):
        if "local_role_name" in launch:
            yield (*path, "local_role_name"), launch["local_role_name"]
