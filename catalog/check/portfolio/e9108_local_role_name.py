"""E9108: local_role_name is the name of a role, without path or ARN."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject
from catalog.model.constraint import ROLE_NAME


class LocalRoleName(PortfolioControl):
    """Service Catalog appends the name to `role/` in the account that launches."""

    id = "E9108"
    shortdesc = "A local launch role is the name of a role, without path or ARN"
    description = (
        "local_role_name has 1 to 64 characters: letters, digits and + = , . @ _ -. It has no path and is not an ARN."
    )
    why = "AWS looks up a role with exactly this name. A name with a path does not exist, so every launch fails."
    remedy = "Write only the name. For a role with a path, use role_arn, which is for one account."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each value that is not a name of a role."""
        for path, name in names(subject):
            if not ROLE_NAME.fullmatch(name):
                fault = "has a path" if "/" in name else "is not the name of a role"
                yield path, f"local_role_name {name!r} {fault}: AWS looks up a role with exactly this name"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each name."""
        yield from (path for path, _ in names(subject))


def names(subject: Subject) -> Iterator[tuple[Path, str]]:
    """(path, name) of each local launch role."""
    for path, _, launch in subject.declared("launch"):
        if "local_role_name" in launch:
            yield (*path, "local_role_name"), launch["local_role_name"]
