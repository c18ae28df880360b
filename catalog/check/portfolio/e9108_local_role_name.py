"""L2. E9108: a local launch role is given by its name alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject

ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
"""RoleName of the IAM API."""


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
        for path in self.looked_at(subject):
            name = subject.data["products"][path[1]]["launch"]["local_role_name"]
            if not ROLE_NAME.fullmatch(name):
                kind = "has a path" if "/" in name else "is no role's name"
                yield path, f"local_role_name {name!r} {kind}: AWS looks for a role of exactly this name"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each name."""
        for path, entry in subject.entries():
            if "local_role_name" in entry.get("launch", {}):
                yield (*path, "launch", "local_role_name")
