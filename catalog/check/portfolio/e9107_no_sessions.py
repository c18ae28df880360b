"""E9107: principals and launch roles are not assumed-role sessions."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject

SESSION = ":assumed-role/"


class NoSessions(PortfolioControl):
    """`aws sts get-caller-identity` prints the ARN of a session, and people copy it."""

    id = "E9107"
    of_imports = True
    shortdesc = "Principals and launch roles are not assumed-role sessions"
    description = "No principal and no role_arn is an ARN of the form arn:…:sts::…:assumed-role/ROLE/SESSION."
    why = "AWS accepts a session as a principal, but nobody gets a launch path by it (terraform-provider-aws#19998)."
    remedy = "Use the ARN of the role: arn:<partition>:iam::<account>:role/ROLE."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each session."""
        for path, arn in arns(subject):
            if SESSION in arn:
                head, _, tail = arn.partition(SESSION)
                role = f"{head.replace(':sts:', ':iam:')}:role/{tail.partition('/')[0]}"
                yield path, f"{arn} is a session, which gets no launch path; use the role {role}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The ARN of each principal and launch role."""
        yield from (path for path, _ in arns(subject))


def arns(subject: Subject) -> Iterator[tuple[Path, str]]:
    """(path, ARN) of each principal and launch role."""
    for path, _, arn in subject.principals():
        yield path, arn
    for path, _, launch in subject.declared("launch"):
        if "role_arn" in launch:
            yield (*path, "role_arn"), launch["role_arn"]
