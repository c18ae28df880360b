"""W9109: a role with a path is a principal of type IAM_PATTERN."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class PrincipalPath(PortfolioControl):
    """Roles of IAM Identity Center have a path: role/aws-reserved/sso.amazonaws.com/…."""

    id = "W9109"
    of_imports = True
    shortdesc = "A principal of type IAM has no path"
    description = (
        "A role, user or group with a path (role/team/name) is a principal of type IAM_PATTERN, not of type IAM."
    )
    why = (
        "The principal can be associated but not disassociated, and then the portfolio cannot be deleted "
        "(cloudformation-coverage-roadmap#2430)."
    )
    remedy = "Write arn:<partition>:iam:::role/team/name with type: IAM_PATTERN. It needs no wildcard."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each principal with a path."""
        for path, kind, arn in subject.principals():
            resource = arn.rpartition(":")[2]
            if kind == "IAM" and ":iam:" in arn and resource.count("/") > 1:
                yield (
                    path,
                    f"{resource} has a path, so it could not be disassociated again; use type IAM_PATTERN",
                )

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each principal of type IAM."""
        yield from (path for path, kind, _ in subject.principals() if kind == "IAM")
